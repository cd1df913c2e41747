"""How `data/` is rebuilt from the tables of the source project: data/README.md."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from zhanggui.ground.places.gazetteer import (
    COUNTY_DIGITS,
    DATA,
    DIVISIONS_FILE,
    ENGLISH_FILE,
    POINTS_FILE,
    STREETS_FILE,
    Gazetteer,
)
from zhanggui.ground.places.rules.codes import Level, level_of, parent_code, short_name
from zhanggui.ground.places.rules.english import english_name

UPPER_TABLES: Final = {
    "provinces.csv": Level.PROVINCE,
    "cities.csv": Level.CITY,
    "areas.csv": Level.COUNTY,
}
STREET_TABLES: Final = {"streets.csv": Level.STREET}

Row = tuple[str, str]


def vendor_divisions(*, source: Path, target: Path) -> None:
    """Write the two files of an edition into `target` from the four CSV in `source`.

    The same tables give the same bytes. Raises ValueError, writing nothing, for a row that the
    files could not carry: a code of the wrong level, twice, or without parent; a name with a space.
    """
    upper = sorted(_rows(source, UPPER_TABLES))
    streets = sorted(_rows(source, STREET_TABLES))
    _check([*upper, *streets])
    divisions = "".join(f"{code} {name}\n" for code, name in upper)
    (target / DIVISIONS_FILE).write_text(divisions, encoding="utf-8", newline="\n")
    (target / STREETS_FILE).write_text(_lines(streets), encoding="utf-8", newline="\n")


def _rows(source: Path, tables: dict[str, Level]) -> Iterator[Row]:
    for table, level in tables.items():
        with (source / table).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if level_of(row["code"]) is not level:
                    raise ValueError(f"{table}: {row['code']} is not the code of a {level.name}")
                yield row["code"], row["name"]


def _check(rows: Iterable[Row]) -> None:
    codes: set[str] = set()
    for code, name in rows:
        parent = parent_code(code)
        if code in codes:
            raise ValueError(f"{code} stands in the tables twice")
        if parent is not None and parent not in codes:
            raise ValueError(f"{code} {name} has no parent {parent}")
        if not name or name.split() != [name]:
            raise ValueError(f"{code} has the name {name!r}, empty or with a space")
        codes.add(code)


def _lines(streets: Iterable[Row]) -> str:
    counties: dict[str, list[str]] = {}
    for code, name in streets:
        counties.setdefault(code[:COUNTY_DIGITS], []).append(f"{code[COUNTY_DIGITS:]}{name}")
    return "".join(f"{county} {' '.join(entries)}\n" for county, entries in counties.items())


def vendor_points(*, table: Path, target: Path) -> int:
    """Write about where each county lies into `target` from the CSV `table`; return how many.

    A county is found in the table by its province, city and name, else by a name that its province
    has only once; what is not found is left out. `target` holds the divisions already.
    """
    divisions = Gazetteer(target)
    by_name: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            point = (row["longitude"], row["latitude"])
            by_name[row["province"], row["city"], row["county"]] = [point]
            by_name.setdefault((row["province"], short_name(row["county"])), []).append(point)
    lines = []
    for county in divisions.counties():
        province, city, *_between, own = (division.name for division in divisions.path(county.code))
        found = by_name.get((province, city, own)) or by_name.get((province, province, own))
        found = found or by_name.get((province, short_name(own)), [])
        if len(found) == 1:
            lines.append(f"{county.code} {found[0][0]} {found[0][1]}\n")
    (target / POINTS_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def vendor_english(*, target: Path) -> None:
    """Write what the divisions in `target` down to the counties are called in English."""
    divisions = Gazetteer(target)
    lines = []
    for line in (target / DIVISIONS_FILE).read_text(encoding="utf-8").splitlines():
        *above, own = divisions.path(line.partition(" ")[0])
        if not own.filler:
            around = [division.name for division in above]
            lines.append(f"{own.code} {english_name(own.name, level=own.level, above=around)}\n")
    (target / ENGLISH_FILE).write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    given = Path(sys.argv[1])
    if given.is_dir():
        vendor_divisions(source=given, target=DATA)
        vendor_english(target=DATA)
    else:
        vendor_points(table=given, target=DATA)
