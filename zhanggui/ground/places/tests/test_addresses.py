"""Addresses: levels and how they are known, what is missing, what contradicts, what stays open."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.addresses import Reading, read_address
from zhanggui.ground.places.rules.addresses import names as index
from zhanggui.ground.places.rules.addresses.cleaning import TEXT_MAX, cleaned
from zhanggui.ground.places.rules.addresses.reading import CONTRADICTIONS, MISSING


def told(reading: Reading) -> str:
    """Return the levels in one line: names, ~ where inferred, - where unknown."""
    return " ".join(
        f"{place.name}{'~' if place.known == 'inferred' else ''}" if place else "-"
        for place in reading.levels.values()
    )


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("福建省莆田市荔城区镇海街道文献路1号", "福建省 莆田市 荔城区 镇海街道"),
        ("福建莆田荔城镇海街道文献路1号", "福建省 莆田市 荔城区 镇海街道"),
        ("福建省荔城区文献路1号", "福建省 莆田市~ 荔城区 -"),
        ("荔城区文献路1号", "福建省~ 莆田市~ 荔城区 -"),
        ("镇海街道文献路1号,荔城区,莆田市,福建省", "福建省 莆田市 荔城区 镇海街道"),
        ("福建省福建省莆田市莆田市荔城区文献路1号", "福建省 莆田市 荔城区 -"),
        ("中国福建省莆田市荔城区", "福建省 莆田市 荔城区 -"),
        ("莆田市荔城区镇海街道办事处文献路1号", "福建省~ 莆田市 荔城区 镇海街道"),
        ("上海市上海市浦东新区张杨路500号", "上海市 上海市 浦东新区 -"),
        ("上海市市辖区浦东新区张杨路500号", "上海市 上海市 浦东新区 -"),
        ("浦东区张杨路500号", "上海市~ 上海市~ 浦东新区 -"),
        ("重庆", "重庆市 重庆市 - -"),
        ("重庆市云阳县双江街道", "重庆市 重庆市 云阳县 双江街道"),
        ("河南省济源市沁园路5号", "河南省 济源市~ 济源市 -"),
        ("东莞市南城区鸿福路200号", "广东省~ 东莞市 东莞市 南城街道"),
        ("中山小榄镇升平路3号", "广东省~ 中山市 中山市 小榄镇"),
        ("河北保定莲池区", "河北省 保定市 莲池区 -"),
        ("吉林省吉林市船营区", "吉林省 吉林市 船营区 -"),
        ("义乌市稠城街道", "浙江省~ 金华市~ 义乌市 稠城街道"),
        ("内蒙锡林浩特市", "内蒙古自治区 锡林郭勒盟~ 锡林浩特市 -"),
        ("湖南湘西州吉首市", "湖南省 湘西土家族苗族自治州 吉首市 -"),
    ],
)
def test_read_address_names_the_levels(text: str, levels: str) -> None:
    assert told(read_address(text)) == levels


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("北京市崇文区广渠门内大街11号", "北京市 北京市 东城区 -"),
        ("湖北省襄樊市樊城区长虹路1号", "湖北省 襄阳市 樊城区 -"),
        ("云南省思茅市", "云南省 普洱市 - -"),
        ("北京市密云县鼓楼大街1号", "北京市 北京市 密云区 -"),
        ("山东省章丘市明水街道", "山东省 济南市~ 章丘区 明水街道"),
        ("贵州省毕节地区", "贵州省 毕节市 - -"),
        ("安徽省巢湖市居巢区", "安徽省 合肥市~ 巢湖市 -"),
        ("江苏省无锡市新区鸿山镇鸿山路66号", "江苏省 无锡市 新吴区 鸿山街道"),
        ("上海市闸北区洛川中路1158号", "上海市 上海市 静安区 -"),
        ("福建省漳州市龙海市石码镇", "福建省 漳州市 龙海区 石码街道"),
        ("浙江省温州市龙港镇", "浙江省 温州市 龙港市 -"),
    ],
)
def test_read_address_knows_former_names(text: str, levels: str) -> None:
    reading = read_address(text)
    assert told(reading) == levels
    assert "former_name" in reading.reasons


def test_read_address_leaves_a_divided_district_open_unless_the_street_decides() -> None:
    divided = read_address("杭州市江干区九和路17号")
    assert told(divided) == "浙江省~ 杭州市 - -"
    assert divided.candidates == ("330102", "330114")
    decided = read_address("杭州市江干区下沙街道6号大街")
    assert told(decided) == "浙江省~ 杭州市 钱塘区 下沙街道"


@pytest.mark.parametrize("text", ["西湖区文三路1号", "鼓楼区五四路82号", "朝阳区光华路15号"])
def test_read_address_never_guesses_a_shared_name(text: str) -> None:
    reading = read_address(text)
    assert told(reading) == "- - - -"
    assert len(reading.candidates) > 1
    assert reading.code == ""
    assert "county" in reading.missing
    assert "open_name" in reading.reasons


def test_read_address_settles_a_shared_name_by_the_area_served() -> None:
    assert read_address("鼓楼区五四路82号", within=frozenset({"35"})).code == "350102"
    assert read_address("鼓楼区五四路82号", within=frozenset({"350102", "3503"})).code == "350102"
    both = read_address("鼓楼区五四路82号", within=frozenset({"35", "32"}))
    assert both.candidates == ("320106", "320302", "350102")
    elsewhere = read_address("鼓楼区五四路82号", within=frozenset({"44"}))
    assert elsewhere.code == "" and len(elsewhere.candidates) == 4
    settled = read_address("鼓楼区五四路82号", within=frozenset({"35"}))
    assert "served_area_decided" in settled.reasons


def test_read_address_lets_a_street_settle_its_district() -> None:
    assert told(read_address("朝阳区望京街道阜通东大街")) == "北京市~ 北京市~ 朝阳区 望京街道"


@pytest.mark.parametrize(
    ("text", "levels", "sentence"),
    [
        (
            "福建省泉州市荔城区东大路5号",
            "福建省 泉州市 荔城区 -",
            "荔城区 lies in 福建省莆田市, not in 福建省泉州市.",
        ),
        (
            "广东省莆田市荔城区",
            "广东省 莆田市 荔城区 -",
            "荔城区 lies in 福建省莆田市, not in 广东省.",
        ),
        (
            "莆田市荔城区涵东街道工农路1号",
            "福建省~ 莆田市 荔城区 涵东街道",
            "涵东街道 lies in 福建省莆田市涵江区, not in 福建省莆田市荔城区.",
        ),
    ],
)
def test_read_address_says_which_levels_do_not_fit(text: str, levels: str, sentence: str) -> None:
    reading = read_address(text)
    assert told(reading) == levels
    assert [c["sentence"] for c in reading.plain()["contradictions"]] == [sentence]
    assert reading.confidence <= 0.4


def test_read_address_agrees_on_what_contradicting_levels_share() -> None:
    assert read_address("福建省泉州市荔城区东大路5号").code == "35"
    assert read_address("广东省莆田市荔城区").code == ""


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("香港九龙旺角弥敦道100号", "香港特别行政区"),
        ("中国台湾台北市信义路5段7号", "台湾省"),
        ("澳门特别行政区新马路1号", "澳门特别行政区"),
    ],
)
def test_read_address_recognises_what_is_outside(text: str, province: str) -> None:
    reading = read_address(text)
    assert told(reading) == f"{province} - - -"
    assert [c.code for c in reading.contradictions] == ["outside"]


@pytest.mark.parametrize(
    "text",
    [
        "南京西路1717号",
        "北京东路12号",
        "香港中路30号",
        "中山大道818号",
        "重庆路598号",
        "东方广场E1座",
        "新区龙山路4号",
        "高新区万科金域A座17层",
    ],
)
def test_read_address_takes_no_road_or_building_for_a_place(text: str) -> None:
    assert told(read_address(text)) == "- - - -"


def test_read_address_reads_zones_that_the_tables_hold_and_leaves_others() -> None:
    assert told(read_address("合肥市高新区望江西路1号")).endswith("合肥高新技术产业开发区 -")
    assert told(read_address("苏州市工业园区星湖街1号")).endswith("苏州工业园区 -")
    outside = read_address("西安市高新区锦业一路85号")
    assert told(outside) == "陕西省~ 西安市 - -"
    assert outside.parts.zone == "高新区"
    assert "county" in outside.missing


@pytest.mark.parametrize(
    ("text", "levels", "rest"),
    [
        ("石家庄桥西区中山路1号", "河北省~ 石家庄市 桥西区 -", "中山路1号"),
        ("济南市中区经四路5号", "山东省~ 济南市 市中区 -", "经四路5号"),
        ("汕尾市城区香洲街道1号", "广东省~ 汕尾市 城区 香洲街道", "1号"),
        ("灵璧县大路镇人民路3号", "安徽省~ 宿州市~ 灵璧县 大路镇", "人民路3号"),
        ("福安市穆云畲族乡溪塔村", "福建省~ 宁德市~ 福安市 穆云畲族乡", "溪塔村"),
        ("南京市雨花区软件大道1号", "江苏省~ 南京市 雨花台区 -", "软件大道1号"),
        ("莆田市北岸经济开发区东埔镇", "福建省~ 莆田市 秀屿区~ 东埔镇", "北岸经济开发区"),
        ("桐乡经济开发区强业路33号", "浙江省~ 嘉兴市~ 桐乡市 -", "经济开发区强业路33号"),
        ("重庆市江北嘴中央商务区3号", "重庆市 重庆市 - -", "江北嘴中央商务区3号"),
        ("立德高科(北京)数码公司", "- - - -", "立德高科(北京)数码公司"),
    ],
)
def test_read_address_cuts_names_where_people_do(text: str, levels: str, rest: str) -> None:
    reading = read_address(text)
    assert told(reading) == levels
    assert reading.rest == rest


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("收：张三；手机：13800138000；莆田市荔城区塘西村", "张三"),
        ("莆田市荔城区文献路1号(张三 13800138000)", "张三"),
        ("莆田市荔城区文献路1号 多吉 13800138000", "多吉"),
        ("林姐 莆田荔城文献路1号 13800138000", "林姐"),
        ("石家庄桥西区 13800138000", ""),
        ("安徽 合肥市庐阳区 13800138000", ""),
        ("莆田市荔城区万达广场 13800138000", ""),
    ],
)
def test_read_address_finds_the_person_and_takes_no_place_for_one(text: str, name: str) -> None:
    assert read_address(text).name == name


def test_read_address_keeps_a_phone_with_a_digit_missing_apart() -> None:
    reading = read_address("王五，1391234567，广州天河体育西路1号")
    assert reading.code == "440106"
    assert [phone.problem for phone in reading.phones] == ["short"]


@pytest.mark.parametrize(
    ("rest", "parts"),
    [
        (
            "文献路1号凤达豪园3栋2单元502室",
            "road 文献路 number 1号 estate 凤达豪园 building 3栋 unit 2单元 room 502室",
        ),
        ("沙堤村12号", "village 沙堤村 number 12号"),
        ("虹桥路1399弄30号8楼", "road 虹桥路 number 1399弄30号 floor 8楼"),
        ("酒仙桥路甲6号院5号楼1102", "road 酒仙桥路 number 甲6号院 building 5号楼 room 1102"),
        ("二环路南四段69号", "road 二环路南四段 number 69号"),
        ("16号大街与3号大街交叉口", "road 16号大街与3号大街交叉口"),
        ("学院路35号B座1728", "road 学院路 number 35号 building B座 room 1728"),
        ("雍和宫大街北新胡同10号院", "road 北新胡同 number 10号院"),
        ("五星路198瑞晶国际403", "road 五星路 number 198 estate 瑞晶国际 room 403"),
        ("国权北路1600号C6-203", "road 国权北路 number 1600号 building C6 room 203"),
        ("观日路48号(近软件园)3层整层", "road 观日路 number 48号 floor 3层整层"),
        ("不存在街道文献路1号", "town 不存在街道 road 文献路 number 1号"),
    ],
)
def test_read_address_divides_the_door(rest: str, parts: str) -> None:
    reading = read_address(f"莆田市荔城区{rest}")
    assert " ".join(f"{k} {v}" for k, v in reading.parts.present().items()) == parts


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", ("name", "phone", "province", "city", "county", "place", "number")),
        ("张三 13800138000 莆田市荔城区文献路1号", ()),
        ("张三 13800138000 莆田市荔城区文献路", ("number",)),
        ("张三 13800138000 莆田市荔城区", ("place", "number")),
        ("张三 13800138000 莆田市文献路1号", ("county",)),
        ("张三 13800138000 莆田市荔城区文献路1号3栋", ("room",)),
        ("张三 莆田市荔城区文献路1号", ("phone",)),
        ("13800138000 莆田市荔城区文献路1号", ("name",)),
    ],
)
def test_read_address_says_what_delivery_misses(text: str, missing: tuple[str, ...]) -> None:
    assert read_address(text).missing == missing


def test_read_address_says_which_phone_is_wrong() -> None:
    reading = read_address("张三 1380013800 莆田市荔城区文献路1号 电话:12800138000")
    assert [c["sentence"] for c in reading.plain()["contradictions"]] == [
        "The phone number 12800138000 cannot be called."
    ]
    assert "phone" in reading.missing


def test_read_address_reads_the_first_of_two() -> None:
    reading = read_address("莆田市荔城区文献路1号/西安市高新六路38号腾飞大厦")
    assert reading.code == "350304"
    assert reading.rest == "文献路1号"
    assert [c.code for c in reading.contradictions] == ["two_addresses"]


def test_read_address_puts_noise_aside() -> None:
    reading = read_address("😀www.shop.example 莆田市荔城区文献路1号 a@b.cn 351100 微信:zhang_3344")
    assert reading.noise == ("www.shop.example", "a@b.cn", "微信:zhang_3344")
    assert reading.postcode == "351100"
    assert reading.rest == "文献路1号"


def test_plain_has_the_keys_others_rely_on() -> None:
    assert read_address("张三 13800138000 福建省荔城区文献路1号").plain() == {
        "name": "张三",
        "phone": "13800138000",
        "province": "福建省",
        "city": "莆田市",
        "county": "荔城区",
        "street": None,
        "rest": "文献路1号",
        "parts": {"road": "文献路", "number": "1号"},
        "missing": [],
        "contradictions": [],
        "confidence": 1.0,
        "reasons": [],
        "code": "350304",
        "codes": {"province": "35", "city": "3503", "county": "350304"},
        "known": {"province": "written", "city": "inferred", "county": "written"},
        "candidates": [],
        "phones": [{"kind": "mobile", "display": "138 0013 8000", "extension": "", "problem": ""}],
        "postcode": None,
        "noise": [],
    }


def test_every_code_has_its_sentence() -> None:
    nothing = read_address("")
    assert set(nothing.missing) <= set(MISSING)
    assert all("%(" not in sentence for sentence in MISSING.values())
    assert set(CONTRADICTIONS) == {
        "elsewhere", "no_such", "two_addresses", "outside", "phone", "too_long"
    }  # fmt: skip


def test_former_names_and_aliases_lead_to_this_edition() -> None:
    for former, within, codes in index._renamed():
        assert gazetteer().get(within), former
        for code in codes:
            division = gazetteer().get(code)
            assert division and code.startswith(within), former
            assert division.name != former
    for alias, code in index._aliases():
        assert gazetteer().get(code), alias


def test_cleaned_brings_text_into_one_form() -> None:
    assert cleaned("  ＡＢ１２，（福建）\u200b\u202e\0 。\r\n\n莆田—路 ") == (
        "AB12,(福建) 。\n莆田-路",
        False,
    )


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 100_000,
        "1" * 100_000,
        "福建省莆田市" * 20_000,
        "北京市" * 160 + "区",
        "区" * 600,
        "县市区省" * 200,
        "1-" * 400,
        "1-2、" * 200,
        "(" * 600,
        "路" * 600,
        "中山路1号3栋2单元" * 80,
        "地址:" * 300,
        "13800138000 " * 60,
        " , " * 800,
        "a" * 100_000,
        "张三" * 300,
        "A1-" * 300,
        "\ud800福建省",
        "\0" * 10_000,
        "%s %(lower)s %d" * 50,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_read_address_takes_bounded_time(text: str) -> None:
    read_address("莆田市")  # the tables are read once in a process
    begun = time.process_time()
    reading = read_address(text)
    assert time.process_time() - begun < 0.5
    assert len(reading.rest) <= TEXT_MAX
    assert 0 <= reading.confidence <= 1


def test_read_address_says_that_it_read_only_the_beginning() -> None:
    reading = read_address("福建省莆田市荔城区文献路1号" + "很长" * 300)
    assert [c.code for c in reading.contradictions] == ["too_long"]
    assert reading.code == "350304"


PIECES = (
    "福建省 莆田市 荔城区 镇海街道 文献路 1号 3栋 502室 北京 朝阳区 张三 13800138000 0594-2345678"
    " , 。 ( ) / 路 区 收货人: 地址: 351100 香港 高新区 村 - A座 5楼 西湖区 鼓楼区 😀 \u202e ＡＢ"
)
pieces = st.sampled_from([*PIECES.split(" "), " ", "\n"])


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(pieces, max_size=14).map("".join)))
def test_read_address_keeps_its_promises_for_any_text(text: str) -> None:
    reading = read_address(text)
    plain = reading.plain()
    places = [place for place in reading.levels.values() if place]
    assert (
        plain["code"] is None
        or gazetteer().get(plain["code"])
        or plain["code"] in ("71", "81", "82")
    )
    assert set(plain["missing"]) <= set(MISSING)
    assert 0 <= reading.confidence <= 1
    assert len(reading.candidates) != 1
    if not reading.contradictions:
        codes = [place.code for place in places]
        assert all(b.startswith(a) or len(a) == len(b) for a, b in pairwise(codes))
    assert read_address(text) == reading
