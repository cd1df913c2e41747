"""What the code and the name of an administrative division say by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class Level(IntEnum):
    """The four levels of division an address passes through, the widest first."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    STREET = 4


# A code is its parent's code and two more digits, three for a street: 35, 3503, 350304, 350304001.
_LEVELS: Final = {2: Level.PROVINCE, 4: Level.CITY, 6: Level.COUNTY, 9: Level.STREET}
_PARENT_DIGITS: Final = {4: 2, 6: 4, 9: 6}

_STREET: Final = re.compile(r".{2,}街道|.+[镇乡]")

SHORTEST_NAME: Final = 2
"""Characters of the shortest name a place has."""


def level_of(code: str) -> Level | None:
    """Return the level a code stands for; None for what has not the form of a code."""
    if not (code.isascii() and code.isdigit()):
        return None
    return _LEVELS.get(len(code))


def parent_code(code: str) -> str | None:
    """Return the code one level up; None for a province and for what is no code."""
    if level_of(code) is None or len(code) not in _PARENT_DIGITS:
        return None
    return code[: _PARENT_DIGITS[len(code)]]


def is_within(code: str, *, area: str) -> bool:
    """Return whether `code` is `area` or lies inside it, by their digits alone."""
    return level_of(code) is not None and level_of(area) is not None and code.startswith(area)


def closest_area(code: str, *, areas: Iterable[str]) -> str | None:
    """Return the narrowest of `areas` that `code` lies in; None when it lies in none."""
    return max((area for area in areas if is_within(code, area=area)), key=len, default=None)


# Rows the statistics need and nobody says: what a municipality's districts (北京市, 重庆市) and
# the counties directly under a province (济源市, 石河子市) hang on.
_FILLER_CITIES: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


def is_filler(code: str, *, name: str, parent_name: str | None) -> bool:
    """Return whether a division stands in the table only so that every place has four levels.

    Such are the nameless cities of a municipality or of directly governed counties, and the one
    county of a city that has none, repeating its name (东莞市, 中山市, 儋州市, 嘉峪关市).
    """
    match level_of(code):
        case Level.CITY:
            return name in _FILLER_CITIES
        case Level.COUNTY:
            return name == parent_name
        case _:
            return False


# The 55 minority peoples as they stand in names. After some of them 族 may be left out
# (昌吉回族自治州, but 木垒哈萨克自治县); 各族 and 民族 stand for several.
_PEOPLES: Final = (
    "(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜"
    "|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒"
    "|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各|民)族"
    "|维吾尔|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|达斡尔"
)
_AUTONOMOUS: Final = re.compile(rf"(?P<stem>.{{2,}}?)(?:{_PEOPLES})*自治(?P<kind>[区州县旗])")
_OF_PEOPLES: Final = re.compile(rf"(?P<stem>.{{2,}}?)(?:{_PEOPLES})+(?P<kind>区|镇|乡|苏木)")

# Longest first.
_ENDINGS: Final = (
    *("街道办事处", "特别行政区", "街道办", "街道", "地区", "苏木"),
    *("省", "市", "盟", "县", "区", "旗", "镇", "乡"),
)
# What ends like a division but is called by its whole name: zones, which share their first part
# with the place around them, and banners told apart by side or colour.
_WHOLE: Final = re.compile(
    r".*(?:开发|发展|业园|.{4}园|示范|管理|管|实验|试验|名胜|风景|景|聚集|集聚|集中|食品|经济|度假"
    r"|渡假|保税|税港|生活|保护|旅游|工业|工贸|工矿|产业|加工|物流|合作|投资|贸易|核心|高新|矿|库|社"
    r"|片|小|.{3}街|灌|垦|特)区"
    r"|.{2,}新区|.*[左右前中后联合黄白蓝]旗"
)
# Full districts whose ending would otherwise name a zone, or part of the place.
_SINGULAR: Final = {
    "浦东新区": "浦东",
    "沈北新区": "沈北",
    "滨海新区": "滨海",
    "神农架林区": "神农架",
    "六枝特区": "六枝",
}


def short_name(name: str) -> str:
    """Return a division's name as people shorten it: 福建省 -> 福建, 湘西土家族苗族自治州 -> 湘西.

    Never shorter than two characters (沛县 stays), and unchanged where the ending is part of how
    the place is called (合肥高新技术产业开发区, 井陉矿区, 土默特左旗).
    """
    if match := _AUTONOMOUS.fullmatch(name):
        # 东乡族自治县 is named for its people alone: 东乡.
        stem = match["stem"]
        return stem.removesuffix("族") if len(stem) > SHORTEST_NAME else stem
    if match := _OF_PEOPLES.fullmatch(name):
        return match["stem"]
    if name in _SINGULAR or _WHOLE.fullmatch(name):
        return _SINGULAR.get(name, name)
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= SHORTEST_NAME:
            return name.removesuffix(ending)
    return name


def bare_name(name: str, *, above: Iterable[str]) -> str:
    """Return a street's name without the names of the places above it, given from the city down.

    The tables write about a hundred so: 四平市铁东区平东街道 is 平东街道 in 四平市, 铁东区. A name
    stays where nothing of a street's would be left: 芒市镇 in 芒市.
    """
    bare = name
    for place in above:
        bare = bare.removeprefix(place)
    return bare if _STREET.fullmatch(bare) else name


def spoken_names(name: str) -> frozenset[str]:
    """Return the names a division answers to: its own, the short one, and those between.

    湘西土家族苗族自治州 is also 湘西, 湘西州, 湘西自治州; 同心满族乡 also 同心乡; 东华门街道 also
    东华门街道办.
    """
    short = short_name(name)
    names = {name, short}
    if match := _AUTONOMOUS.fullmatch(name):
        names |= {f"{short}自治{match['kind']}"}
        if match["kind"] != "区":
            names |= {f"{short}{match['kind']}"}
    elif match := _OF_PEOPLES.fullmatch(name):
        names |= {f"{short}{match['kind']}"}
    elif name.endswith("街道") and short != name:
        names |= {f"{name}办", f"{name}办事处"}
    return frozenset(names)
