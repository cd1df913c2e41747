"""The words by which goods are found: as written, in pinyin, and by pinyin initials."""

from __future__ import annotations

import re
from functools import lru_cache

_HAN = re.compile(r"[\u3400-\u9fff]+")


@lru_cache(maxsize=4096)
def _sounds(word: str) -> tuple[str, str]:
    from pypinyin import lazy_pinyin  # loading it takes a while, and few deeds need it

    syllables = lazy_pinyin(word)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


def sought_words(*texts: str) -> str:
    """Return everything a text may be found by, in lower case, each word once.

    Chinese words add their pinyin and its initials: 桂圆干 is found by guiyuangan and gyg.
    """
    words: dict[str, None] = {}
    for text in texts:
        words |= dict.fromkeys(text.lower().split())
        for han in _HAN.findall(text):
            words |= dict.fromkeys(_sounds(han))
    return " ".join(words)


def sought_text(typed: str) -> list[str]:
    """Return the words somebody typed, as they are kept: all of them must be found."""
    return typed.lower().split()
