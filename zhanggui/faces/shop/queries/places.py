"""Where we deliver: the districts served, what is promised there, and the levels of an address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.utils.translation import get_language

from zhanggui.faces.shop.rules.sketch import Sketch, sketched
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.structure import AreaNode
from zhanggui.ground.places.gazetteer import COUNTY_DIGITS, Division, gazetteer
from zhanggui.ground.places.queries import (
    division_choices,
    division_trail,
    full_name_said,
    name_said,
)
from zhanggui.ground.places.rules.codes import Level, short_name
from zhanggui.trade.orders import queries as orders
from zhanggui.trade.orders.queries import Service

CITY_DIGITS, PROVINCE_DIGITS = 4, 2


@dataclass(frozen=True, slots=True)
class District:
    """A county or district we deliver to; `name` is in the reader's language."""

    code: str
    name: str
    city: str


def districts(*, at: datetime) -> list[District]:
    """Return the districts served now, by code."""
    return [district for district, _service in districts_served(at=at)]


def districts_served(*, at: datetime) -> list[tuple[District, Service]]:
    """Return the districts served now with what is promised there, by code."""
    areas = present(at).structure.areas
    found = []
    for service in sorted(orders.services_now(at=at), key=lambda service: service.division):
        code, own = service.division, service.area
        city = own if own.divisions != (code,) else areas.get(own.parent or "", own)
        found.append((District(code, _said(code, own), _said(code[:CITY_DIGITS], city)), service))
    return found


def district_served(service: Service) -> District:
    """Return the district in which something is promised, without asking again."""
    code = service.division[:COUNTY_DIGITS]
    trail = division_trail(code)
    city = name_said(trail[-2]) if len(trail) > 1 else ""
    return District(code, _said(code, service.area), city)


def _said(code: str, area: AreaNode) -> str:
    """Return what a division is called: as the company's area of it, else as the state does."""
    if area.divisions == (code,):
        return str(area.name)
    division = gazetteer().get(code)
    return name_said(division) if division else str(area.name)


def by_city(served: Iterable[District]) -> list[tuple[str, list[District]]]:
    """Return the districts grouped by their city, in the order of their codes."""
    found: dict[str, list[District]] = {}
    for district in served:
        found.setdefault(district.city, []).append(district)
    return list(found.items())


def sketch_of(served: Iterable[District]) -> Sketch | None:
    """Return the sketch of these districts among the other counties of their provinces."""
    names = tuple((one.code, one.name) for one in served)
    return _sketch(names)


def _shortly(name: str) -> str:
    """Return a name as people shorten it: 荔城区 -> 荔城, Licheng District -> Licheng."""
    if not name.isascii():
        return short_name(name)
    name = name.partition(" of ")[0]
    for kind in (" District", " County", " City"):
        name = name.removesuffix(kind)
    return name


@lru_cache(maxsize=64)
def _sketch(names: tuple[tuple[str, str], ...]) -> Sketch | None:
    book = gazetteer()
    known = {code: (_shortly(name), point) for code, name in names if (point := book.point(code))}
    provinces = sorted({code[:PROVINCE_DIGITS] for code in known})
    counties = [county.code for within in provinces for county in book.counties(within=within)]
    points = (book.point(code) for code in counties if code not in known)
    return sketched(known, [point for point in points if point])


def service_at(code: str, *, at: datetime) -> Service | None:
    """Return what is promised in the county of a division; None where we do not deliver."""
    return orders.service_of(code, at=at) if len(code) >= COUNTY_DIGITS else None


# --- the four levels of an address ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """A division to be chosen; `name` is in the reader's language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One level of the picker: what can be chosen at it, and what is."""

    level: Level
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Picker:
    """The levels of an address as far as they are chosen, the next one open."""

    choices: tuple[Choice, ...]

    @property
    def code(self) -> str:
        """The narrowest division chosen, "" before any."""
        return next((c.chosen for c in reversed(self.choices) if c.chosen), "")

    @property
    def county(self) -> str:
        """The county of what is chosen, "" before it is clear."""
        code = self.code
        return code[:COUNTY_DIGITS] if len(code) >= COUNTY_DIGITS else ""

    @property
    def full_name(self) -> str:
        """What is chosen with all above it, in the reader's language."""
        return full_name_said(self.code) if self.code else ""


def picker(chosen: Sequence[str]) -> Picker:
    """Return the picker for the codes chosen from the widest level down.

    A code that does not lie in the one above it is dropped, with all below it.
    """
    choices: list[Choice] = []
    under: str | None = None
    wanted = list(chosen)
    while (below := _below(under, get_language() or "")).options:
        code = wanted.pop(0) if wanted else ""
        if all(code != option.code for option in below.options):
            code, wanted = "", []
        choices.append(replace(below, chosen=code))
        if not code:
            break
        under = code
    return Picker(tuple(choices))


@lru_cache(maxsize=4_000)
def _below(under: str | None, _language: str) -> Choice:
    """Return what can be chosen below a division, in the language spoken; nothing is yet."""
    found = division_choices(under=under)
    level = found[0].level if found else Level.STREET
    return Choice(level, tuple(map(_option, found)), "")


def _option(division: Division) -> Option:
    # A street's English name was not proofread: what it is compared with stands beside it.
    said = name_said(division)
    beside = division.level is Level.STREET and said != division.name
    return Option(division.code, f"{said} {division.name}" if beside else said)


def picker_at(code: str) -> Picker:
    """Return the picker that has come down to a division; from the top for an unknown one."""
    return picker([division.code for division in division_trail(code)])
