"""The order of found goods, how they are narrowed, and what each way of narrowing leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

BANDS_FEN = (0, 2_000, 5_000, 10_000, 20_000)
"""Where bands of prices begin: what people call cheap, usual, good, a present, and dear."""

SORTS = ("", "low", "high", "new")
"""Orders of what was found: the best answer first, cheapest, dearest, newest."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A product that was found, as it stands now: `rank` first by code, by name, by weight.

    `said` are of each attribute, by its id, the choice that is said of it.
    """

    pk: int
    code: str
    coded: bool
    named: bool
    weight: int
    name_chars: int
    category: int | None
    brand: int | None
    low_fen: int
    left: int
    since: datetime
    said: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What somebody narrowed an answer to; empty for all. `said` are attributes with a choice."""

    category: int | None = None
    brand: int | None = None
    band: int | None = None
    in_stock: bool = False
    said: tuple[tuple[int, str], ...] = ()

    def saying(self, attribute: int, choice: str = "") -> Narrowed:
        """Return the same with a choice under an attribute, or with none."""
        others = tuple(pair for pair in self.said if pair[0] != attribute)
        return replace(self, said=(*others, (attribute, choice)) if choice else others)

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return self != Narrowed()


def band_of(fen: int) -> int:
    """Return in which band a price lies, by its place among them."""
    return max(place for place, start in enumerate(BANDS_FEN) if fen >= start)


def band_bounds(band: int) -> tuple[int, int | None]:
    """Return where a band begins and where the next one does, in fen; None for the last."""
    after = BANDS_FEN[band + 1] if band + 1 < len(BANDS_FEN) else None
    return BANDS_FEN[band], after


def in_order(found: Iterable[Shown], sort: str) -> list[Shown]:
    """Return what was found in an order that is the same each time.

    The best answer first: whose code was typed; then what is found by its name alone before what is
    found by its brand, origin, variant or shelf; of these what is in stock before what is not; then
    what weighs more, the shorter name, and the code. By price and by age the best answer goes first
    among equals.
    """
    best = sorted(found, key=_relevance)
    if sort == "low":
        return sorted(best, key=lambda shown: shown.low_fen)
    if sort == "high":
        return sorted(best, key=lambda shown: -shown.low_fen)
    if sort == "new":
        return sorted(best, key=lambda shown: shown.since, reverse=True)
    return best


def _relevance(shown: Shown) -> tuple[bool, bool, bool, int, int, str]:
    return (
        not shown.coded,
        not shown.named,
        shown.left <= 0,
        -shown.weight,
        shown.name_chars,
        shown.code,
    )


def narrow(
    found: Iterable[Shown], to: Narrowed, *, below: Mapping[int, Collection[int]]
) -> list[Shown]:
    """Return what is left of an answer; `below` are of each category the ids it holds."""
    categories = None if to.category is None else below.get(to.category, ())
    return [
        shown
        for shown in found
        if (categories is None or shown.category in categories)
        and (to.brand is None or shown.brand == to.brand)
        and (to.band is None or band_of(shown.low_fen) == to.band)
        and (not to.in_stock or shown.left > 0)
        and all(shown.said.get(attribute) == choice for attribute, choice in to.said)
    ]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many goods each way of narrowing leaves, all other ways standing as they are."""

    categories: Mapping[int, int]
    brands: Mapping[int, int]
    bands: Mapping[int, int]
    in_stock: int
    said: Mapping[int, Mapping[str, int]]


def counts(found: Sequence[Shown], to: Narrowed, *, below: Mapping[int, Collection[int]]) -> Counts:
    """Return what each choice would leave: the number of rows of the page it leads to."""
    own = _tally(narrow(found, replace(to, category=None), below=below), lambda s: s.category)
    return Counts(
        categories={
            top: sum(own.get(pk, 0) for pk in held)
            for top, held in below.items()
            if any(pk in own for pk in held)
        },
        brands=_tally(narrow(found, replace(to, brand=None), below=below), lambda s: s.brand),
        bands=_tally(
            narrow(found, replace(to, band=None), below=below), lambda s: band_of(s.low_fen)
        ),
        in_stock=len(narrow(found, replace(to, in_stock=True), below=below)),
        said=_said(found, to, below=below),
    )


def _said(
    found: Sequence[Shown], to: Narrowed, *, below: Mapping[int, Collection[int]]
) -> dict[int, dict[str, int]]:
    """Count for each attribute what each choice would leave."""
    chosen = {attribute for attribute, _choice in to.said}
    held: dict[int, dict[str, int]] = {}

    def count(shown: Iterable[Shown], only: Collection[int] | None) -> None:
        for one in shown:
            for attribute, choice in one.said.items():
                if (attribute in only) if only is not None else (attribute not in chosen):
                    tally = held.setdefault(attribute, {})
                    tally[choice] = tally.get(choice, 0) + 1

    count(narrow(found, to, below=below), None)
    for attribute in chosen:
        count(narrow(found, to.saying(attribute), below=below), {attribute})
    return held


def _tally(found: Iterable[Shown], of: Callable[[Shown], int | None]) -> dict[int, int]:
    held: dict[int, int] = {}
    for shown in found:
        if (key := of(shown)) is not None:
            held[key] = held.get(key, 0) + 1
    return held
