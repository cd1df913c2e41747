"""How words sound: readings of Chinese words, and what letters typed without gaps may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

SYLLABLES_MAX = 12
"""Syllables of one typed word that are taken apart: the longest name on a shelf has fewer."""

READINGS_MAX = 4
"""Ways to take one typed word apart that are followed up: xian is xian and xi an."""

SOUNDS_MAX = 64
"""Words that sound alike that are looked for: all of a word of three syllables."""

# Of each beginning the endings that Mandarin has with it; ü is written v, as people type it.
_ENDINGS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo un v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES = frozenset(
    beginning + ending for beginning, endings in _ENDINGS.items() for ending in endings.split()
)
_LONGEST = max(map(len, SYLLABLES))

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f"), ("l", "r"))
"""Beginnings that the south of China, Fujian above all, does not tell apart."""

_ALIKE_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("v", "u"))


@lru_cache(maxsize=8192)
def syllables_of(han: str) -> tuple[str, ...]:
    """Return how a run of Chinese characters is read, in phrases: 银行 is yin hang, 行走 xing zou.

    A character without a reading, and whatever is no plain syllable, reads as "".
    """
    from pypinyin import lazy_pinyin  # loading it takes a while, and few deeds need it

    read = lazy_pinyin(han, errors=lambda unread: [""] * len(unread))  # type: ignore[return-value, arg-type]
    return tuple(s if s.isascii() and s.isalpha() else "" for s in map(_plain, read))


def _plain(syllable: str) -> str:
    return syllable.lower().replace("ü", "v")


@lru_cache(maxsize=4096)
def readings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways in which letters fall into syllables, the fewest syllables first.

    `guiyuan` is gui yuan; `xian` is xian and xi an; letters that are no pinyin have none.
    """
    if not re.fullmatch("[a-z]+", letters) or len(letters) > SYLLABLES_MAX * _LONGEST:
        return ()
    ways: list[list[tuple[str, ...]]] = [[] for _ in letters] + [[()]]
    for start in range(len(letters) - 1, -1, -1):
        found = [
            (letters[start:end], *rest)
            for end in range(start + 1, min(start + _LONGEST, len(letters)) + 1)
            if letters[start:end] in SYLLABLES
            for rest in ways[end]
        ]
        ways[start] = sorted(found, key=lambda way: (len(way), way))[:READINGS_MAX]
    return tuple(way for way in ways[0] if len(way) <= SYLLABLES_MAX)


def may_be_initials(letters: str) -> bool:
    """Tell whether letters may be the initials of syllables: none begins with i, u or v."""
    return bool(re.fullmatch("[a-hj-tw-z]{2,}", letters)) and not readings(letters)


@lru_cache(maxsize=1024)
def alike(syllable: str) -> tuple[str, ...]:
    """Return a syllable and those that many take for it: ying and yin, zhang and zang, hu and fu.

    Only what is a syllable itself is returned, the one asked for first.
    """
    found = {syllable: None}
    for one, other in _ALIKE_ENDS:
        for known in list(found):
            if known.endswith(one):
                found[known.removesuffix(one) + other] = None
            elif known.endswith(other):
                found[known.removesuffix(other) + one] = None
    for one, other in _ALIKE:
        for known in list(found):
            if known.startswith(one):
                found[other + known.removeprefix(one)] = None
            elif known.startswith(other):
                found[one + known.removeprefix(other)] = None
    return tuple(word for word in found if word in SYLLABLES)


def sounding_alike(syllables: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield words that many take for this one, those with fewest changes first; not itself."""
    level: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    for syllable in syllables:
        level = sorted(
            (changes + (other != syllable), (*word, other))
            for changes, word in level
            for other in alike(syllable)
        )[:SOUNDS_MAX]
    yield from (word for changes, word in level if changes)
