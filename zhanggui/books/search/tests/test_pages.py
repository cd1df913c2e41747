"""Noting a search that found nothing: whose counts, when it is written, and that no page fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from zhanggui.books.search import pages
from zhanggui.books.search.models import MissedWord
from zhanggui.books.search.pages import HELD, MISSES, MISSES_MAX, note_miss, write_misses
from zhanggui.books.search.rules import Miss

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def empty_buffer() -> Iterator[None]:
    MISSES.__init__()
    yield
    MISSES.__init__()


def ask(at: datetime, *, agent: str = PHONE) -> HttpRequest:
    request = RequestFactory().get("/shop/search/", headers={"User-Agent": agent})
    request.at = at
    return request


@pytest.mark.django_db
def test_note_miss_waits_in_memory_and_is_written_by_a_later_one(at: datetime) -> None:
    note_miss(ask(at), "荔枝")
    note_miss(ask(at + timedelta(seconds=1)), "荔枝")
    assert not MissedWord.objects.exists()
    note_miss(ask(at + HELD), "杨梅")
    assert dict(MissedWord.objects.values_list("word", "times")) == {"荔枝": 2, "杨梅": 1}
    assert len(MISSES) == 0


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "curl/8.5", "", "python-requests/2"])
def test_note_miss_leaves_robots_out(agent: str, at: datetime) -> None:
    note_miss(ask(at, agent=agent), "荔枝")
    assert len(MISSES) == 0


def test_note_miss_leaves_out_what_is_no_word(at: datetime) -> None:
    note_miss(ask(at), "13850307261")
    assert len(MISSES) == 0


def test_misses_are_bounded(at: datetime) -> None:
    for _ in range(MISSES_MAX + 5):
        MISSES.add(Miss("荔枝", at))
    assert len(MISSES) == MISSES_MAX


@pytest.mark.django_db
def test_write_misses_tells_what_fails_and_lets_the_page_go_on(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_kwargs: object) -> int:
        raise OSError("the disk is full")

    monkeypatch.setattr(pages, "count_missed", fail)
    MISSES.add(Miss("荔枝", at))
    with caplog.at_level(logging.ERROR, logger="zhanggui.search"):
        write_misses(at=at)
    assert "1 searches that found nothing could not be counted" in caplog.text
    assert len(MISSES) == 0
