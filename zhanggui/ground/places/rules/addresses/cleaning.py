"""Typed text brought into one form: width, spaces, signs nobody sees, pictures, length."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

TEXT_MAX: Final = 500
"""Characters read; a longer text is not one address. Bounds the time of every step below."""

_SCAN_MAX: Final = 4 * TEXT_MAX
_STRANGE: Final = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z ,.;:!?|/()\[\]#&+\-~_'\"、。·@%*\n\t]")
_GAPS: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_DASHES: Final = "‐‑‒–—―−﹣－ー"
_QUOTES: Final = "“”‘’「」『』《》〈〉【】〖〗〔〕{}<>"


@lru_cache(maxsize=4096)
def _sign(char: str) -> str:
    """Return what stands for an unusual character: itself, its plain form, or a space."""
    if char in _DASHES:
        return "-"
    if char in _QUOTES:
        return " "
    kind = unicodedata.category(char)
    if char in "\r\u2028\u2029\u0085\v\f":
        return "\n"
    if kind in ("Cf", "Mn", "Me", "Cc", "Cs"):
        return ""
    return char if kind[0] == "L" or kind in ("Nd", "Nl", "No") else " "


def cleaned(text: str) -> tuple[str, bool]:
    """Return the text in plain form, at most `TEXT_MAX` characters, and whether some was cut off.

    Full-width letters, digits and signs become plain ones; what nobody sees (zero width, direction
    marks, null) goes; pictures, brackets of quotation and other signs become a space.
    """
    head = text[:_SCAN_MAX]
    plain = unicodedata.normalize("NFKC", head)[:_SCAN_MAX]
    plain = _STRANGE.sub(lambda found: _sign(found[0]), plain)
    plain = _LINES.sub("\n", _GAPS.sub(" ", plain)).strip()
    cut = len(plain) > TEXT_MAX or bool(text[_SCAN_MAX:].strip())
    return plain[:TEXT_MAX], cut
