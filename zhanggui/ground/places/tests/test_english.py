"""What divisions are called in English: read as their people say them, with the right ending."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from zhanggui.ground.places.gazetteer import DATA, gazetteer
from zhanggui.ground.places.queries import full_name_said, name_said
from zhanggui.ground.places.rules.codes import Level
from zhanggui.ground.places.rules.english import english_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("11", "Beijing"),
        ("35", "Fujian Province"),
        ("14", "Shanxi Province"),
        ("61", "Shaanxi Province"),
        ("15", "Inner Mongolia Autonomous Region"),
        ("3502", "Xiamen City"),
        ("3503", "Putian City"),
        ("1501", "Hohhot City"),
        ("2224", "Yanbian Korean Autonomous Prefecture"),
        ("2327", "Daxing'anling Prefecture"),
        ("1525", "Xilingol League"),
        ("4331", "Xiangxi Tujia and Miao Autonomous Prefecture"),
        ("350304", "Licheng District"),
        ("350322", "Xianyou County"),
        ("350582", "Jinjiang City"),
        ("310115", "Pudong New Area"),
        ("150121", "Tumote Left Banner"),
        ("152222", "Ke'erqin Right Middle Banner"),
        ("150723", "Oroqen Autonomous Banner"),
        ("621026", "Ning County"),
        ("530926", "Gengma Dai and Va Autonomous County"),
        ("451027", "Lingyun County"),
        ("429021", "Shennongjia Forestry District"),
        ("130273", "Tangshan High-Tech Industrial Development Zone"),
        ("130274", "Hebei Tangshan Haigang Economic Development Zone"),
        ("350304001", "Zhenhai Subdistrict"),
        ("350304100", "Xitianwei Town"),
        ("350322200", "Xiyuan Township"),
    ],
)
def test_english_name_ends_as_its_kind_does(code: str, name: str) -> None:
    assert gazetteer().english_name(code) == name


READ_OTHERWISE = {
    "六安市": "Lu'an",
    "蚌埠市": "Bengbu",
    "台州市": "Taizhou",
    "重庆市": "Chongqing",
    "长治市": "Changzhi",
    "长子县": "Zhangzi",
    "子长市": "Zichang",
    "长乐区": "Changle",
    "朝阳市": "Chaoyang",
    "吕梁市": "Lüliang",
    "漯河市": "Luohe",
    "都匀市": "Duyun",
    "六合区": "Luhe",
    "大城县": "Daicheng",
    "单县": "Shan",
    "浚县": "Xun",
    "蔚县": "Yu",
    "洪洞县": "Hongtong",
    "繁峙县": "Fanshi",
    "闵行区": "Minhang",
    "番禺区": "Panyu",
    "铅山县": "Yanshan",
    "乐清市": "Yueqing",
    "乐亭县": "Laoting",
    "南乐县": "Nanle",
    "丽水市": "Lishui",
    "涡阳县": "Guoyang",
    "亳州市": "Bozhou",
    "泌阳县": "Biyang",
    "马尾区": "Mawei",
    "什邡市": "Shifang",
    "荥经县": "Yingjing",
    "荥阳市": "Xingyang",
    "佛山市": "Foshan",
    "曾都区": "Zengdu",
    "东阿县": "Dong'e",
    "中牟县": "Zhongmu",
    "筠连县": "Junlian",
    "犍为县": "Qianwei",
    "珲春市": "Hunchun",
    "穆棱市": "Muling",
    "会理市": "Huili",
    "歙县": "She",
    "黟县": "Yi",
    "莘县": "Shen",
    "覃塘区": "Qintang",
    "策勒县": "Cele",
    "弥勒市": "Mile",
    "崆峒区": "Kongtong",
    "召陵区": "Shaoling",
    "句容市": "Jurong",
    "吴堡县": "Wubu",
    "柞水县": "Zhashui",
    "宿州市": "Suzhou",
}


@pytest.mark.parametrize(("name", "word"), READ_OTHERWISE.items())
def test_english_name_is_read_as_people_say_it(name: str, word: str) -> None:
    """Characters of several readings: where the dictionary of places decides."""
    (code,) = {d.code for d in gazetteer().find(name)[:1]}
    assert gazetteer().english_name(code).rpartition(" ")[0] == word or name == "重庆市"


def test_every_division_down_to_the_counties_has_an_english_name() -> None:
    book = gazetteer()
    codes = [
        line.split(" ")[0] for line in (DATA / "divisions.txt").read_text("utf-8").splitlines()
    ]
    named = {code: book.english_name(code) for code in codes}
    for code, name in named.items():
        division = book.get(code)
        assert division is not None
        assert bool(name) != division.filler, code
        assert re.fullmatch(r"[A-ZÜ][A-Za-zÜüêé',\- ]*", name) or division.filler, (code, name)
    kinds = {name.rpartition(" ")[2] for code, name in named.items() if len(code) == 6 and name}
    assert kinds == {
        *("District", "County", "City", "Banner", "Area", "Zone", "Park", "Town", "Islands"),
        *("Committee", "Waters"),
    }


def test_full_english_name_goes_from_the_narrowest_up() -> None:
    book = gazetteer()
    assert book.full_english_name("350304001") == (
        "Zhenhai Subdistrict, Licheng District, Putian City, Fujian Province"
    )
    assert book.full_english_name("110101") == "Dongcheng District, Beijing"
    assert book.full_english_name("419001") == "Jiyuan City, Henan Province"
    assert book.full_english_name("99") == ""


def test_a_street_that_is_none_keeps_its_chinese_name() -> None:
    assert english_name("无锡太湖国际科技园", level=Level.STREET) == ""
    book = gazetteer()
    odd = next(
        street
        for county in book.counties(within="32")
        for street in book.children(county.code)
        if not book.english_name(street.code)
    )
    with override("en"):
        assert name_said(odd) == odd.name
        assert full_name_said(odd.code).startswith(odd.name)


def test_names_are_said_in_the_reader_s_language() -> None:
    licheng = gazetteer().get("350304")
    assert licheng is not None
    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = (name_said(licheng), full_name_said("350304"), full_name_said("99"))
    assert said == {
        "zh-hans": ("荔城区", "福建省莆田市荔城区", ""),
        "en": ("Licheng District", "Licheng District, Putian City, Fujian Province", ""),
    }
