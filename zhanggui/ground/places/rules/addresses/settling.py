"""What several possible divisions come to: one, those that stay open, what they share."""

from __future__ import annotations

from zhanggui.ground.places.gazetteer import COUNTY_DIGITS
from zhanggui.ground.places.rules.addresses.names import CITY_DIGITS
from zhanggui.ground.places.rules.codes import level_of


def is_served(code: str, within: frozenset[str]) -> bool:
    """Return whether a division lies in an area served, or such an area in it."""
    return any(code.startswith(area) or area.startswith(code) for area in within)


def settled(codes: tuple[str, ...], *, within: frozenset[str] | None) -> tuple[str, ...]:
    """Return what the names come to: one code, or those that stay open."""
    many = tuple(dict.fromkeys(codes))
    if len(many) > 1 and within:
        served = tuple(code for code in many if is_served(code, within))
        many = served or many
    if len(many) > 1:
        top = min(many, key=len)
        if all(code.startswith(top) for code in many):
            return (top,)
    return many


def shared(codes: tuple[str, ...]) -> str:
    """Return the narrowest division all of them lie in; empty when even the provinces differ."""
    for digits in (COUNTY_DIGITS, CITY_DIGITS, 2):
        heads = {code[:digits] for code in codes}
        head = next(iter(heads), "")
        if len(heads) == 1 and level_of(head) and len(head) == digits:
            return head
    return ""
