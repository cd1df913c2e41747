"""Which divisions a written name can mean: official, short, former, and by habit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from zhanggui.ground.places.gazetteer import COUNTY_DIGITS, DATA, Division, gazetteer
from zhanggui.ground.places.rules.codes import Level, level_of, short_name, spoken_names

ALIASES_FILE: Final = "aliases.txt"
RENAMED_FILE: Final = "renamed.txt"
CITY_DIGITS: Final = 4
MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})
"""Provinces that are one city: 北京, 天津, 上海, 重庆."""

OUTSIDE: Final = {
    "香港特别行政区": ("81", "香港特别行政区"),
    "香港": ("81", "香港特别行政区"),
    "澳门特别行政区": ("82", "澳门特别行政区"),
    "澳门": ("82", "澳门特别行政区"),
    "台湾省": ("71", "台湾省"),
    "台湾": ("71", "台湾省"),
    "台北市": ("71", "台湾省"),
    "新北市": ("71", "台湾省"),
    "高雄市": ("71", "台湾省"),
}
"""Places the tables do not hold, with the codes of the standard GB/T 2260."""


class Meaning(NamedTuple):
    """A division a name can stand for; `full`: the name carries its own last word (市, 区, 县)."""

    code: str
    full: bool
    former: bool = False

    @property
    def level(self) -> Level:
        """The level the code stands for."""
        return level_of(self.code) or Level.COUNTY


# Short names that are words of everyday addresses first: never read as a division by themselves.
_EVERYDAY: Final = (
    "市中 城中 城区 郊区 新城 矿区 新区 城关 市区 东方 新华 向阳 和平 新兴 河口 解放 光明 新建 永安"
    " 长安 太平 胜利 复兴 兴业 民权 红旗 友谊 前进 东风 站前 海港 文峰 桥东 桥西 铁东 铁西 振兴"
    " 南山 东山 龙山 中山 江北 江南 江东 城东 城西 城南 城北 河东 河西 河北 安宁 金山 金城"
    " 华容"
)
_WORDS: Final = frozenset(_EVERYDAY.split())
# Of a city and a county that share a short name, people mean the city, except here.
_UNCLEAR: Final = frozenset({"朝阳"})


@dataclass(frozen=True)
class Names:
    """All names of the three upper levels, and the stems of names whose last word changed."""

    meanings: dict[str, tuple[Meaning, ...]]
    stems: dict[str, tuple[Meaning, ...]]
    longest: int

    def at(self, text: str, begin: int) -> Iterator[tuple[int, tuple[Meaning, ...]]]:
        """Yield the names that stand at a place of the text, the longest first: end, meanings."""
        for end in range(min(len(text), begin + self.longest), begin + 1, -1):
            if found := self.meanings.get(text[begin:end]):
                yield end, found

    def changed_at(self, text: str, begin: int) -> Iterator[tuple[int, tuple[Meaning, ...]]]:
        """Yield names whose last word is no longer right (密云县, 毕节地区), longest first."""
        for end in range(min(len(text), begin + 9), begin + 2, -1):
            last = text[end - 2 : end] if text[end - 1] == "区" else ""
            cut = 2 if last in ("地区", "新区") else 1
            if text[end - 1] not in "市县区州盟" or text[begin:end] in self.meanings:
                continue
            if found := self.stems.get(text[begin : end - cut]):
                upper = last == "地区" or text[end - 1] in "州盟"
                level = Level.CITY if upper else Level.COUNTY
                if fitting := tuple(m for m in found if m.level is level):
                    yield end, fitting


def is_word(name: str) -> bool:
    """Return whether a short name is an everyday word that needs a place above it to be a place."""
    return name in _WORDS


@cache
def names() -> Names:
    """Return the index of this release's edition, built once in a process."""
    found: dict[str, list[Meaning]] = {}
    stems: dict[str, list[Meaning]] = {}
    for division in _upper(None):
        short = short_name(division.name)
        for name in spoken_names(division.name):
            found.setdefault(name, []).append(
                Meaning(division.code, name in (division.name, f"{short}州") or name != short)
            )
        if short != division.name:
            stems.setdefault(short, []).append(Meaning(division.code, True, True))
    for former, within, codes in _renamed():
        for code in codes:
            assert code.startswith(within), former
            found.setdefault(former, []).append(Meaning(code, True, True))
    for alias, code in _aliases():
        full = alias[-1] in "区州省"
        found.setdefault(alias, []).append(Meaning(code, full, former=alias in found))
    meanings = {name: _meant(name, many) for name, many in found.items()}
    kept = {stem: tuple(many) for stem, many in stems.items()}
    return Names(meanings, kept, max(map(len, meanings)))


def _upper(code: str | None) -> Iterator[Division]:
    for division in gazetteer().children(code):
        if not division.filler:
            yield division
        if division.level < Level.COUNTY:
            yield from _upper(division.code)


def _meant(name: str, many: list[Meaning]) -> tuple[Meaning, ...]:
    """Order the meanings of a name, the widest first: 吉林 the province before 吉林 the city."""
    return tuple(sorted(dict.fromkeys(many), key=lambda m: (m.former, m.level, m.code)))


def _lines(file: str) -> Iterator[list[str]]:
    for line in (DATA / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split(" ")


def _renamed() -> Iterator[tuple[str, str, list[str]]]:
    for former, within, codes, _year in _lines(RENAMED_FILE):
        yield former, within, codes.split(",")


def _aliases() -> Iterator[tuple[str, str]]:
    for line in _lines(ALIASES_FILE):
        yield line[0], line[1]


def widest(meanings: Iterable[Meaning], *, name: str) -> tuple[Meaning, ...]:
    """Return what a name standing alone is taken for: a province or a city before a county."""
    many = tuple(meanings)
    present = tuple(m for m in many if not m.former) or many
    if name in _UNCLEAR or all(m.full for m in present):
        return many
    top = min(m.level for m in present)
    return tuple(m for m in present if m.level is top)


# --- streets ----------------------------------------------------------------------------------
_STREET_WORD: Final = re.compile(r"(?:街道办事处|街道办|办事处|街道|镇|乡|街)$")
_STREET_OR_DISTRICT: Final = re.compile(rf"(?:{_STREET_WORD.pattern[:-1]}|区)$")
# Endings with more before them than a word: 穆云畲族乡, 黑庄户地区, 乌兰哈页苏木.
_LONG_ENDINGS: Final = ("族乡", "族镇", "地区", "苏木")
_TOWN: Final = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:街道办事处|街道办|街道|镇|乡)")


class Street(NamedTuple):
    """A street a name stands for; `full`: written with its last word; `changed`: another one."""

    code: str
    full: bool
    changed: bool


@cache
def _streets_of(county: str) -> dict[str, str]:
    """Return the codes of a county's streets by official name, and by a short one of its own.

    九华镇 and 九华乡 stand in one county: there the short name says nothing.
    """
    streets = gazetteer().children(county)
    shorts = Counter(short_name(street.name) for street in streets)
    codes = {s.code: short_name(s.name) for s in streets}
    own = {short: code for code, short in codes.items() if shorts[short] == 1}
    return own | {street.name: street.code for street in streets}


@cache
def _official(code: str) -> str:
    division = gazetteer().get(code)
    return division.name if division else ""


def _is_whole(counties: tuple[str, ...]) -> bool:
    division = gazetteer().get(counties[0]) if counties else None
    return division is not None and division.filler


@cache
def counties_of(code: str) -> tuple[str, ...]:
    """Return the codes of the counties in a division, the filler of a city without any included."""
    if len(code) >= COUNTY_DIGITS:
        return (code[:COUNTY_DIGITS],)
    return tuple(c for child in gazetteer().children(code) for c in counties_of(child.code))


def street_at(text: str, begin: int, *, under: str) -> Iterator[tuple[int, list[Street]]]:
    """Yield the streets of a city or county named at a place of the text, the longest first.

    In a city without counties people call a street's area a district: 东莞市 南城区.
    """
    counties = counties_of(under)
    words = _STREET_WORD if len(counties) > 1 or not _is_whole(counties) else _STREET_OR_DISTRICT
    for end in range(min(len(text), begin + 12), begin + 1, -1):
        name = text[begin:end]
        word = words.search(name)
        stems = [name, name[: word.start()]] if word and word.start() > 1 else [name]
        if name.endswith(_LONG_ENDINGS):
            stems.append(short_name(name))
        exact = [code for county in counties if (code := _streets_of(county).get(name))]
        if exact and any(_official(code) == name for code in exact):
            yield end, [Street(code, True, False) for code in exact if _official(code) == name]
            continue
        found = [
            Street(code, stem != name or _official(code) == name, _changed(code, name, stem))
            for county in counties
            for stem in stems
            if (code := _streets_of(county).get(stem))
        ]
        if found:
            yield end, found


def _changed(code: str, name: str, stem: str) -> bool:
    """Return whether the name is written with a last word the street no longer has."""
    return stem != name and not name.startswith(_official(code))


def town_at(text: str, begin: int) -> tuple[int, tuple[str, ...]] | None:
    """Return the streets of the whole country that the full name at this place could be."""
    found = _TOWN.match(text, begin)
    if found is None:
        return None
    for match in (found, _TOWN.match(text, begin, min(len(text), found.end() + 3))):
        if match and (codes := _everywhere(match[0])):
            return match.end(), codes
    return None


@cache
def _everywhere(name: str) -> tuple[str, ...]:
    streets = gazetteer().find(name, level=Level.STREET)
    return tuple(street.code for street in streets if short_name(street.name) != name)
