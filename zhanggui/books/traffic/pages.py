"""Noting who looks at a page, without ever standing in its way.

Views wait in the memory of the web process. The request that finds the oldest of them some seconds
old, or the buffer full, has them written: in a web server by a thread of their own, and once more
when the process ends. What a killed process had not written yet, the views of a few seconds, is
lost: they are figures, not deeds.
"""

from __future__ import annotations

import io
import logging
import re
import secrets
import threading
from datetime import datetime, timedelta
from multiprocessing.util import Finalize

import segno
from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core import signing
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from zhanggui.books.traffic.actions.counting import keep_origin, take_in_notes
from zhanggui.books.traffic.queries import LINKS, link_of, origins_of
from zhanggui.books.traffic.rules.sources import (
    DIRECT,
    KEPT,
    Source,
    SourceKind,
    device_of,
    host_of,
    landing_of,
    source_of,
    step_of,
)
from zhanggui.books.traffic.rules.views import (
    AGENT_CHARS_MAX,
    KEY_BYTES,
    Kind,
    Look,
    Note,
    by_day,
    robot_reason,
)
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK

COOKIE, SOURCE_COOKIE = "visitor", "source"
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

    def add(self, note: Note, *, now: datetime | None = None) -> bool:
        """Keep a view; tell whether it is time to write."""
        with self._lock:
            if len(self._notes) < NOTES_KEPT_MAX:
                self._notes.append(note)
            age = (now or note.at) - self._notes[0].at
            due = age >= HELD or len(self._notes) >= NOTES_MAX
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
        _note_view(request, response)
    except Exception:
        log.exception("a page view could not be noted")


def note_step(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Note what a visitor did towards an order without looking at another page."""
    try:
        step = step_of(str(request.method), request.path, response.status_code)
        if step and (visitor := visitor_of(request)) and not robot_of(request):
            _note(request, visitor, look=Look(Kind.STEP.value, step=step))
    except Exception:
        log.exception("a step could not be noted")
    return response


def note_seen(request: HttpRequest, at: datetime) -> None:
    """Note that the script of a page shown at a moment has reported back."""
    try:
        if (visitor := visitor_of(request)) and not robot_of(request):
            _note(request, visitor, look=Look(Kind.SEEN.value), at=at)
    except Exception:
        log.exception("a page seen could not be noted")


def note_opened(request: HttpRequest, code: str) -> None:
    """Note that somebody opened a tracked link; the page it leads to counts as a view by itself."""
    try:
        if not robot_of(request):
            look = Look(Kind.OPENED.value, source=Source(SourceKind.LINK.value, code))
            _note(request, visitor_of(request), look=look)
    except Exception:
        log.exception("a link could not be counted")


def robot_of(request: HttpRequest) -> str:
    """Return why whoever asks is no person, "" for one who may be."""
    return robot_reason(
        request.headers.get("User-Agent", ""),
        purpose=request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or "",
    )


def _note_view(request: HttpRequest, response: HttpResponseBase) -> None:
    if request.method != "GET" or response.status_code != 200 or "HX-Request" in request.headers:
        return
    robot, visitor = robot_of(request), visitor_of(request)
    look = Look(
        landing=landing_of(request.path),
        step=step_of("GET", request.path, 200),
        source=source_of(
            request.META.get("QUERY_STRING", ""),
            request.headers.get("Referer", ""),
            hosts=(host_of(f"//{request.get_host()}"),),
        ),
        device=device_of(request.headers.get("User-Agent", "")[:AGENT_CHARS_MAX]),
    )
    if not robot:
        if not visitor:
            visitor = secrets.token_urlsafe(KEY_BYTES)
            _keep(response, COOKIE, visitor, age_s=COOKIE_AGE_S)
        if look.source != DIRECT:
            keep_source(request, response, look.source)
    _note(request, visitor, look=look, robot=robot)


def _note(
    request: HttpRequest, visitor: str, *, look: Look, robot: str = "", at: datetime | None = None
) -> None:
    address = (get_client_ip(request) or "")[:AGENT_CHARS_MAX]
    now = moment_of(request)
    if not BUFFER.add(Note(visitor, address, at or now, robot, look), now=now):
        return
    if BUFFER.aside:
        threading.Thread(target=_write_aside, name="traffic", daemon=True).start()
    else:
        BUFFER.write(at=now)


def _keep(response: HttpResponseBase, name: str, value: str, *, age_s: int) -> None:
    response.set_cookie(
        name, value, max_age=age_s, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


# --- where an order comes from -----------------------------------------------------------------


def keep_source(request: HttpRequest, response: HttpResponseBase, source: Source) -> None:
    """Remember in the browser where it came from last: an order within the month keeps that."""
    said = [source.kind, source.name, source.medium, source.campaign]
    sealed = signing.dumps([*said, int(moment_of(request).timestamp())], salt=SOURCE_COOKIE)
    _keep(response, SOURCE_COOKIE, sealed, age_s=int(KEPT.total_seconds()))


def source_kept(request: HttpRequest) -> Source:
    """Return where this browser came from last within the month, direct where that is unknown."""
    try:
        kind, name, medium, campaign, when = signing.loads(
            request.COOKIES.get(SOURCE_COOKIE, ""), salt=SOURCE_COOKIE
        )
        age_s = moment_of(request).timestamp() - int(when)
    except (signing.BadSignature, ValueError, TypeError):
        return DIRECT
    if not 0 <= age_s <= KEPT.total_seconds() or kind not in SourceKind.values:
        return DIRECT
    return Source(str(kind), str(name), str(medium), str(campaign))


def origin_for_order(request: HttpRequest) -> int:
    """Return the row of the source an order placed now keeps."""
    source, at = source_kept(request), moment_of(request)
    known = origins_of([source]).get(source)
    return (known or keep_origin(None, source=source, by=CLOCKWORK, at=at)).pk


# --- writing -----------------------------------------------------------------------------------


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


# --- the QR code of a link ---------------------------------------------------------------------


@page(duty=LINKS, kind="traffic.Link", scope="the areas in which the duty is held")
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the QR code of a link, to look at (`show`) or to download."""
    link = link_of(actor_of(request), pk)
    drawn = io.BytesIO()
    code = segno.make(request.build_absolute_uri(link.path), error="m", micro=False)
    code.save(drawn, kind="svg", scale=8, border=4, light="#fff", svgclass=None, lineclass=None)
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    if "show" not in request.GET:
        response["Content-Disposition"] = f'attachment; filename="qr-{link.code}.svg"'
    return response
