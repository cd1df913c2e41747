"""The divisions named in an address: which chain of them stands there, and whether it fits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from zhanggui.ground.places.gazetteer import COUNTY_DIGITS
from zhanggui.ground.places.rules.addresses.names import (
    CITY_DIGITS,
    MUNICIPALITIES,
    OUTSIDE,
    Meaning,
    is_word,
    names,
    street_at,
    town_at,
    widest,
)
from zhanggui.ground.places.rules.addresses.settling import is_served
from zhanggui.ground.places.rules.addresses.zones import ZONE, zones_of
from zhanggui.ground.places.rules.codes import Level

_BETWEEN: Final = re.compile(
    r"[\s,.;:|/\\_·>\-、。]*(?:是(?=[\u4e00-\u9fff]{2}))?(?:(?:中华人民共和国|中国|(?:省|自治区)直辖县级?(?:行政区划|行政单位)|市辖区)"
    r"[\s,.;:|/\\_·>\-、。]*)*"
)
_BREAK: Final = re.compile(r"$|[\s,.;:|/()\[\]、。\-]")
_ROAD_WORD: Final = (
    r"(?:环路|大道|大街|大路|公路|高速|国道|省道|路|街(?!道)|道(?!里|外|县|真)"
    r"|巷|弄|胡同|横街|直街)"
)
_ROAD: Final = re.compile(
    r"(?:大道|大街|大路|公路|路|街|道|巷)"
    r"(?=[东西南北中]?(?:[\d甲乙与和交一二三四五六七八九十]|$|[\s,;.]))"
)
_ROADISH: Final = re.compile(
    rf"[东西南北中前后内外上下新老大小横支辅村一二三四五六七八九十\d]{{0,3}}{_ROAD_WORD}"
    rf"|[东西南北]?里(?=[甲乙]?\d)|[内外]?大?[门桥]|[东西南北]?[站口](?!区)"
)
_POIISH: Final = re.compile(
    r"大厦|广场|大楼|商厦|大?酒店|宾馆|饭店|花园|花苑|公寓|小区|新村|山庄|家园|医院|大学|学院|中学"
    r"|小学|银行|证券|保险|机场|火车|车站|商会|会馆|商城|商场|市场|体育[馆场中]|公园|集团|公司|科技有限|街道|镇(?!海|江|宁|平|远|原|雄|安|巴|坪|康|沅)|乡(?!宁)|[嘴湾岛湖坝]"
)
_ROAD_AHEAD: Final = re.compile(
    r"[\u4e00-\u9fff\d]{2,8}?(?:大道|大街|路|街(?!道)|道|巷|弄|胡同)|[\u4e00-\u9fff]{1,4}[村组]"
    r"|[\u4e00-\u9fff]{2,5}(?=[甲乙]?\d+号)"
)
_TOWN_WORD: Final = re.compile(r"街道|镇|乡|办事处")
_PASSED: Final = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:开发区|管委会|管理区|新区|度假区|高新区|新城|[\u4e00-\u9fff]岛)"
)
# An industrial area bears the name of the town it lies in; science and software parks do not.
_INDUSTRY: Final = re.compile(r"[\u4e00-\u9fff]{0,8}?工业[区园]")
_BLOCKING: Final = re.compile(
    r"[\u4e00-\u9fff]{0,5}?(?:园|城|厦|楼|中心|公司|厂|店|站|大学|医院|区)"
)
_ROADLIKE_NAME: Final = re.compile(r".*(?:路|街|道|巷|里|门|桥|条)$")
_PLAIN: Final = (
    "城东 城西 城南 城北 城中 城区 城郊 中心 高新 新区 东方 广场 和平 人民 解放 新华 建设 胜利 工业"
    " 东风 友谊 光明 新城 火车 车站 开发 经济 东区 西区 南区 北区 园区 商业 中山 公园"
    " 大学"
)
_PLAIN_WORDS: Final = frozenset(_PLAIN.split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as written: where, and the codes it could mean."""

    begin: int
    end: int
    codes: tuple[str, ...]
    full: bool = True
    former: bool = False


@dataclass(slots=True)
class Chain:
    """Divisions named one after another.

    `codes`: the narrowest the names agree on, several when they leave it open. `stray`: a division
    named in full that does not lie where the names before it say. `passed`: a zone between a city
    and its street, which is no division.
    """

    begin: int
    end: int
    codes: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()
    passed: str = ""
    outside: tuple[str, str] | None = None
    mentions: list[Mention] = field(default_factory=list)

    @property
    def weight(self) -> int:
        """How much of an address it is: full names count twice, an unclear one half."""
        return sum(2 if m.full else 1 for m in self.mentions) * 2 + (self.outside is not None) * 4

    @property
    def full(self) -> bool:
        """Whether a name in it is written with its last word, or two stand together."""
        return len(self.mentions) > 1 or any(m.full for m in self.mentions) or bool(self.outside)


def read_chain(text: str, begin: int, *, within: frozenset[str] | None = None) -> Chain:
    """Return the divisions named from `begin` on, as far as they follow one another."""
    chain = Chain(begin, begin)
    while True:
        at = _skipped(text, chain)
        if not chain.mentions and (found := _outside_at(text, at)):
            chain.outside, chain.end = found
            return chain
        mention = _next(text, at, chain, within)
        if mention is None:
            return chain
        chain.mentions.append(mention)
        chain.end = mention.end


def _skipped(text: str, chain: Chain) -> int:
    found = _BETWEEN.match(text, chain.end)
    return found.end() if found else chain.end


def _outside_at(text: str, at: int) -> tuple[tuple[str, str], int] | None:
    for name, place in OUTSIDE.items():
        if text.startswith(name, at):
            end = at + len(name)
            if len(name) > 2 or not (_ROADISH.match(text, end) or _POIISH.match(text, end)):
                return place, end
    return None


def _next(text: str, at: int, chain: Chain, within: frozenset[str] | None) -> Mention | None:
    """Find the next name and narrow the chain by it."""
    street = _street(text, at, chain)
    upper = _upper(text, at, chain, within)
    if street and (upper is None or _is_narrower(street, upper)):
        chain.codes = street.codes
        return street
    if upper is None:
        further = _zone(text, at, chain) or _stray_street(text, at, chain)
        return further or _street_past_a_zone(text, at, chain)
    codes = _fitting(chain.codes, upper.codes)
    if codes:
        chain.codes = codes
    elif chain.stray:
        chain.stray = _fitting(chain.stray, upper.codes) or chain.stray
    else:
        chain.stray = upper.codes
    return upper


def _is_narrower(street: Mention, upper: Mention) -> bool:
    """Return whether a name is a street's: 海淀 is the district before it is the street in it."""
    return street.end > upper.end or (street.end == upper.end and street.full and not upper.full)


def _fitting(known: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the narrower of each pair of which one lies in the other.

    All that is named when nothing is known yet. 福建 and 莆田 give 莆田, in either order.
    """
    if not known:
        return named
    pairs = (max(k, n, key=len) for k in known for n in named if k.startswith(n) or n.startswith(k))
    return tuple(dict.fromkeys(pairs))


# --- province, city, county -------------------------------------------------------------------
def _upper(text: str, at: int, chain: Chain, within: frozenset[str] | None) -> Mention | None:
    against: Mention | None = None
    found = [*names().at(text, at), *_changed(text, at, chain), *_sharing_a_sign(text, at)]
    for end, meanings in sorted(found, key=lambda one: -one[0]):
        mention = _mention(text, at, end, meanings, chain, within)
        if mention is None:
            continue
        if not chain.codes or _fitting(chain.codes, mention.codes):
            return mention
        if chain.stray and _fitting(chain.stray, mention.codes):
            return mention
        if mention.full and end - at > 2 and against is None:
            against = mention
    if against and not _street_instead(text, at, chain):
        return against
    return None


def _sharing_a_sign(text: str, at: int) -> Iterable[tuple[int, tuple[Meaning, ...]]]:
    """Yield 市中区, 市南区, 市北区 written once for two: 济南市中区, 青岛市北区."""
    if text.startswith(("中区", "南区", "北区"), at) and text[at - 1 : at] == "市":
        for end, meanings in names().at(text, at - 1):
            if end == at + 2:
                yield end, tuple(m for m in meanings if m.level is Level.COUNTY)


def _changed(text: str, at: int, chain: Chain) -> Iterable[tuple[int, tuple[Meaning, ...]]]:
    """Yield names with a former last word; not where a street begins inside it (番禺 市桥)."""
    for end, meanings in names().changed_at(text, at):
        if not any(
            next(street_at(text, end - 1, under=m.code), None) for m in meanings
        ) or _ROADISH.match(text, end):
            yield end, meanings


def _mention(
    text: str,
    at: int,
    end: int,
    meanings: tuple[Meaning, ...],
    chain: Chain,
    within: frozenset[str] | None,
) -> Mention | None:
    """Judge one name: what it means after what was named before it, or None."""
    name = text[at:end]
    fitting = tuple(m for m in meanings if _fitting(chain.codes, (m.code,)))
    if chain.codes and not fitting:
        full = tuple(m for m in meanings if m.full and not m.former)
        return _made(at, end, full) if full and not _is_road(text, end) else None
    if not chain.codes:
        fitting = widest(meanings, name=name)
    full = tuple(m for m in fitting if m.full)
    if full and _stands_in_full(text, at, end, chain=chain, meanings=full):
        return _made(at, end, full) if not _is_road(text, end) else None
    if _leads_on(text, end, fitting):
        return _made(at, end, fitting)
    if _ROADISH.match(text, end) or _POIISH.match(text, end):
        return None
    if not chain.codes and not _stands_alone(text, end, name, fitting, within):
        return None
    if chain.codes and _is_repeated(chain, fitting) and not _BREAK.match(text, end):
        return None
    if chain.codes and name in _PLAIN_WORDS - {"长安", "光明", "和平", "中山", "新华"}:
        return None
    return _made(at, end, fitting)


def _stands_in_full(
    text: str, at: int, end: int, *, chain: Chain, meanings: tuple[Meaning, ...]
) -> bool:
    """Return whether a full name is long enough, or stands where it can be nothing else."""
    if end - at > 2 or text[end - 1] in "县旗":
        return True
    if chain.codes and (meanings[0].former or text[at - 1] == "市"):
        return True  # 无锡市 新区, 汕尾市 城区, 攀枝花市 西区
    here = bool(chain.codes) or not all(m.former for m in meanings)
    return here and bool(_BREAK.match(text, end))


def _leads_on(text: str, end: int, meanings: tuple[Meaning, ...]) -> bool:
    """Return whether a division in full follows that lies in this one: 石家庄 桥西区."""
    for outer in meanings:
        if len(outer.code) >= CITY_DIGITS:
            end_of, streets = next(iter(street_at(text, end, under=outer.code)), (end, []))
            if any(s.full for s in streets) and end_of - end > 2 and not _is_road(text, end_of):
                return True
    return any(
        inner.full and inner.code.startswith(outer.code) and inner.code != outer.code
        for _end, found in names().at(text, end)
        for inner in found
        for outer in meanings
    )


def _is_repeated(chain: Chain, meanings: tuple[Meaning, ...]) -> bool:
    """Return whether a name only says again what is known, so that it may be something else."""
    return all(code.startswith(m.code) for code in chain.codes for m in meanings)


def _is_road(text: str, end: int) -> bool:
    """Return whether a name in full is but the beginning of a road's: 古镇大道, 新市区路."""
    return bool(_ROAD.match(text, end))


def _made(at: int, end: int, meanings: tuple[Meaning, ...]) -> Mention:
    return Mention(
        at,
        end,
        tuple(m.code for m in meanings),
        any(m.full for m in meanings),
        all(m.former for m in meanings),
    )


def _stands_alone(
    text: str,
    end: int,
    name: str,
    meanings: tuple[Meaning, ...],
    within: frozenset[str] | None,
) -> bool:
    """Return whether a short name with nothing above it is a place and not part of a word."""
    if all(len(m.code) <= CITY_DIGITS for m in meanings):
        return True
    served = [m for m in meanings if within is None or is_served(m.code, within)]
    if is_word(name) or (len(meanings) > 1 and len(served) != 1):
        return False
    if _BREAK.match(text, end) or text[end].isascii() or ZONE.match(text, end):
        return True
    child = next(iter(street_at(text, end, under=meanings[0].code)), None)
    if child is not None:
        return True
    return bool(_ROAD_AHEAD.match(text, end)) and not _BLOCKING.match(text, end)


# --- streets and zones ------------------------------------------------------------------------
def _street(text: str, at: int, chain: Chain) -> Mention | None:
    """Return the street named here, in the county or city the chain has come to."""
    if not chain.codes and not chain.stray:
        return _town(text, at)
    for known in (chain.codes, chain.stray):
        if not known or (len(known[0]) < CITY_DIGITS and known[0] not in MUNICIPALITIES):
            continue
        if len(known[0]) > COUNTY_DIGITS:
            return None
        if mention := _street_under(text, at, known):
            return mention
    return None


def _street_under(text: str, at: int, known: tuple[str, ...]) -> Mention | None:
    county = all(len(code) == COUNTY_DIGITS for code in known)
    best: Mention | None = None
    for code in known:
        for end, streets in street_at(text, at, under=code):
            full = [s for s in streets if s.full]
            name = text[at:end]
            named = len(name) > 2 or (county and name[-1] in "镇乡")
            if full and named and _reads_as_street(text, end, name):
                codes = tuple(s.code for s in full)
                former = all(s.changed for s in full)
                best = _merged(best, Mention(at, end, codes, True, former))
                break
            side = text[at - 1 : at] == "市" and name in ("东区", "西区", "南区", "北区")
            bare = (side or _reads_as_bare(text, end, name)) and (county or len(streets) == 1)
            if not full and bare:
                best = _merged(best, Mention(at, end, tuple(s.code for s in streets), False))
                break
    return best


def _merged(one: Mention | None, other: Mention) -> Mention:
    if one is None or one.end < other.end:
        return other
    if one.end > other.end:
        return one
    return replace(one, codes=(*one.codes, *other.codes))


def _reads_as_street(text: str, end: int, name: str) -> bool:
    if _is_road(text, end):
        return False
    if name.endswith("街") and not name.endswith("大街"):
        return end < len(text) and not text[end].isdigit() and not _BREAK.match(text, end)
    return True


def _reads_as_bare(text: str, end: int, name: str) -> bool:
    """Return whether a street's short name stands for the street: 望京SOHO, not 上地东路."""
    if name in _PLAIN_WORDS or _ROADISH.match(text, end) or _TOWN_WORD.match(text, end):
        return False
    if _POIISH.match(text, end):
        return False
    if _BREAK.match(text, end):
        return True
    if _ROADLIKE_NAME.match(name):
        return False
    if text[end].isdigit() or _INDUSTRY.match(text, end):
        return True
    return bool(_ROAD_AHEAD.match(text, end)) and not _BLOCKING.match(text, end)


def _town(text: str, at: int) -> Mention | None:
    """Return a street written in full with nothing above it, whatever places have that name."""
    found = town_at(text, at)
    if found is None or not _reads_as_street(text, found[0], ""):
        return None
    return Mention(at, found[0], found[1])


def _street_instead(text: str, at: int, chain: Chain) -> bool:
    return _street(text, at, chain) is not None


def _stray_street(text: str, at: int, chain: Chain) -> Mention | None:
    """Return a street written in full that lies in another county of the same city."""
    if len(chain.codes) != 1 or len(chain.codes[0]) != COUNTY_DIGITS or chain.stray:
        return None
    city = chain.codes[0][:CITY_DIGITS]
    for end, streets in street_at(text, at, under=city):
        full = [s for s in streets if s.full]
        name = text[at:end]
        worded = len(name) > 2 and name.endswith(("街道", "镇", "乡"))
        if len(full) == 1 and worded and _reads_as_street(text, end, name):
            chain.stray = (full[0].code,)
            return Mention(at, end, chain.stray, True, full[0].changed)
    return None


def _street_past_a_zone(text: str, at: int, chain: Chain) -> Mention | None:
    """Return the street in full that follows a zone of the city: 莆田市北岸经济开发区东埔镇."""
    if len(chain.codes) != 1 or len(chain.codes[0]) != CITY_DIGITS:
        return None
    zone = _PASSED.match(text, at)
    street = _street_under(text, zone.end(), chain.codes) if zone else None
    if zone is None or street is None or not street.full or len(street.codes) > 1:
        return None
    chain.passed, chain.codes = zone[0], street.codes
    return street


def _zone(text: str, at: int, chain: Chain) -> Mention | None:
    """Return the development zone named here where the tables hold it as a county of its own."""
    found = ZONE.match(text, at)
    if found is None or len(chain.codes) != 1 or len(chain.codes[0]) != CITY_DIGITS:
        return None
    zones = zones_of(chain.codes[0])
    code = zones.get(found.lastgroup or "")
    if code is None:
        return None
    chain.codes = (code,)
    return Mention(at, found.end(), (code,))
