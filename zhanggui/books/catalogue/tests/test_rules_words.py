"""The words under which goods stand, what typed words may mean, and how they sound."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.catalogue.rules.pinyin import (
    SYLLABLES,
    alike,
    may_be_initials,
    readings,
    sounding_alike,
    syllables_of,
)
from zhanggui.books.catalogue.rules.words import (
    TOKEN_CHARS_MAX,
    TYPED_CHARS_MAX,
    WORDS_MAX,
    Place,
    guesses,
    plain,
    squeezed,
    unfinished,
    weights,
    words_asked,
    words_kept,
)

LONGAN = words_kept(
    [("莆田桂圆干", Place.NAME), ("Putian dried longan", Place.NAME), ("山野集", Place.BRAND)],
    codes=["LY-GGY-500", "6901234567892"],
)


def finds(typed: str, kept: dict[str, int] = LONGAN) -> bool:
    """Tell whether every word typed is found under these tokens."""
    held = {token: {1: weight} for token, weight in kept.items()}
    words = words_asked(typed)
    return bool(words) and all(weights(word, held) for word in words)


# --- sounds ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("han", "read"),
    [
        ("银行", "yin hang"), ("行走", "xing zou"), ("长乐", "chang le"), ("生长", "sheng zhang"),
        ("重庆", "chong qing"), ("重量", "zhong liang"), ("绿茶", "lv cha"), ("女鞋", "nv xie"),
    ],
)  # fmt: skip
def test_syllables_of_reads_phrases(han: str, read: str) -> None:
    assert list(syllables_of(han)) == read.split()


def test_syllables_cover_every_character_in_daily_use() -> None:
    signs = []
    for high in range(0xB0, 0xD8):  # the first level of GB 2312: 3,755 characters
        for low in range(0xA1, 0xFF):
            if (high, low) <= (0xD7, 0xF9):
                signs.append(bytes([high, low]).decode("gb2312"))
    assert len(signs) == 3755
    unread = {sign: read for sign in signs for read in syllables_of(sign) if read not in SYLLABLES}
    assert unread == {}


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("guiyuan", [("gui", "yuan")]),
        ("xian", [("xian",), ("xi", "an")]),
        ("longyna", []),
        ("lv", [("lv",)]),
        ("", []),
        ("a1", []),
    ],
)
def test_readings_take_letters_apart(letters: str, ways: list[tuple[str, ...]]) -> None:
    found = list(readings(letters))
    assert [way for way in found if way in ways] == ways
    assert all("".join(way) == letters for way in found)


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=4))
def test_readings_of_syllables_are_found_again(syllables: list[str]) -> None:
    letters = "".join(syllables)
    found = readings(letters)
    assert found and all("".join(way) == letters for way in found)
    assert len(found[0]) <= len(syllables)


@given(st.text(max_size=200))
def test_readings_never_raise(text: str) -> None:
    assert all("".join(way) == text for way in readings(text))


@pytest.mark.parametrize(
    ("letters", "may"),
    [("gyg", True), ("ly", True), ("gui", False), ("lyi", False), ("g", False), ("an", False)],
)
def test_may_be_initials_where_it_is_no_syllable(letters: str, may: bool) -> None:
    assert may_be_initials(letters) is may


def test_alike_is_what_the_south_does_not_tell_apart() -> None:
    assert set(alike("ying")) == {"ying", "yin"}
    assert "fu" in alike("hu") and "hu" in alike("fu")
    assert {"zang", "zhan", "zan"} < set(alike("zhang"))
    assert alike("e") == ("e",)


def test_sounding_alike_begins_with_the_fewest_changes() -> None:
    found = list(sounding_alike(("guan", "ying")))
    assert found[0] == ("guan", "yin") and found[-1] == ("guang", "yin")
    assert ("guan", "ying") not in found


# --- what is kept and what finds it --------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "桂圆", "莆田桂圆干", "桂圆 莆田", "桂", "longan", "LONGAN", "Longan　DRIED", "guiyuan",
        "gui yuan", "guiyuangan", "putian", "gy", "gyg", "ptgyg", "LY-GGY-500", "lyggy500",
        "ly-ggy", "6901234567892", "山野集", "shanyeji", "syj", "桂圆longan", "ｌｏｎｇａｎ",
        "“桂圆”！",
    ],
)  # fmt: skip
def test_a_product_is_found_by(typed: str) -> None:
    assert finds(typed)


@pytest.mark.parametrize(
    "typed",
    ["荔枝", "圆桂", "lychee", "yuangui", "yg gyx", "LY-GGY-501", "690123456789", "😀", "%", ""],
)
def test_a_product_is_not_found_by(typed: str) -> None:
    assert not finds(typed)


def test_a_measure_is_one_word_however_it_is_spaced() -> None:
    kept = words_kept([("500 g bag", Place.VARIANT)], codes=[])
    assert finds("500g", kept) and finds("500 G", kept) and not finds("50g", kept)


def test_polyphones_are_found_by_the_reading_of_their_phrase() -> None:
    kept = words_kept([("长乐银行纪念茶", Place.NAME)], codes=[])
    assert finds("changle", kept) and finds("yinhang", kept) and finds("cl", kept)
    assert not finds("zhangle", kept)


def test_weights_say_name_before_brand_and_written_before_read() -> None:
    held = {token: {1: weight} for token, weight in LONGAN.items()}

    def weight(typed: str) -> int:
        return weights(words_asked(typed)[0], held)[1]

    in_order = ["LY-GGY-500", "桂圆", "guiyuan", "gyg", "山野集", "shanyeji", "syj"]
    assert [weight(word) for word in in_order] == [1000, 100, 90, 70, 40, 36, 28]


def test_words_asked_are_bounded() -> None:
    assert len(words_asked("茶 酒 米 面 油 糖 盐 醋 酱 鱼")) == WORDS_MAX
    assert sum(len(word.text) for word in words_asked("字" * 10_000)) <= TYPED_CHARS_MAX


@pytest.mark.parametrize("word", ["longyna", "longyn", "longayn", "lomgyan"])
def test_guesses_forgive_a_letter_in_pinyin(word: str) -> None:
    held = {token: {1: 90} for token in ("'long yan", "'long", "'yan")}
    hits = {said for said, (_far, asked) in guesses(word).items() if weights(asked, held)}
    assert hits == {"longyan"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("logan", "longan"), ("lonagn", "longan"), ("longann", "longan"), ("lobgan", "longan")],
)
def test_guesses_forgive_a_letter_in_english(typed: str, meant: str) -> None:
    assert (meant, 1) in {(said, far) for said, (far, _asked) in guesses(typed).items()}


def test_guesses_hear_what_sounds_alike_first() -> None:
    assert guesses("tieguanying")["tieguanyin"][0] == 0
    assert list(guesses("龙雁")) == ["longyan"]


@pytest.mark.parametrize("word", ["abc", "茶", "a" * 30, "x1y2", ""])
def test_guesses_leave_alone_what_is_too_short_or_no_word(word: str) -> None:
    assert guesses(word) == {}


def test_unfinished_words_lie_between_tokens() -> None:
    def begins(word: str, token: str) -> bool:
        return any(start <= token < end for start, end in unfinished(word))

    assert begins("chrys", "chrysanthemum") and begins("guiy", "'gui yuan")
    assert begins("lyggy", "=lyggy500")
    assert not begins("guiy", "'gui hua") and not begins("chrys", "chai")
    assert unfinished("g") == [] and unfinished("桂") == []


@given(st.text(max_size=300))
def test_words_of_any_text_stay_plain_and_short(text: str) -> None:
    kept = words_kept([(text, Place.NAME)], codes=[text])
    for token, weight in kept.items():
        assert 0 < len(token) <= TOKEN_CHARS_MAX and weight > 0
        assert re.fullmatch(r"[\u3400-\u9fff]{1,2}|[='!]?[0-9a-z ]+", token)
    for word in words_asked(text):
        assert word.text and all(meaning for meaning in word.meanings)
        guesses(word.text), unfinished(word.text)


@given(st.text(max_size=40))
def test_what_is_written_finds_itself(text: str) -> None:
    kept = words_kept([(text, Place.NAME)], codes=[])
    if words_asked(text) and len(plain(text).split()) <= WORDS_MAX:
        assert finds(text, kept) or "-" in text or any(s in text for s in "_./")


@given(st.from_regex(r"[A-Z]{1,4}(-[A-Z0-9]{1,5}){0,3}", fullmatch=True))
def test_a_code_is_found_as_written_and_squeezed(code: str) -> None:
    kept = words_kept([], codes=[code])
    assert finds(code, kept) and finds(squeezed(code), kept) and finds(code.lower(), kept)
