"""The words under which goods stand in the index of the search, and the words somebody typed.

What stands in the index is a token with a weight. Tokens are of five kinds, told apart by a sign:

    桂圆        two neighbouring Chinese characters, and each alone
    longan      a Latin word or a number, whole
    'gui yuan   two neighbouring syllables of the reading, and each alone
    !gy         two to four neighbouring initials of the reading
    =lyggy500   a code or barcode without its signs

The weight says where the word stands (name, brand, origin, variant) and how it was meant: what is
written counts more than what is read, and that more than initials.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from zhanggui.books.catalogue.rules.pinyin import (
    SYLLABLES,
    may_be_initials,
    readings,
    sounding_alike,
    syllables_of,
)

TOKEN_CHARS_MAX = 40
"""Characters of a token: longer Latin words are kept and asked for by their first ones."""

TYPED_CHARS_MAX = 60
"""Characters of a search that are looked at: a full name with its brand has fewer."""

WORDS_MAX = 8
"""Words of a search that are looked at: more do not make it clearer."""

INITIALS_MIN, INITIALS_MAX = 2, 4
"""Initials that stand in one token: more are found by those that follow each other."""

TYPO_CHARS_MIN = 4
"""Letters from which on a word may be mistyped: every word of three is one letter from many."""

UNFINISHED_CHARS_MIN = 2
"""Letters from which on a word may be unfinished."""


class Place(IntEnum):
    """Where a word of a product stands, and what it counts there."""

    CODE = 1000
    NAME = 100
    BRAND = 40
    ORIGIN = 30
    VARIANT = 20


READ_PERCENT, INITIALS_PERCENT = 90, 70
"""What a reading and initials count, of what the written word counts."""

NAMED = Place.NAME * INITIALS_PERCENT // 100
"""From which weight on a word stands in the name itself, however it was meant."""

_HAN = re.compile("[\u3400-\u9fff]+")
_RUN = re.compile("[\u3400-\u9fff]+|[0-9a-z]+")
_MEASURE = re.compile(r"(\d)\s+(k?g|m?l|cm|mm|m)\b")
_CODE = re.compile(r"[0-9a-z]+(?:[-_./][0-9a-z]+)*")


def plain(text: str) -> str:
    """Return a text as it is compared: lower case, full-width signs narrow, accents left out."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    parts = unicodedata.normalize("NFD", text)
    kept = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return _MEASURE.sub(r"\1\2", kept)


def squeezed(code: str) -> str:
    """Return a code without its signs, as people leave them out: LY-GGY-500 is lyggy500."""
    return re.sub("[^0-9a-z]", "", plain(code))[: TOKEN_CHARS_MAX - 1]


def _pairs(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    return pairwise(parts)


# --- what is kept ------------------------------------------------------------------------------


def words_kept(texts: Iterable[tuple[str, Place]], *, codes: Iterable[str]) -> dict[str, int]:
    """Return the tokens of a product with their weights: of each the greatest."""
    kept: dict[str, int] = {}

    def keep(token: str, weight: int) -> None:
        token = token[:TOKEN_CHARS_MAX]
        kept[token] = max(kept.get(token, 0), weight)

    for text, place in texts:
        for run in _RUN.findall(plain(text)):
            for token, weight in _of_run(run, place):
                keep(token, weight)
    for code in codes:
        if whole := squeezed(code):
            keep(f"={whole}", Place.CODE)
        for part in re.findall("[0-9a-z]+", plain(code)):
            keep(part, Place.VARIANT)
    return kept


def _of_run(run: str, place: Place) -> Iterator[tuple[str, int]]:
    if not _HAN.match(run):
        yield run, place
        return
    for part in (*run, *(a + b for a, b in _pairs(run))):
        yield part, place
    read, initial = place * READ_PERCENT // 100, place * INITIALS_PERCENT // 100
    for said in _said(syllables_of(run)):
        for syllable in said:
            yield f"'{syllable}", read
        for a, b in _pairs(said):
            yield f"'{a} {b}", read
        firsts = "".join(syllable[0] for syllable in said)
        for size in range(INITIALS_MIN, INITIALS_MAX + 1):
            for start in range(len(firsts) - size + 1):
                yield f"!{firsts[start : start + size]}", initial


def _said(syllables: Sequence[str]) -> Iterator[list[str]]:
    """Yield the stretches of a reading between characters that have none."""
    stretch: list[str] = []
    for syllable in (*syllables, ""):
        if syllable:
            stretch.append(syllable)
        elif stretch:
            yield stretch
            stretch = []


# --- what was typed ----------------------------------------------------------------------------


Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One word somebody typed: any of its meanings will do, and a meaning needs all its tokens.

    `parts` are the pieces of a long Chinese word, to fall back on where nothing has all of it.
    """

    text: str
    meanings: tuple[Tokens, ...]
    parts: tuple[str, ...] = ()


def words_asked(typed: str) -> list[Asked]:
    """Return the words of a search, each with all that it may mean; none where nothing is left."""
    found: dict[str, Asked] = {}
    for chunk in plain(typed[: TYPED_CHARS_MAX * 2])[:TYPED_CHARS_MAX].split():
        for word in _words_of(chunk):
            found.setdefault(word.text, word)
    return list(found.values())[:WORDS_MAX]


def _words_of(chunk: str) -> Iterator[Asked]:
    if _CODE.fullmatch(chunk) and not chunk.isalnum():
        yield Asked(chunk, ((f"={squeezed(chunk)}",), tuple(_latin_parts(chunk))))
        return
    for run in _RUN.findall(chunk):
        yield han_asked(run) if _HAN.match(run) else latin_asked(run)


def _latin_parts(chunk: str) -> list[str]:
    return [part[:TOKEN_CHARS_MAX] for part in re.findall("[0-9a-z]+", chunk)]


def han_asked(run: str) -> Asked:
    """Return what a run of Chinese characters means: all its neighbouring pairs."""
    pairs = tuple(dict.fromkeys(a + b for a, b in _pairs(run)))
    return Asked(run, (pairs or (run,),), parts=pairs if len(pairs) > 1 else ())


def latin_asked(word: str) -> Asked:
    """Return what letters and digits may mean: a word, a code, a reading, or initials."""
    meanings: list[Tokens] = [(word[:TOKEN_CHARS_MAX],), (f"={squeezed(word)}",)]
    meanings += [read_tokens(way) for way in readings(word)]
    if may_be_initials(word):
        size = min(len(word), INITIALS_MAX)
        starts = range(len(word) - size + 1)
        meanings.append(tuple(dict.fromkeys(f"!{word[s : s + size]}" for s in starts)))
    return Asked(word, tuple(meanings))


def read_tokens(syllables: Sequence[str]) -> Tokens:
    """Return the tokens of a reading: its pairs, or its only syllable."""
    if len(syllables) == 1:
        return (f"'{syllables[0]}",)
    return tuple(dict.fromkeys(f"'{a} {b}" for a, b in _pairs(syllables)))


# --- what may have been meant ------------------------------------------------------------------


def unfinished(word: str) -> list[tuple[str, str]]:
    """Return between which tokens those lie that a word may be the beginning of.

    Each is (from, up to), the latter left out: of Latin words, of codes, and of readings whose last
    syllable is not finished: `longy` may become long yan.
    """
    if not re.fullmatch("[0-9a-z]+", word) or len(word) < UNFINISHED_CHARS_MIN:
        return []
    begun = [word[:TOKEN_CHARS_MAX], f"={squeezed(word)}"]
    for cut in range(len(word) - 1, 0, -1):
        for way in readings(word[:cut]):
            rest = word[cut:]
            if len(way) == 1 and any(s.startswith(rest) for s in SYLLABLES):
                begun.append(f"'{way[0]} {rest}")
    return [(token, token + "\x7f") for token in dict.fromkeys(begun)]


def guesses(word: str) -> dict[str, tuple[int, Asked]]:
    """Return what somebody may have meant by a word nothing stands under: by word, how far off.

    0: it sounds alike to many, 1: one letter is missing, too many, another, or changed its place.
    """
    if _HAN.fullmatch(word):
        read = syllables_of(word)
        if len(word) < 2 or not all(read):
            return {}
        return {"".join(read): (0, Asked("".join(read), (read_tokens(read),)))}
    if not re.fullmatch("[a-z]+", word) or not TYPO_CHARS_MIN <= len(word) <= TOKEN_CHARS_MAX // 2:
        return {}
    found: dict[str, tuple[int, Asked]] = {}
    for way in readings(word):
        for other in sounding_alike(way):
            text = "".join(other)
            found.setdefault(text, (0, Asked(text, (read_tokens(other),))))
    for text in _one_off(word):
        if text not in found:
            meanings = ((text,), *map(read_tokens, readings(text)[:1]))
            found[text] = (1, Asked(text, meanings))
    found.pop(word, None)
    return found


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _one_off(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in _LETTERS)


# --- what was found ----------------------------------------------------------------------------


Held = Mapping[str, Mapping[int, int]]
"""Of each token the products it stands under, with its weight there."""


def weights(word: Asked, held: Held) -> dict[int, int]:
    """Return the products a word is found under: of its best meaning the weakest token counts."""
    best: dict[int, int] = {}
    for meaning in word.meanings:
        first, *others = (held.get(token, {}) for token in meaning)
        for product, weight in first.items():
            weakest = weight
            for other in others:
                if product not in other:
                    break
                weakest = min(weakest, other[product])
            else:
                if weakest > best.get(product, 0):
                    best[product] = weakest
    return best
