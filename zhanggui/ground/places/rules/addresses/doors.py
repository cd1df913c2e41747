"""The last metres of an address: road, number, estate, building, unit, floor, room."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands below the divisions, as written; empty where it is not there."""

    zone: str = ""
    town: str = ""
    village: str = ""
    road: str = ""
    number: str = ""
    estate: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""

    def present(self) -> dict[str, str]:
        """Return the parts that are there, by name."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


_HAN: Final = "一二三四五六七八九十百零壹贰叁"
_MORE: Final = r"(?:\s?[-~至、,/&.和]\s?[A-Z]?-?\d+[A-Z]?)*"
_TOKEN: Final = re.compile(
    # 6号楼, 12栋, B座, AB座, C2座, 东配楼, 塔1, T3
    rf"(?P<building>(?:(?<![\dA-Za-z])[A-Za-z]{{1,2}}-?\d*|第?\d+(?:-\d+)?[A-Za-z]?|第?[{_HAN}]+|[甲乙丙丁]"
    rf"|[东西南北中主附裙前后]{{1,2}})(?:\s?[-~、,/&和]\s?[A-Z]?\d+)*\s?"
    r"(?:号(?:综合|办公|写字|研发|厂房|住宅|商务)?楼|号[栋幢座馆塔]|号厂房|号公馆|#楼|#(?!\w)|[栋幢](?:楼)?|座)"
    r"|[A-Z]\d?(?:号)?楼|[东西南北中主附裙配]{1,2}(?:配|附)?楼|塔\s?(?:[一二三四A-D]|\d)(?!\d)座?|[A-Z]?\d塔|(?<![A-Za-z])[A-Za-z]\d?区(?!域)|[东西南北]区(?=\d+[层楼]|$)|(?<![A-Za-z])T\d(?!\w)|[东西南北]塔楼?)"
    # 1单元, 三单元; 802单元 is a room
    rf"|(?P<unit>(?:\d{{1,2}}|[{_HAN}]{{1,2}}|[A-Z])单元)"
    # 16楼, 二层, 5F, B1层, 3-5F
    rf"|(?P<floor>(?:负|地下|B)?(?:\d{{1,3}}|[{_HAN}]{{1,3}})[A-Z]?(?:\s?[-~至、,/&及和]\s?\d{{1,3}})*\s?"
    r"(?:层(?![一-龥]?次)|楼(?![一-龥]?[盘梦])|[Ff](?![A-Za-z\d]))(?:整层|全层)?|[首顶][层楼]|整层)"
    # 203室, 1502-1503房, DE室, 1102号房, 802单元
    rf"|(?P<room>(?:(?<![A-Za-z])[A-Za-z]{{1,2}}-?)?\d{{1,5}}[A-Za-z]?{_MORE}\s?(?:室|房间|房(?!产|地)|号室|号房|号铺|号商铺|号店|铺(?!路)|档|单元)"
    r"|(?<![A-Za-z])[A-Z]{1,3}(?:单元|室))"
    # 612号, 甲6号院, 1399弄, 86-1号, 6号之二, 303号甲
    rf"|(?P<number>(?:自编|门牌)?(?:[甲乙丙丁付附副增临特新旧]\s?)?\d+[A-Za-z]?{_MORE}\s?号(?!大街|大道|支?路|街|线|桥|地块|大厦|大楼|区|馆|广场|仓|公馆|机场|航站)(?:之[{_HAN}\d]+|增\d+号|[甲乙丙丁](?![座栋楼幢])|大?院(?!\d*号楼$)|-\d+)?"
    rf"|(?<![一-龥]第)[{_HAN}]+号(?:大?院)?(?![线桥路街区馆仓]|大街|大道|支路|大厦|大楼|广场|公馆)|\d+弄|\d+之(?:[{_HAN}]+|\d{{1,2}}(?!\d))(?!号)|(?<=[路街道巷])\d{{1,5}}(?:-\d+)?(?!\d|\s?[号弄栋幢座楼层室房米年级段#F]|-))"
    # 16-10 at the end, floor and room
    r"|(?P<short>(?<![A-Za-z\d-])(?:\d{1,2}|[A-Z])-\d{1,2}(?=\s*$)|(?<![A-Za-z\d-])[A-Z]\d{1,2}(?=\s*$)|(?<=[层楼F])[A-Z](?=\s*$))"
    # 5-1002 at the end; 1728, A415, 1205-1206 at the end
    r"|(?P<pair>(?<![A-Za-z\d-])(?:[A-Z]\d{0,2}|\d{1,2})-(?:\d{1,2}-)?\d{3,4}[A-Z]?(?:-\d{1,4})?(?![\w号弄路楼栋幢座层]))"
    r"|(?P<bare>(?<![\d-])[A-Z]{0,2}-?\d{3,4}[A-Z]{0,2}(?:\s?[-~、,/&]\s?[A-Z]?\d{1,4}[A-Z]?)*(?![\w号弄路楼栋幢座层#-]))"
)
_ROAD_END: Final = (
    r"(?:大道|大街|大路|公路|路|街(?![区坊]|[东西南北中]?路)|道(?![口里外具工路]|交通|[东西南北中]路)|胡同|巷(?![东西南北中]?[路街])|弄(?=\d|$|\s)"
    r"|(?:条|里|线|村)(?=(?:甲|乙|丙|付|附)?\d+(?:-\d+)?号))"
)
_SECTION: Final = (
    rf"(?:[东西南北中][{_HAN}]?段|[{_HAN}\d]+段|[{_HAN}]条|[东西南北中](?=(?:\d|$|\s|甲|乙)))?"
)
_ROAD: Final = re.compile(rf"[一-龥A-Za-z0-9·]{{1,12}}?{_ROAD_END}{_SECTION}")
_CROSS: Final = re.compile(
    rf"[一-龥0-9]{{1,12}}?{_ROAD_END}[东西南北中]?(?:与|和|、|及|-)?[一-龥0-9]{{1,12}}?{_ROAD_END}[东西南北中]?(?:的)?(?:交[叉汇接界]?(?:路?口|处)?|路口)"
)
_ZONE: Final = re.compile(
    r"[一-龥A-Za-z]{0,12}?(?:开发区|高新(?:技术)?(?:产业)?园?区|保税[港]?区|工业园?区|示范区|自贸(?:试|实)?验?区|集聚区"
    r"|[一-龥]{2}新区|管理区|度假区|经开区|产业带|(?<=[一-龥])园区)"
)
# What stands before a road's own name: at least two characters of the name follow it.
_AREA: Final = re.compile(
    r"[一-龥A-Za-z\d]{0,10}(?:软件园|科技园|产业园|工业园|创业园|创意园|物流园|科学城|大学城|[一-龥]新城|商务区"
    r"|花园|公园|家园|新村|小区|片区|园区|工业区|[一二三四五六七八九十\d东西南北][区期]|广场|[东西南北]侧|桥[东西南北])"
    rf"(?!{_ROAD_END})(?=[一-龥]{{2,8}}?{_ROAD_END})"
)
_TOWN: Final = re.compile(r"[一-龥]{2,6}?(?:街道办事处|街道办|街道|镇|乡(?!村))(?![路街道])")
_OTHER: Final = re.compile(r"[;/](?=[一-龥])")
_VILLAGE: Final = re.compile(
    r"[一-龥]{1,8}?(?:村委会|村|社区|居委会|屯|寨)(?!口|路|街|大道)(?:[一-龥\d]{1,3}[组队])?|[一-龥\d]{1,4}[组队](?=\d|$|\s)"
)
_PARENS: Final = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?")
_NAMES: Final = re.compile(r"[一-龥A-Za-z][一-龥A-Za-z0-9·&'\-]+")
_FILL: Final = re.compile(r"^[\s,.;:/|、\-]+|[\s,.;:/|与和的及至、\-(]+$")
_WITH_BUILDING: Final = re.compile(r"([A-Z]\d{0,2}|\d{1,2})-(\d{3,4}\D*)")
_DIRECTION: Final = re.compile(
    r".*(?:附近|对面|旁边?|隔壁|[东西南北]侧|[东西南北]首|路口|交[叉汇]处?口?|以[东西南北]|往[东西南北].*)"
)


def read_parts(rest: str) -> Parts:
    """Return the parts of what follows the divisions; remarks in brackets are passed over."""
    text = _PARENS.sub(" ", rest)
    first = _OTHER.split(text, maxsplit=1)[0]
    text = first if _ROAD.search(first) else text
    found: dict[str, str] = {}
    if town := _TOWN.match(text):
        found["town"] = town[0]
        text = text[town.end() :]
    begin = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        gap = text[begin : token.start()].strip()
        if kind == "short" and not found and not gap:
            continue
        if kind in ("pair", "bare") and not found and not text[begin : token.start()].strip():
            continue
        _run(text[begin : token.start()], found, before=kind)
        _put(kind, token[0].strip(), found, apart=bool(gap))
        begin = token.end()
    _run(text[begin:], found, before="")
    return Parts(**found)


def _put(kind: str, value: str, found: dict[str, str], *, apart: bool) -> None:
    """Keep a token under its part; a second number is a building's or goes with its lane."""
    if kind == "number" and "number" in found:
        if found["number"].endswith("弄"):
            found["number"] += value
        elif "building" not in found and "、" not in value:
            found["building"] = value
    elif kind == "floor" and value.startswith("整层"):
        return
    elif kind == "pair":
        head, _, tail = value.rpartition("-") if value.count("-") == 1 else value.partition("-")
        if "building" not in found and "floor" not in found:
            found["building"] = head
            found.setdefault("room", tail)
        else:
            found.setdefault("room", value)
    elif kind == "room" and "building" not in found and (split := _WITH_BUILDING.fullmatch(value)):
        found["building"] = split[1]
        found.setdefault("room", split[2])
    elif kind == "bare":
        if "road" in found and not {"number", "building", "estate", "floor"} & found.keys():
            found["number"] = value
        else:
            found.setdefault("room", value)
    elif kind == "building" and "floor" in found and "building" not in found:
        found.setdefault("room", value)
    elif kind == "building" and found.get("building", "").endswith(("号", "院")):
        found["building"] = value
    elif kind == "building" and "building" in found:
        if not {"unit", "floor", "room"} & found.keys():
            found["building"] = value if apart else found["building"] + value
    elif kind == "short":
        _put_short(value, found)
    else:
        found.setdefault(kind, value)


def _put_short(value: str, found: dict[str, str]) -> None:
    """Keep what ends an address in a letter and digits: C5 is a building, D07 and B-10 rooms."""
    if len(value) == 2 and "-" not in value and not {"building", "floor"} & found.keys():
        found["building"] = value
    else:
        found.setdefault("room", value)


def _run(text: str, found: dict[str, str], *, before: str) -> None:
    """Read the words between two tokens: road, zone, village, estate."""
    run = _FILL.sub("", text)
    if len(run) < 2 and not run:
        return
    for piece in re.split(r"[\s,;:/|.]+", run):
        last = before if piece and run.endswith(piece) else ""
        _piece(piece, found, numbered=last == "number")


def _piece(piece: str, found: dict[str, str], *, numbered: bool) -> None:
    if "estate" not in found and not {"number", "road"} <= found.keys():
        piece = _take_road(piece, found, numbered=numbered)
    if len(piece) > 1 and "estate" not in found:
        _take_estate(piece, found)


def _take_road(piece: str, found: dict[str, str], *, numbered: bool) -> str:
    """Take zone, village and road from the front of a piece and return what remains."""
    if "road" in found and not numbered:
        return piece
    if cross := _CROSS.match(piece):
        found["road"] = cross[0]
        return piece[cross.end() :]
    for part, pattern in (("zone", _ZONE), ("village", _VILLAGE)):
        if part in found or not (match := pattern.match(piece)):
            continue
        if not _ROAD_AT.match(piece, match.end()) and not _ROAD.match(match[0]):
            found[part] = match[0]
            piece = piece[match.end() :]
    if area := _AREA.match(piece):
        found.setdefault("zone", area[0])
        piece = piece[area.end() :]
    roads = list(_ROAD.finditer(piece))
    if not roads:
        return piece
    if numbered and (roads[-1].end() == len(piece)):
        road = roads[-1]
        found["road"] = road[0]
        before = piece[: road.start()]
        return "" if road is not roads[0] or not before else before
    road = roads[0]
    if "road" not in found and not (numbered and road.end() < len(piece) and len(road[0]) < 3):
        found["road"] = road[0]
        return piece[road.end() :]
    return piece


_ROAD_AT: Final = re.compile(rf"[东西南北中]?[一二三四五六七八九十\d]{{0,2}}[横直支环]?{_ROAD_END}")


def _take_estate(piece: str, found: dict[str, str]) -> None:
    for name in _NAMES.findall(_FILL.sub("", piece)):
        if len(name) > 1 and not _DIRECTION.fullmatch(name):
            found["estate"] = name
            return
