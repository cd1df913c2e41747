"""Which searches are noted as words that found nothing, and how they are counted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.search.rules import WORD_CHARS_MAX, Miss, counted, day_of, noted, spoken


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("荔枝", "荔枝"), ("  Lychee  JAM ", "lychee jam"), ("ＬＹＣＨＥＥ", "lychee"),
        ("可口可乐", "可口可乐"),
        ("a4纸", "a4纸"), ("1.5l 可口可乐", "1.5l 可口可乐"),
    ],
)  # fmt: skip
def test_noted_is_one_spelling(typed: str, word: str) -> None:
    assert noted(typed) == word


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "茶", "13850307261", "张三 138 5030 7261", "a@b.cn", "http://x.cn", "www.x.cn",
        "<script>alert", "😀😀", "';--", "x" * 25, "350304199001011234", "123", "{}${}", "\x00\x00",
    ],
)  # fmt: skip
def test_noted_leaves_out_what_is_a_persons_or_no_name(typed: str) -> None:
    assert noted(typed) == ""


@given(st.text(max_size=200))
def test_noted_never_raises_and_is_bounded(typed: str) -> None:
    word = noted(typed)
    assert len(word) <= WORD_CHARS_MAX and "\x00" not in word and "@" not in word
    assert noted(word) in {"", word} and spoken(word) == word


def test_counted_goes_by_day_and_word(at: datetime) -> None:
    late = at + timedelta(days=1)
    misses = [Miss("b", late), Miss("a", at), Miss("a", at), Miss("a", late)]
    assert counted(misses) == {day_of(at): {"a": 2}, day_of(late): {"a": 1, "b": 1}}
