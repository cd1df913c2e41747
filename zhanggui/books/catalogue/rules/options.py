"""The axes by which the SKUs of a product differ, and how customers choose along them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.goods import WORD_CHARS_MAX
from zhanggui.ground.kernel.refusal import Refusal, Sentence

AXES_MAX = 2
"""Axes of one product: with a third nobody finds what there is."""

Named = dict[str, str]
"""A name in Chinese (`zh`) and English (`en`)."""


class Placed(Protocol):
    """A SKU with its places on the axes."""

    pk: int
    options: list[Named]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice along an axis: its name, the SKU it leads to, and whether that is the present one.

    `apart`: with the other axis as it stands there is no such SKU; it leads to the nearest one.
    """

    name: Named
    pk: int
    current: bool
    apart: bool


def option_in(text: str) -> Named:
    """Return a name typed as `中文 | English`."""
    chinese, _between, english = text.replace("｜", "|").partition("|")
    return {"zh": chinese.strip(), "en": english.strip()}


def option_out(name: Mapping[str, str]) -> str:
    """Return a name as it is typed."""
    return f"{name['zh']} | {name['en']}" if name.get("en") else name.get("zh", "")


def variant_of(options: Sequence[Named]) -> tuple[str, str]:
    """Return the name of a variant in Chinese and English, made of its places on the axes."""
    english = [option["en"] or option["zh"] for option in options]
    return " ".join(option["zh"] for option in options), ", ".join(english)


def why_not_options(
    axes: Sequence[Named], options: Mapping[str, Sequence[Named]]
) -> Refusal | None:
    """Return why SKUs, by their codes, cannot be told apart along these axes."""
    if len(axes) > AXES_MAX or any(not axis["zh"] for axis in axes):
        return _bad(_("There are at most two axes, and each has a Chinese name."))
    if len({axis["zh"] for axis in axes}) < len(axes):
        return _bad(_("Both axes have the same name."))
    seen: dict[tuple[str, ...], str] = {}
    for code, names in options.items():
        if len(names) != len(axes) or any(not name["zh"] for name in names):
            return _bad(_("“%(code)s” lacks its place on an axis.") % {"code": code})
        if max(map(len, variant_of(names)), default=0) > WORD_CHARS_MAX:
            return _bad(
                _("The name of “%(code)s” would be longer than %(most)s characters.")
                % {"code": code, "most": WORD_CHARS_MAX}
            )
        place = tuple(name["zh"] for name in names)
        if axes and (other := seen.get(place)):
            return _bad(
                _("“%(code)s” and “%(other)s” are the same.") % {"code": code, "other": other}
            )
        seen[place] = code
    return None


def _bad(sentence: Sentence) -> Refusal:
    return Refusal(
        "bad_options",
        sentence,
        settles=_("Give every SKU a place of its own: no two may be the same on all axes."),
        status=422,
    )


def along(skus: Sequence[Placed], current: Placed, *, axes: int) -> list[list[Option]]:
    """Return for each axis what can be chosen from where one stands, in the order of the SKUs.

    None where a SKU has no place on every axis: then variants are chosen from one list.
    """
    if not axes or any(len(sku.options) != axes for sku in skus):
        return []
    found = []
    for axis in range(axes):
        names: dict[str, Named] = {}
        for sku in skus:
            names.setdefault(sku.options[axis]["zh"], sku.options[axis])
        found.append([_option(skus, current, axis, name) for name in names.values()])
    return found


def _option(skus: Sequence[Placed], current: Placed, axis: int, name: Named) -> Option:
    same = [sku for sku in skus if sku.options[axis]["zh"] == name["zh"]]
    others = _without(current.options, axis)
    beside = next((sku for sku in same if _without(sku.options, axis) == others), None)
    return Option(
        name=name,
        pk=(beside or same[0]).pk,
        current=current.options[axis]["zh"] == name["zh"],
        apart=beside is None,
    )


def _without(options: Sequence[Named], axis: int) -> list[str]:
    return [option["zh"] for place, option in enumerate(options) if place != axis]
