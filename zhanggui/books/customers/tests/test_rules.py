"""How often one may try, which numbers take messages, and what an account keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from conftest import NOON
from zhanggui.books.customers.rules import accounts, door, messages
from zhanggui.books.customers.rules.door import OF_A_PHONE, TryKind, wait_for
from zhanggui.ground.places.rules.phones import read_phone

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CODES = OF_A_PHONE[TryKind.CODE]


@pytest.mark.parametrize(
    ("ago", "wait"),
    [
        ([], None),
        ([MINUTE], None),
        ([timedelta(seconds=20)], timedelta(seconds=40)),
        ([n * 10 * MINUTE for n in (1, 2, 3, 4, 5)], 10 * MINUTE),
        ([n * 13 * MINUTE for n in (1, 2, 3, 4, 5)], None),
        ([n * 2 * HOUR for n in range(1, 11)], 4 * HOUR),
    ],
)
def test_wait_for_keeps_all_limits(ago: list[timedelta], wait: timedelta | None) -> None:
    assert wait_for([NOON - one for one in ago], CODES, at=NOON) == wait


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "Try again in 1 second."),
        (42, "Try again in 42 seconds."),
        (101, "Try again in 2 minutes."),
        (3600, "Try again in 60 minutes."),
    ],
)
def test_too_often_says_how_long_to_wait(seconds: int, said: str) -> None:
    no = door.too_often(TryKind.CODE, timedelta(seconds=seconds))
    assert (str(no), no.status) == (f"Too many codes were asked for. {said}", 429)


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("13850307261", None),
        ("0594-2345678", "phone_no_mobile"),
        ("400 123 4567", "phone_no_mobile"),
        ("1385030", "phone_short"),
        ("", "phone_empty"),
    ],
)
def test_why_not_number(phone: str, code: str | None) -> None:
    no = door.why_not_number(read_phone(phone))
    assert (no.code if no else None) == code


def test_said_is_in_the_readers_language_with_who_sends_it() -> None:
    values = {"code": "012345"}
    assert messages.said("code", values, language="en", company="Minxuan") == (
        "[Minxuan] 012345 is your code for Minxuan. It holds for ten minutes; tell it to nobody."
    )
    with override("en"):
        text = messages.said("code", values, language="zh-hans", company="闽选")
    assert text.startswith("【闽选】") and "012345" in text


def test_gone_stale_by_its_own_end_or_after_a_day() -> None:
    assert messages.gone_stale(NOON, NOON + MINUTE, at=NOON + MINUTE)
    assert not messages.gone_stale(NOON, None, at=NOON + 23 * HOUR)
    assert messages.gone_stale(NOON, None, at=NOON + 24 * HOUR)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, None),
        ({"recipient": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"division": ""}, "division"),
        ({"address": "x" * 201}, "address"),
        ({"label": "x" * 13}, "label"),
    ],
)
def test_why_not_address(changed: dict[str, str], field: str | None) -> None:
    good = {"recipient": "陈", "phone": "1", "division": "350304", "address": "路1号", "label": ""}
    no = accounts.why_not_address(**(good | changed))
    assert (no.data["field"] if no else None) == field
