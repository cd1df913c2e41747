"""What codes and names of divisions say by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.ground.places.rules import codes as rules
from zhanggui.ground.places.rules.codes import Level

digits = st.text(alphabet="0123456789", max_size=12)
codes = st.sampled_from([2, 4, 6, 9]).flatmap(
    lambda length: st.text(alphabet="0123456789", min_size=length, max_size=length)
)
names = st.text(alphabet="福建莆田族自治州县区市旗街道镇乡新开发办事处苏木蒙古", max_size=12)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("35", Level.PROVINCE, None),
        ("3503", Level.CITY, "35"),
        ("350304", Level.COUNTY, "3503"),
        ("350304001", Level.STREET, "350304"),
        ("", None, None),
        ("3", None, None),
        ("35030", None, None),
        ("3503040011", None, None),
        ("35a3", None, None),
        (" 3503", None, None),
        ("３５", None, None),
        ("²³", None, None),
        ("-3", None, None),
    ],
)
def test_level_of_and_parent_code_read_the_form(
    code: str, level: Level | None, parent: str | None
) -> None:
    assert rules.level_of(code) is level
    assert rules.parent_code(code) == parent


@given(codes)
def test_parent_code_is_one_level_up_and_contains_its_child(code: str) -> None:
    level = rules.level_of(code)
    parent = rules.parent_code(code)
    assert level is not None
    if level is Level.PROVINCE:
        assert parent is None
    else:
        assert parent is not None
        assert rules.level_of(parent) == level - 1
        assert rules.is_within(code, area=parent)
        assert not rules.is_within(parent, area=code)


@given(digits)
def test_level_of_knows_four_lengths_only(code: str) -> None:
    assert (rules.level_of(code) is not None) == (len(code) in {2, 4, 6, 9})


@pytest.mark.parametrize(
    ("code", "area", "within"),
    [
        ("350304001", "35", True),
        ("350304", "350304", True),
        ("350304", "3505", False),
        ("35", "3503", False),
        ("350304", "3", False),
        ("350304", "35030", False),
        ("350304", "", False),
        ("", "", False),
        ("莆田", "莆田", False),
    ],
)
def test_is_within_compares_whole_codes(code: str, area: str, within: bool) -> None:
    assert rules.is_within(code, area=area) is within


@given(codes, codes, codes)
def test_is_within_is_an_order(a: str, b: str, c: str) -> None:
    assert rules.is_within(a, area=a)
    if rules.is_within(a, area=b) and rules.is_within(b, area=a):
        assert a == b
    if rules.is_within(a, area=b) and rules.is_within(b, area=c):
        assert rules.is_within(a, area=c)


@pytest.mark.parametrize(
    ("code", "areas", "closest"),
    [
        ("350304001", ["35", "350304", "3503"], "350304"),
        ("350304001", ["350304001", "35"], "350304001"),
        ("350302", ["35", "350304"], "35"),
        ("110101", ["35", "3503"], None),
        ("350304", [], None),
        ("莆田", ["35"], None),
    ],
)
def test_closest_area_is_the_narrowest(code: str, areas: list[str], closest: str | None) -> None:
    assert rules.closest_area(code, areas=areas) == closest


@pytest.mark.parametrize(
    ("code", "name", "parent_name", "filler"),
    [
        ("1101", "市辖区", "北京市", True),
        ("5002", "县", "重庆市", True),
        ("4190", "省直辖县级行政区划", "河南省", True),
        ("6590", "自治区直辖县级行政区划", "新疆维吾尔自治区", True),
        ("441900", "东莞市", "东莞市", True),
        ("620201", "嘉峪关市", "嘉峪关市", True),
        ("3503", "莆田市", "福建省", False),
        ("350304", "荔城区", "莆田市", False),
        ("419001", "济源市", "省直辖县级行政区划", False),
        ("140502", "城区", "晋城市", False),
        ("11", "北京市", None, False),
        ("350304001", "荔城区", "荔城区", False),
        ("x", "市辖区", "北京市", False),
    ],
)
def test_is_filler_tells_the_rows_nobody_says(
    code: str, name: str, parent_name: str | None, filler: bool
) -> None:
    assert rules.is_filler(code, name=name, parent_name=parent_name) is filler


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("福建省", "福建"),
        ("北京市", "北京"),
        ("莆田市", "莆田"),
        ("内蒙古自治区", "内蒙古"),
        ("西藏自治区", "西藏"),
        ("广西壮族自治区", "广西"),
        ("宁夏回族自治区", "宁夏"),
        ("新疆维吾尔自治区", "新疆"),
        ("香港特别行政区", "香港"),
        ("大兴安岭地区", "大兴安岭"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("湘西土家族苗族自治州", "湘西"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
        ("巴音郭楞蒙古自治州", "巴音郭楞"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("龙胜各族自治县", "龙胜"),
        ("前郭尔罗斯蒙古族自治县", "前郭尔罗斯"),
        ("察布查尔锡伯自治县", "察布查尔"),
        ("东乡族自治县", "东乡"),
        ("鄂温克族自治旗", "鄂温克"),
        ("鄂伦春自治旗", "鄂伦春"),
        ("敖汉旗", "敖汉"),
        ("土默特左旗", "土默特左旗"),
        ("正蓝旗", "正蓝旗"),
        ("东城区", "东城"),
        ("城区", "城区"),
        ("沛县", "沛县"),
        ("芒市", "芒市"),
        ("清新区", "清新"),
        ("万柏林区", "万柏林"),
        ("下花园区", "下花园"),
        ("上街区", "上街"),
        ("管城回族区", "管城"),
        ("梅里斯达斡尔族区", "梅里斯"),
        ("浦东新区", "浦东"),
        ("兰州新区", "兰州新区"),
        ("神农架林区", "神农架"),
        ("六枝特区", "六枝"),
        ("井陉矿区", "井陉矿区"),
        ("苏州工业园区", "苏州工业园区"),
        ("合肥高新技术产业开发区", "合肥高新技术产业开发区"),
        ("西沙群岛", "西沙群岛"),
        ("镇海街道", "镇海"),
        ("镇海街道办事处", "镇海"),
        ("镇海街道办", "镇海"),
        ("西街街道", "西街"),
        ("街道", "街道"),
        ("南磨房地区", "南磨房"),
        ("西天尾镇", "西天尾"),
        ("乌镇镇", "乌镇"),
        ("马镇", "马镇"),
        ("象溪乡", "象溪"),
        ("同心满族乡", "同心"),
        ("西密河苏木", "西密河"),
        ("鄂温克民族苏木", "鄂温克"),
        ("东风农场", "东风农场"),
        ("", ""),
    ],
)
def test_short_name_is_what_people_say(name: str, short: str) -> None:
    assert rules.short_name(name) == short


@given(names)
def test_short_name_begins_the_name_and_keeps_two_characters(name: str) -> None:
    short = rules.short_name(name)
    assert name.startswith(short)
    assert len(short) >= min(len(name), rules.SHORTEST_NAME)


@pytest.mark.parametrize(
    ("name", "above", "bare"),
    [
        ("四平市铁东区平东街道", ["四平市", "铁东区"], "平东街道"),
        ("济源市克井镇", ["省直辖县级行政区划", "济源市"], "克井镇"),
        ("召陵区召陵镇", ["漯河市", "召陵区"], "召陵镇"),
        ("镇海街道", ["莆田市", "荔城区"], "镇海街道"),
        ("芒市镇", ["德宏傣族景颇族自治州", "芒市"], "芒市镇"),
        ("七星区街道", ["桂林市", "七星区"], "七星区街道"),
        ("泗县开发区", ["宿州市", "泗县"], "泗县开发区"),
    ],
)
def test_bare_name_drops_only_the_places_above(name: str, above: list[str], bare: str) -> None:
    assert rules.bare_name(name, above=above) == bare


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("莆田市", {"莆田市", "莆田"}),
        ("沛县", {"沛县"}),
        (
            "湘西土家族苗族自治州",
            {"湘西土家族苗族自治州", "湘西", "湘西州", "湘西自治州"},
        ),
        ("广西壮族自治区", {"广西壮族自治区", "广西", "广西自治区"}),
        ("东乡族自治县", {"东乡族自治县", "东乡", "东乡县", "东乡自治县"}),
        ("同心满族乡", {"同心满族乡", "同心", "同心乡"}),
        ("管城回族区", {"管城回族区", "管城", "管城区"}),
        ("镇海街道", {"镇海街道", "镇海", "镇海街道办", "镇海街道办事处"}),
        ("街道", {"街道"}),
    ],
)
def test_spoken_names_are_those_a_place_answers_to(name: str, spoken: set[str]) -> None:
    assert rules.spoken_names(name) == spoken


@given(names)
def test_spoken_names_hold_the_name_and_the_short_one(name: str) -> None:
    assert {name, rules.short_name(name)} <= rules.spoken_names(name)
