"""The vendored edition, whole, and what the gazetteer answers from it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from itertools import pairwise
from pathlib import Path
from subprocess import run

import pytest

import zhanggui
from zhanggui.ground.places.gazetteer import DATA, Division, Gazetteer, gazetteer
from zhanggui.ground.places.rules.codes import Level, short_name, spoken_names

UNKNOWN = ["", "3", "99", "3599", "350399", "350304999", "350399001", "35030", "莆田市", "３５"]


def below(code: str | None) -> Iterator[Division]:
    """Every division under `code`, each before what it contains."""
    for division in gazetteer().children(code):
        yield division
        yield from below(division.code)


def codes(divisions: tuple[Division, ...]) -> list[str]:
    return [division.code for division in divisions]


def test_edition_is_complete() -> None:
    assert Counter(division.level for division in below(None)) == {
        Level.PROVINCE: 31,
        Level.CITY: 342,
        Level.COUNTY: 2978,
        Level.STREET: 41352,
    }


def test_edition_holds_nothing_its_tree_does_not_reach() -> None:
    upper = (DATA / "divisions.txt").read_text(encoding="utf-8").splitlines()
    streets = (DATA / "streets.txt").read_text(encoding="utf-8").splitlines()
    entries = [f"{line[:6]}{entry[:3]}" for line in streets for entry in line.split(" ")[1:]]
    assert len(upper) == 31 + 342 + 2978
    assert len(streets) == 2978
    stored = [*(line.split(" ")[0] for line in upper), *entries]
    reached = [division.code for division in below(None)]
    assert sorted(stored) == sorted(reached)
    assert len(set(stored)) == len(stored)


def test_edition_gives_every_code_its_parent_and_every_county_its_streets() -> None:
    known = {division.code: division for division in below(None)}
    for division in known.values():
        if division.level is Level.PROVINCE:
            assert division.parent_code is None
        else:
            assert division.parent_code in known
        if division.level is not Level.STREET:
            assert gazetteer().children(division.code)


def test_edition_is_in_the_order_of_codes() -> None:
    for level in (None, "11", "35", "3503", "350304", "4190"):
        listed = codes(gazetteer().children(level))
        assert all(before < after for before, after in pairwise(listed))


def test_edition_keeps_its_names_whole() -> None:
    for division in below(None):
        assert division.name.split() == [division.name]
        assert "\ufeff" not in division.name
        assert "\ufffd" not in division.name
    for code in ("1101", "350304"):
        names = [division.name for division in gazetteer().children(code)]
        assert len(set(names)) == len(names)


def test_edition_marks_thirteen_fillers() -> None:
    fillers = [division.code for division in below(None) if division.filler]
    assert sorted(fillers) == [
        *("1101", "1201", "3101", "4190", "4290", "441900", "442000", "460400", "4690"),
        *("5001", "5002", "620201", "6590"),
    ]


@pytest.mark.parametrize(
    ("code", "name", "level", "parent"),
    [
        ("35", "福建省", Level.PROVINCE, None),
        ("3503", "莆田市", Level.CITY, "35"),
        ("350304", "荔城区", Level.COUNTY, "3503"),
        ("350304001", "镇海街道", Level.STREET, "350304"),
        ("419001001", "沁园街道", Level.STREET, "419001"),
        ("320282113", "湖㳇镇", Level.STREET, "320282"),
    ],
)
def test_get_returns_the_division_of_a_code(
    code: str, name: str, level: Level, parent: str | None
) -> None:
    division = gazetteer().get(code)
    assert division == Division(code, name)
    assert division.level is level
    assert division.parent_code == parent


def test_division_never_changes_and_knows_its_short_name() -> None:
    division = Division("3503", "莆田市")
    assert division.short_name == "莆田"
    with pytest.raises(FrozenInstanceError):
        division.name = "仙游县"  # type: ignore[misc]


@pytest.mark.parametrize("code", UNKNOWN)
def test_unknown_codes_are_nowhere(code: str) -> None:
    known = gazetteer()
    assert known.get(code) is None
    assert known.children(code) == ()
    assert known.path(code) == ()
    assert known.full_name(code) == ""
    assert known.contains(code, "350304") is False
    assert known.contains("35", code) is False
    assert known.contains(code, code) is False
    assert known.find("荔城区", within=code) == ()


def test_children_lists_one_level_only() -> None:
    known = gazetteer()
    assert codes(known.children("3503")) == ["350302", "350303", "350304", "350305", "350322"]
    assert [street.name for street in known.children("350304")] == [
        *("镇海街道", "拱辰街道", "西天尾镇", "黄石镇", "新度镇", "北高镇")
    ]
    assert known.children("350304001") == ()


def test_path_leads_down_from_the_province() -> None:
    assert codes(gazetteer().path("350304001")) == ["35", "3503", "350304", "350304001"]
    assert codes(gazetteer().path("35")) == ["35"]


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("350304001", "福建省莆田市荔城区镇海街道"),
        ("110101001", "北京市东城区东华门街道"),
        ("1101", "北京市"),
        ("500229", "重庆市城口县"),
        ("441900004", "广东省东莞市南城街道"),
        ("620201001", "甘肃省嘉峪关市雄关街道"),
        ("460400", "海南省儋州市"),
        ("419001001", "河南省济源市沁园街道"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("220303001", "吉林省四平市铁东区平东街道"),
    ],
)
def test_full_name_is_written_as_on_a_parcel(code: str, written: str) -> None:
    assert gazetteer().full_name(code) == written


@pytest.mark.parametrize(
    ("ancestor", "code", "contained"),
    [
        ("35", "350304001", True),
        ("350304", "350304", True),
        ("350304", "35", False),
        ("3505", "350304", False),
        ("5001", "500229", False),
    ],
)
def test_contains_follows_the_tree(ancestor: str, code: str, contained: bool) -> None:
    assert gazetteer().contains(ancestor, code) is contained


@pytest.mark.parametrize(
    ("name", "within", "level", "found"),
    [
        ("莆田", None, None, ["3503"]),
        ("莆田市", "35", Level.CITY, ["3503"]),
        ("莆田市", "35", Level.COUNTY, []),
        ("莆田市", "350304", None, []),
        ("荔城区", "3503", None, ["350304"]),
        ("荔城区", "350304", None, ["350304"]),
        ("吉林", None, Level.PROVINCE, ["22"]),
        ("吉林", None, Level.CITY, ["2202"]),
        ("朝阳区", None, Level.COUNTY, ["110105", "220104"]),
        ("朝阳区", "22", Level.COUNTY, ["220104"]),
        ("和田", None, Level.COUNTY, ["653201", "653221"]),
        ("湘西州", None, None, ["4331"]),
        ("东乡县", None, Level.COUNTY, ["622926"]),
        ("东莞市", None, None, ["4419"]),
        ("镇海街道", "350304", None, ["350304001"]),
        ("镇海街道办事处", "35", None, ["350304001"]),
        ("镇海", "350304001", None, ["350304001"]),
        ("镇海", "350304002", None, []),
        ("平东街道", "22", Level.STREET, ["220303001"]),
        ("乌镇", "3304", None, ["330483100"]),
        ("市辖区", None, None, []),
        ("县", None, None, []),
        ("省直辖县级行政区划", None, None, []),
        ("莆", None, None, []),
        ("", None, None, []),
        ("福建省莆田市", None, None, []),
    ],
)
def test_find_answers_to_whole_names(
    name: str, within: str | None, level: Level | None, found: list[str]
) -> None:
    assert codes(gazetteer().find(name, within=within, level=level)) == found


def test_find_lists_the_widest_first() -> None:
    found = gazetteer().find("吉林", within="22")
    assert codes(found)[:2] == ["22", "2202"]
    assert [division.level for division in found] == sorted(division.level for division in found)


def test_find_meets_every_county_and_a_county_of_streets_by_every_name() -> None:
    known = gazetteer()
    for county in [division for division in below("35") if division.level is Level.COUNTY]:
        for place in (county, *known.children(county.code)):
            for name in spoken_names(place.name):
                assert place in known.find(name, within=county.code)


def test_find_may_skip_lines_without_the_short_name() -> None:
    for street in (division for division in below(None) if division.level is Level.STREET):
        for name in spoken_names(street.name):
            assert street.name.startswith(short_name(name))


def test_gazetteer_is_read_once() -> None:
    assert gazetteer() is gazetteer()


def test_gazetteer_reads_streets_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "divisions.txt").write_text("35 福建省\n3503 莆田市\n350304 荔城区\n", "utf-8")
    known = Gazetteer(tmp_path)
    assert known.full_name("350304") == "福建省莆田市荔城区"
    assert codes(known.find("莆田", level=Level.CITY)) == ["3503"]
    (tmp_path / "streets.txt").write_text("350304 001镇海街道\n", "utf-8")
    assert known.full_name("350304001") == "福建省莆田市荔城区镇海街道"


def test_gazetteer_needs_no_django() -> None:
    code = (
        "import sys; from zhanggui.ground.places import queries;"
        "print(len(queries.division_choices(under=None)), 'django' in sys.modules)"
    )
    root = Path(zhanggui.__file__).parents[1]
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "31 False\n"


def test_counties_lie_somewhere_in_china() -> None:
    book = gazetteer()
    fujian = [book.point(county.code) for county in book.counties(within="35")]
    assert len(fujian) == 84
    assert all(point and 115.8 < point[0] < 120.8 and 23.5 < point[1] < 28.4 for point in fujian)
    assert book.point("350304") == (119.02, 25.43)
    assert book.point("999999") is None
