"""Noting a view: who gets a key, what counts, and that no page ever waits or fails for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from zhanggui.books.traffic import pages, queries
from zhanggui.books.traffic.pages import BUFFER, COOKIE, Buffer, note_view, visitor_of, write_views
from zhanggui.books.traffic.queries import DayFigures
from zhanggui.books.traffic.rules.views import Note, day_of

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
KEY = "k" * 22


@pytest.fixture(autouse=True)
def empty_buffer() -> Iterator[None]:
    BUFFER.__init__()
    yield
    BUFFER.__init__()


def ask(at: datetime, *, key: str = "", agent: str = PHONE, **headers: str) -> HttpRequest:
    request = RequestFactory().get("/shop/", headers={"User-Agent": agent, **headers})
    request.at = at
    if key:
        request.COOKIES[COOKIE] = key
    return request


def test_note_view_gives_a_new_browser_a_key_and_keeps_a_known_one(at: datetime) -> None:
    fresh = HttpResponse()
    note_view(ask(at), fresh)
    morsel = fresh.cookies[COOKIE]
    assert morsel["httponly"] and morsel["samesite"] == "Lax" and morsel["max-age"] == 15_552_000
    known = HttpResponse()
    note_view(ask(at, key=morsel.value), known)
    assert COOKIE not in known.cookies
    assert len(BUFFER) == 2


@pytest.mark.parametrize("key", ["short", "x" * 200, "a b" * 8, "'; drop table", "密钥" * 12])
def test_note_view_does_not_take_a_made_up_key(key: str, at: datetime) -> None:
    assert visitor_of(ask(at, key=key)) == ""
    answer = HttpResponse()
    note_view(ask(at, key=key), answer)
    assert answer.cookies[COOKIE].value != key


def test_note_view_gives_robots_no_key(at: datetime) -> None:
    answer = HttpResponse()
    note_view(ask(at, agent="Googlebot/2.1"), answer)
    assert COOKIE not in answer.cookies
    assert len(BUFFER) == 1


@pytest.mark.parametrize("status", [302, 404, 410, 500])
def test_note_view_counts_pages_that_were_found(status: int, at: datetime) -> None:
    note_view(ask(at), HttpResponse(status=status))
    assert len(BUFFER) == 0


def test_note_view_counts_a_page_and_not_its_fragments(at: datetime) -> None:
    note_view(ask(at, **{"HX-Request": "true"}), HttpResponse())
    post = RequestFactory().post("/shop/cart/", headers={"User-Agent": PHONE})
    post.at = at
    note_view(post, HttpResponse())
    assert len(BUFFER) == 0


def test_note_view_never_fails_a_page(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_kwargs: object) -> str:
        raise RuntimeError("no addresses today")

    monkeypatch.setattr(pages, "get_client_ip", broken)
    with caplog.at_level(logging.ERROR):
        note_view(ask(at), HttpResponse())
    assert "a page view could not be noted" in caplog.text


@pytest.mark.django_db
def test_write_views_puts_what_waits_into_the_books(at: datetime) -> None:
    for key in (KEY, KEY, "j" * 22):
        note_view(ask(at, key=key), HttpResponse())
    note_view(ask(at, agent="curl/8.5.0"), HttpResponse())
    assert write_views(at=at) == 3
    assert queries.day_figures(day_of(at)) == DayFigures(
        day_of(at), ip=1, pv=3, uv=2, visits=2, bots=1
    )
    assert write_views(at=at) == 0


def test_a_request_that_finds_the_buffer_old_has_it_written_aside(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    monkeypatch.setattr(pages, "_write_aside", written.set)
    BUFFER.aside = True
    note_view(ask(at, key=KEY), HttpResponse())
    note_view(ask(at + timedelta(seconds=4.9), key=KEY), HttpResponse())
    assert not written.is_set()
    note_view(ask(at + timedelta(seconds=5), key=KEY), HttpResponse())
    assert written.wait(5)


@pytest.mark.django_db
def test_outside_a_web_server_an_old_buffer_is_written_at_once(at: datetime) -> None:
    note_view(ask(at, key=KEY), HttpResponse())
    note_view(ask(at + timedelta(minutes=31), key=KEY), HttpResponse())
    assert len(BUFFER) == 0
    figures = queries.day_figures(day_of(at))
    assert (figures.pv, figures.uv, figures.visits) == (2, 1, 2)


def test_what_waits_when_a_web_server_ends_is_written(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    monkeypatch.setattr(pages, "Finalize", lambda _obj, call, exitpriority: kept.append(call))
    monkeypatch.setattr(pages, "take_in_notes", lambda notes, **_: kept.append(notes) or 1)
    pages.write_views_aside()
    assert BUFFER.aside
    kept[0]()  # type: ignore[operator]
    assert len(kept) == 1
    note_view(ask(at, key=KEY), HttpResponse())
    kept[0]()  # type: ignore[operator]
    assert [note.visitor for note in kept[1]] == [KEY]  # type: ignore[attr-defined]


def test_a_full_buffer_is_due(at: datetime) -> None:
    buffer = Buffer()
    note = Note(KEY, "a", at)
    assert not any(buffer.add(note) for _ in range(pages.NOTES_MAX - 1))
    assert buffer.add(note)


def test_a_buffer_that_is_being_written_is_not_due(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer, said = Buffer(), []

    def slow(notes: list[Note], **_kwargs: object) -> int:
        said.append((buffer.add(Note(KEY, "a", at + timedelta(minutes=1))), buffer.write(at=at)))
        return len(notes)

    monkeypatch.setattr(pages, "take_in_notes", slow)
    buffer.add(Note(KEY, "a", at))
    assert buffer.write(at=at) == 1
    assert said == [(False, 0)]
    assert len(buffer) == 1


def test_views_that_cannot_be_written_wait_and_what_is_too_much_is_dropped(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    taken = []

    def broken(notes: list[Note], **_kwargs: object) -> int:
        if notes[0].at < midnight:
            raise RuntimeError("no disk")
        taken.extend(notes)
        return len(notes)

    monkeypatch.setattr(pages, "take_in_notes", broken)
    monkeypatch.setattr(pages, "NOTES_KEPT_MAX", 3)
    buffer = Buffer()
    for seconds in (-2, -1, 1, 2):
        buffer.add(Note(KEY, "a", midnight + timedelta(seconds=seconds)))
    assert buffer.write(at=at) == 1
    assert [note.at > midnight for note in taken] == [True]
    assert len(buffer) == 2
    assert "2 page views could not be written yet" in caplog.text
