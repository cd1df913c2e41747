"""Rebuilding the vendored files from the source project's tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhanggui.ground.places.gazetteer import DATA, Gazetteer
from zhanggui.ground.places.vendoring import vendor_divisions, vendor_english, vendor_points

TABLES = {
    "provinces.csv": 'code,name\n35,"福建省"\n',
    "cities.csv": 'code,name,provinceCode\n3503,"莆田市",35\n',
    "areas.csv": (
        'code,name,cityCode,provinceCode\n350304,"荔城区",3503,35\n350302,"城厢区",3503,35\n'
    ),
    "streets.csv": (
        "code,name,areaCode,provinceCode,cityCode\n"
        '350304002,"拱辰街道",350304,35,3503\n'
        '350304001,"镇海街道",350304,35,3503\n'
    ),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for table, text in TABLES.items():
        (folder / table).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def test_vendor_divisions_writes_codes_in_order(source: Path, target: Path) -> None:
    vendor_divisions(source=source, target=target)
    assert (target / "divisions.txt").read_bytes().decode() == (
        "35 福建省\n3503 莆田市\n350302 城厢区\n350304 荔城区\n"
    )
    assert (target / "streets.txt").read_bytes().decode() == "350304 001镇海街道 002拱辰街道\n"


@pytest.mark.parametrize(
    ("table", "line", "fault"),
    [
        ("cities.csv", '350,"厦门市",35', "cities.csv: 350 is not the code of a CITY"),
        ("cities.csv", '350302,"城厢区",35', "cities.csv: 350302 is not the code of a CITY"),
        ("cities.csv", '3503,"莆田市",35', "3503 stands in the tables twice"),
        ("cities.csv", '4401,"广州市",44', "4401 广州市 has no parent 44"),
        (
            "streets.csv",
            '350305001,"笏石镇",350305,35,3503',
            "350305001 笏石镇 has no parent 350305",
        ),
        ("cities.csv", '3502,"厦 门市",35', "3502 has the name '厦 门市', empty or with a space"),
        ("cities.csv", '3502,"",35', "3502 has the name '', empty or with a space"),
    ],
)
def test_vendor_divisions_refuses_rows_the_files_could_not_carry(
    source: Path, target: Path, table: str, line: str, fault: str
) -> None:
    with (source / table).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(ValueError, match=r".") as refused:
        vendor_divisions(source=source, target=target)
    assert str(refused.value) == fault
    assert list(target.iterdir()) == []


def test_vendor_divisions_rebuilds_this_edition_byte_for_byte(source: Path, target: Path) -> None:
    rows: dict[int, list[str]] = {2: [], 4: [], 6: [], 9: []}
    for line in (DATA / "divisions.txt").read_text(encoding="utf-8").splitlines():
        code, name = line.split(" ")
        rows[len(code)].append(f'{code},"{name}"')
    for line in (DATA / "streets.txt").read_text(encoding="utf-8").splitlines():
        county, *entries = line.split(" ")
        rows[9] += [f'{county}{entry[:3]},"{entry[3:]}"' for entry in entries]
    for table, lines in zip(TABLES, rows.values(), strict=True):
        (source / table).write_text("\n".join(["code,name", *lines, ""]), encoding="utf-8")

    vendor_divisions(source=source, target=target)

    for file in ("divisions.txt", "streets.txt"):
        assert (target / file).read_bytes() == (DATA / file).read_bytes()


def test_vendor_english_rebuilds_this_edition_byte_for_byte(target: Path) -> None:
    (target / "divisions.txt").write_bytes((DATA / "divisions.txt").read_bytes())
    vendor_english(target=target)
    assert (target / "english.txt").read_bytes() == (DATA / "english.txt").read_bytes()


def test_vendor_points_finds_counties_by_their_names(source: Path, target: Path) -> None:
    vendor_divisions(source=source, target=target)
    table = source / "region.csv"
    table.write_text(
        "province,city,county,longitude,latitude,zipCode\n"
        "福建省,莆田市,莆田市,119.0,25.43,351100\n"
        "福建省,莆田,荔城,119.02,25.43,351100\n"  # known by a name that the province has once
        "福建省,莆田市,城厢区,119.0,25.43,351100\n"
        "福建省,莆田市,未知区,118.0,25.0,351100\n",
        encoding="utf-8",
    )
    assert vendor_points(table=table, target=target) == 2
    book = Gazetteer(target)
    assert (book.point("350304"), book.point("350302")) == ((119.02, 25.43), (119.0, 25.43))
    assert book.point("350303") is None
