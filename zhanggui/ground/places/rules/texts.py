"""Texts as people type or paste them into a line of a form."""

from __future__ import annotations

import unicodedata


def tidy_text(text: str) -> str:
    """Return a text on one line, without control characters and with single blanks.

    Control, format, private and unassigned characters go: they would hide or turn what a courier
    reads.
    """
    kept = "".join(
        " " if c in "\r\n\t\v\f\x85\u2028\u2029" else c
        for c in text
        if c in "\r\n\t\v\f\x85\u2028\u2029" or not unicodedata.category(c).startswith("C")
    )
    return " ".join(kept.split())
