"""The divisions as pages show them."""

from __future__ import annotations

import pytest

from zhanggui.ground.places import queries


def names(under: str | None) -> list[str]:
    return [division.name for division in queries.division_choices(under=under)]


def test_division_choices_begin_with_the_provinces() -> None:
    offered = names(None)
    assert len(offered) == 31
    assert offered[0] == "北京市"
    assert offered[-1] == "新疆维吾尔自治区"


def test_division_choices_follow_the_four_levels() -> None:
    assert names("35") == [
        *("福州市", "厦门市", "莆田市", "三明市", "泉州市", "漳州市", "南平市", "龙岩市", "宁德市")
    ]
    assert names("3503") == ["城厢区", "涵江区", "荔城区", "秀屿区", "仙游县"]
    assert names("350304")[:2] == ["镇海街道", "拱辰街道"]
    assert names("350304001") == []


def test_division_choices_of_a_municipality_are_its_districts_and_counties() -> None:
    assert names("11")[:2] == ["东城区", "西城区"]
    assert len(names("11")) == 16
    chongqing = names("50")
    assert len(chongqing) == 38
    assert chongqing[0] == "万州区"
    assert chongqing[-1] == "彭水苗族土家族自治县"


def test_division_choices_of_a_province_show_directly_governed_counties_beside_cities() -> None:
    assert names("41")[-2:] == ["驻马店市", "济源市"]
    assert "石河子市" in names("65")
    assert names("46")[:4] == ["海口市", "三亚市", "三沙市", "儋州市"]


@pytest.mark.parametrize(
    ("city", "first"),
    [("4419", "东城街道"), ("4420", "石岐街道"), ("4604", "那大镇"), ("6202", "雄关街道")],
)
def test_division_choices_of_a_city_without_counties_are_its_streets(city: str, first: str) -> None:
    assert names(city)[0] == first


def test_division_choices_never_offer_a_filler() -> None:
    for province in queries.division_choices(under=None):
        for city in queries.division_choices(under=province.code):
            assert not city.filler
            assert not any(place.filler for place in queries.division_choices(under=city.code))


@pytest.mark.parametrize("code", ["", "99", "莆田", "350304999"])
def test_division_choices_and_trail_of_an_unknown_code_are_empty(code: str) -> None:
    assert queries.division_choices(under=code) == ()
    assert queries.division_trail(code) == ()


@pytest.mark.parametrize(
    ("code", "trail"),
    [
        ("350304001", ["35", "3503", "350304", "350304001"]),
        ("110101001", ["11", "110101", "110101001"]),
        ("419001", ["41", "419001"]),
        ("441900004", ["44", "4419", "441900004"]),
    ],
)
def test_division_trail_names_each_step_a_person_chose(code: str, trail: list[str]) -> None:
    assert [division.code for division in queries.division_trail(code)] == trail


@pytest.mark.parametrize("code", ["350304001", "110101001", "419001001", "441900004", "659001001"])
def test_division_trail_is_walked_by_choices(code: str) -> None:
    under: str | None = None
    for division in queries.division_trail(code):
        assert division in queries.division_choices(under=under)
        under = division.code
