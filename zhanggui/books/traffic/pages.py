"""Noting who looks at a page, without ever standing in its way.

Views wait in the memory of the web process. The request that finds the oldest of them some seconds
old, or the buffer full, has them written: in a web server by a thread of their own, and once more
when the process ends. What a killed process had not written yet, the views of a few seconds, is
lost: they are figures, not deeds.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
from datetime import datetime, timedelta
from multiprocessing.util import Finalize

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponseBase

from zhanggui.books.traffic.actions import take_in_notes
from zhanggui.books.traffic.rules import AGENT_CHARS_MAX, KEY_BYTES, Note, by_day, robot_reason
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK

COOKIE = "visitor"
COOKIE_AGE_S = 60 * 60 * 24 * 180
"""Seconds a browser keeps its key: half a year, after which a customer is a new visitor anyway."""

HELD = timedelta(seconds=5)
"""How old the oldest view in the buffer gets: nobody reads figures to the second, and it is all
that a killed process can lose."""

NOTES_MAX = 500
"""Views at which the buffer is full: written in some twenty milliseconds."""

NOTES_KEPT_MAX = 20 * NOTES_MAX
"""Views kept while the database cannot be written: what comes beyond is dropped, no page is."""

LAST_WAIT_S = 2.0
"""Seconds an ending process waits for a thread that is writing: half of what it has to end in."""

_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")

log = logging.getLogger("zhanggui.traffic")


class Buffer:
    """Page views on their way to the books, of one process.

    `aside`: they are written by a thread of their own, as no page may wait for them.
    """

    def __init__(self) -> None:
        self.aside = False
        self._notes: list[Note] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def add(self, note: Note) -> bool:
        """Keep a view; tell whether it is time to write."""
        with self._lock:
            if len(self._notes) < NOTES_KEPT_MAX:
                self._notes.append(note)
            due = note.at - self._notes[0].at >= HELD or len(self._notes) >= NOTES_MAX
        return due and not self._writing.locked()

    def write(self, *, at: datetime, wait_s: float = 0) -> int:
        """Write what waits; return how many views were persons'. What fails is kept and told.

        One thread writes at a time; another one waits so long for it, then leaves it to that one.
        """
        if not self._writing.acquire(timeout=wait_s):
            return 0
        try:
            with self._lock:
                taken, self._notes = self._notes, []
            return sum(self._write(of_day, at=at) for of_day in by_day(taken).values())
        finally:
            self._writing.release()

    def _write(self, notes: list[Note], *, at: datetime) -> int:
        try:
            return take_in_notes(notes, by=CLOCKWORK, at=at)
        except Exception:
            log.exception("%d page views could not be written yet", len(notes))
            with self._lock:
                self._notes = [*notes, *self._notes][:NOTES_KEPT_MAX]
            return 0

    def __len__(self) -> int:
        return len(self._notes)


BUFFER = Buffer()


def visitor_of(request: HttpRequest) -> str:
    """Return the key of the browser that asks, "" for one that has none yet."""
    key = request.COOKIES.get(COOKIE, "")
    return key if _KEY.fullmatch(key) else ""


def note_view(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note that a page was looked at, and give a browser without a key one.

    Only a page that was found and is a page counts: a fragment is part of one. Whatever goes wrong
    here is logged, and the page is sent as it is.
    """
    try:
        _note(request, response)
    except Exception:
        log.exception("a page view could not be noted")


def _note(request: HttpRequest, response: HttpResponseBase) -> None:
    if request.method != "GET" or response.status_code != 200 or "HX-Request" in request.headers:
        return
    robot = robot_reason(
        request.headers.get("User-Agent", ""),
        purpose=request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or "",
    )
    visitor = visitor_of(request)
    if not visitor and not robot:
        visitor = secrets.token_urlsafe(KEY_BYTES)
        response.set_cookie(
            COOKIE,
            visitor,
            max_age=COOKIE_AGE_S,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    address = get_client_ip(request) or ""
    note = Note(visitor, address[:AGENT_CHARS_MAX], moment_of(request), robot)
    if not BUFFER.add(note):
        return
    if BUFFER.aside:
        threading.Thread(target=_write_aside, name="traffic", daemon=True).start()
    else:
        BUFFER.write(at=note.at)


def _write_aside() -> None:
    """Write the buffer from a thread that has its own connection, and gives it back."""
    try:
        BUFFER.write(at=clock.now())
    finally:
        connections.close_all()


def write_views(*, at: datetime) -> int:
    """Write what waits in this process now: before somebody looks at the figures."""
    return BUFFER.write(at=at)


def write_views_aside() -> None:
    """Have this process, a web server's, write its views aside, and the last ones when it ends.

    The server's workers end as children of `multiprocessing` do: what `atexit` keeps is not asked.
    """
    BUFFER.aside = True
    Finalize(None, _write_last, exitpriority=10)


def _write_last() -> None:
    if len(BUFFER):
        BUFFER.write(at=clock.now(), wait_s=LAST_WAIT_S)
