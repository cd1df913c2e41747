"""The administrative divisions of China, held in the process as they stand in `data/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

from zhanggui.ground.places.rules.codes import (
    SHORTEST_NAME,
    Level,
    bare_name,
    is_filler,
    is_within,
    level_of,
    parent_code,
    short_name,
    spoken_names,
)
from zhanggui.ground.places.rules.english import english_name

DATA: Final = Path(__file__).parent / "data"
DIVISIONS_FILE: Final = "divisions.txt"
STREETS_FILE: Final = "streets.txt"
POINTS_FILE: Final = "points.txt"
ENGLISH_FILE: Final = "english.txt"
COUNTY_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city, county or street.

    `filler`: a row nobody says, standing there only to complete the four levels (市辖区).
    """

    code: str
    name: str
    filler: bool = False

    @property
    def level(self) -> Level:
        """The level, from the length of the code."""
        level = level_of(self.code)
        assert level is not None, self.code
        return level

    @property
    def parent_code(self) -> str | None:
        """The code one level up, None for a province."""
        return parent_code(self.code)

    @property
    def short_name(self) -> str:
        """The name as people shorten it."""
        return short_name(self.name)


class Gazetteer:
    """All divisions of one edition, in the order of their codes; nothing in it ever changes.

    Provinces, cities and counties are read at once. Streets are twelve times as many and seldom
    asked for, so their file is read when the first is, and stays as text: one line a county.
    """

    def __init__(self, folder: Path) -> None:
        """Read the three upper levels of the edition in `folder`."""
        self._folder = folder
        self._upper: dict[str, Division] = {}
        children: dict[str | None, list[Division]] = {}
        for line in (folder / DIVISIONS_FILE).read_text(encoding="utf-8").splitlines():
            division = self._upper_division(*line.split(" "))
            self._upper[division.code] = division
            children.setdefault(division.parent_code, []).append(division)
        self._children = {code: tuple(divisions) for code, divisions in children.items()}

    def get(self, code: str) -> Division | None:
        """Return the division of a code; None for a code this edition does not know."""
        if level_of(code) is not Level.STREET:
            return self._upper.get(code)
        return next((street for street in self._streets(code) if street.code == code), None)

    def children(self, code: str | None) -> tuple[Division, ...]:
        """Return the divisions one level down, the provinces for None."""
        if code is not None and level_of(code) is Level.COUNTY:
            return tuple(self._streets(code))
        return self._children.get(code, ())

    def counties(self, *, within: str = "") -> tuple[Division, ...]:
        """Return the counties of a division, "" for all of them, in the order of their codes."""
        rows = self._upper.values()
        return tuple(d for d in rows if d.level is Level.COUNTY and d.code.startswith(within))

    def path(self, code: str) -> tuple[Division, ...]:
        """Return the divisions from the province down to `code`; empty for an unknown code."""
        division = self.get(code)
        if division is None:
            return ()
        above = self.path(division.parent_code) if division.parent_code else ()
        return (*above, division)

    def point(self, code: str) -> tuple[float, float] | None:
        """Return about where a county lies, in degrees east and north; None where it is not known.

        For a sketch: the source gives hundredths of a degree, about a kilometre.
        """
        return self._points.get(code)

    @cached_property
    def _points(self) -> dict[str, tuple[float, float]]:
        lines = (self._folder / POINTS_FILE).read_text(encoding="utf-8").splitlines()
        rows = (line.split(" ") for line in lines)
        return {code: (float(east), float(north)) for code, east, north in rows}

    def full_name(self, code: str) -> str:
        """Return the name as written on a parcel, without fillers; empty for an unknown code.

        北京市东城区, not 北京市市辖区东城区; 广东省东莞市南城街道, not 东莞市 twice.
        """
        return "".join(division.name for division in self.path(code) if not division.filler)

    def english_name(self, code: str) -> str:
        """Return what a division is called in English; empty where it is called nothing.

        So for fillers, unknown codes, and streets that are none (工业园区管委会). The three upper
        levels stand in a file and were proofread; a street's name is made of how its characters
        are commonly read.
        """
        if level_of(code) is not Level.STREET:
            return self._english.get(code, "")
        names = tuple(division.name for division in self.path(code))
        return _english_street(names) if names else ""

    def full_english_name(self, code: str) -> str:
        """Return the English name with those above it, the narrowest first, without fillers."""
        shown = (division for division in reversed(self.path(code)) if not division.filler)
        return ", ".join(self.english_name(one.code) or one.name for one in shown)

    @cached_property
    def _english(self) -> dict[str, str]:
        lines = (self._folder / ENGLISH_FILE).read_text(encoding="utf-8").splitlines()
        return {code: name for code, _blank, name in (line.partition(" ") for line in lines)}

    def contains(self, ancestor: str, code: str) -> bool:
        """Return whether both are known and `code` is `ancestor` or lies inside it."""
        return (
            is_within(code, area=ancestor)
            and self.get(ancestor) is not None
            and self.get(code) is not None
        )

    def find(
        self, name: str, *, within: str | None = None, level: Level | None = None
    ) -> tuple[Division, ...]:
        """Return the divisions that answer to `name`, the widest first, then by code.

        `name` is whole: the official name or a spoken one (`rules.spoken_names`). `within` keeps
        to what lies in that division, itself included. Fillers answer to no name.
        """
        upper = self._named.get(name, ()) if level is not Level.STREET else ()
        streets = self._streets_named(name, within=within) if level in (None, Level.STREET) else ()
        return tuple(
            division
            for division in (*upper, *streets)
            if (within is None or is_within(division.code, area=within))
            and (level is None or division.level is level)
        )

    def _upper_division(self, code: str, name: str) -> Division:
        parent = self._upper.get(parent_code(code) or "")
        filler = is_filler(code, name=name, parent_name=parent.name if parent else None)
        return Division(code, name, filler)

    @cached_property
    def _street_lines(self) -> dict[str, str]:
        """The streets of each county, as they stand in the file: 001东华门街道 002景山街道."""
        lines = (self._folder / STREETS_FILE).read_text(encoding="utf-8").splitlines()
        return {line[:COUNTY_DIGITS]: line[COUNTY_DIGITS + 1 :] for line in lines}

    def _streets(self, code: str) -> Iterator[Division]:
        county = code[:COUNTY_DIGITS]
        above = [division.name for division in self.path(county)[1:]]
        for entry in self._street_lines.get(county, "").split():
            yield Division(f"{county}{entry[:3]}", bare_name(entry[3:], above=above))

    def _streets_named(self, name: str, *, within: str | None) -> Iterator[Division]:
        if len(name) < SHORTEST_NAME:
            return
        # Whatever a street is called begins with its short name, so most lines need no parsing.
        stem = short_name(name)
        for county in self._counties(within):
            if stem in self._street_lines[county]:
                for street in self._streets(county):
                    if street.name.startswith(stem) and name in spoken_names(street.name):
                        yield street

    def _counties(self, within: str | None) -> list[str]:
        area = (within or "")[:COUNTY_DIGITS]
        if len(area) == COUNTY_DIGITS:
            return [area] if area in self._street_lines else []
        return [county for county in self._street_lines if county.startswith(area)]

    @cached_property
    def _named(self) -> dict[str, tuple[Division, ...]]:
        """The divisions of the upper levels by every name they answer to, the widest first."""
        named: dict[str, list[Division]] = {}
        for division in sorted(self._upper.values(), key=lambda d: (d.level, d.code)):
            if not division.filler:
                for name in spoken_names(division.name):
                    named.setdefault(name, []).append(division)
        return {name: tuple(divisions) for name, divisions in named.items()}


@lru_cache(maxsize=4096)
def _english_street(names: tuple[str, ...]) -> str:
    *above, own = names
    return english_name(own, level=Level.STREET, above=above)


@cache
def gazetteer() -> Gazetteer:
    """Return the edition this release carries, read once in a process."""
    return Gazetteer(DATA)
