"""Counting the lines of a server's log: each once, however often its file is taken in."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter as Tallied
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.actions.counting import begin_site_day, record_views
from zhanggui.books.traffic.rules import views as rules
from zhanggui.books.traffic.rules.views import Counter, Kind, Note
from zhanggui.books.traffic.rules.weblog import LINE_BYTES_MAX, Line, note_of, read_line
from zhanggui.ground.kernel.actor import CLOCKWORK, Actor
from zhanggui.ground.kernel.refusal import Refusal

PIECE = 2_000
"""Lines recorded at once: a second or so, and a file of any size needs the memory of one piece."""

BAD_SHOWN_MAX = 20
"""Numbers of bad lines that are told: who has more has another file than he thinks."""

LINES_WITHOUT_ONE = 20_000
"""Lines after which a file that has not had one of the combined format is no log: a second."""

ENDLESS_BYTES = 4_000_000
"""Bytes of a line after which nobody waits for its end: 10 MB can unpack to 10 GB of nothing."""

SAME_WITHIN = timedelta(minutes=1)
"""Within what two equal lines are told apart by counting: servers write to the second, and a little
out of order."""


@dataclass(slots=True)
class TakenIn:
    """What the lines of a log came to: `again` were counted before, `closed` are of days whose
    salt was destroyed, so that nobody can tell any more who had been there."""

    views: int = 0
    robots: int = 0
    others: int = 0
    again: int = 0
    closed: int = 0


def take_in_log(
    lines: Iterable[tuple[str, Note]], *, told: TakenIn, by: Actor, at: datetime
) -> TakenIn:
    """Record lines of a log under their days, those not counted yet, and add them to what is told.

    Each line comes with its text, made unlike any other by the number of its repetition.
    """
    texts: dict[int, str] = {}
    notes: list[Note] = []
    for text, note in lines:
        texts[id(note)] = text
        notes.append(note)
    for day, of_day in rules.by_day(notes).items():
        row = queries.site_day(day, counter=Counter.LOG.value) or begin_site_day(
            None, day=day, counter=Counter.LOG.value, by=by, at=at
        )
        if not row.salt:
            told.closed += len(of_day)
            continue
        marked = {rules.hashed(texts[id(note)], salt=row.salt): note for note in of_day}
        known = queries.marks_known(row, marked)
        fresh = {mark: note for mark, note in marked.items() if mark not in known}
        told.again += len(known)
        if not fresh:
            continue
        robots = rules.counted_robots(list(fresh.values()))
        views = rules.views_of(fresh.values(), salt=row.salt)
        record_views(row, views=views, robots=robots, marks=sorted(fresh), by=by, at=at)
        persons = sum(view.look.kind == Kind.VIEW for view in views)
        told.views += persons
        told.robots += sum(robots.values())
        told.others += len(views) - persons
    return told


# --- the file ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """What came of a file: its lines, those that are none, and what was counted."""

    lines: int = 0
    bad: int = 0
    bad_numbers: list[int] = field(default_factory=list)
    counted: TakenIn = field(default_factory=TakenIn)


def take_in_file(path: Path, *, hosts: Collection[str], at: datetime) -> Told:
    """Count the lines of a log that have not been counted; return what came of it.

    Refuses what is no log, and what breaks off or never ends; the lines before that are counted.
    """
    told = Told()
    piece: list[tuple[str, Note]] = []
    with ExitStack() as stack:
        try:
            for entry in _notes(_opened(path, stack), told, hosts=hosts):
                piece.append(entry)
                if len(piece) >= PIECE:
                    take_in_log(piece, told=told.counted, by=CLOCKWORK, at=at)
                    piece = []
        finally:  # also where the file breaks off
            if piece:
                take_in_log(piece, told=told.counted, by=CLOCKWORK, at=at)
    return told


def _opened(path: Path, stack: ExitStack) -> BinaryIO:
    file = stack.enter_context(path.open("rb"))
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast(BinaryIO, stack.enter_context(gzip.open(file))) if zipped else file


def _notes(file: BinaryIO, told: Told, *, hosts: Collection[str]) -> Iterator[tuple[str, Note]]:
    again = _Again()
    for text in _lines(file):
        told.lines += 1
        line = None if text is None else read_line(text)
        if line is None or text is None:
            told.bad += 1
            if told.bad == told.lines == LINES_WITHOUT_ONE:
                raise _no_log()
            if len(told.bad_numbers) < BAD_SHOWN_MAX:
                told.bad_numbers.append(told.lines)
            continue
        number = again.number_of(text, line)
        if note := note_of(line, hosts=hosts):
            yield f"{text}\n{number}", note
    if 0 < told.bad == told.lines:
        raise _no_log()


def _lines(file: BinaryIO) -> Iterator[str | None]:
    """Yield each line without its end; None for one that is longer than any server writes."""
    number = 0
    try:
        while piece := file.readline(LINE_BYTES_MAX):
            number += 1
            whole = piece.endswith(b"\n") or len(piece) < LINE_BYTES_MAX
            if whole:
                yield piece.decode("utf-8", "replace").rstrip("\r\n")
                continue
            length = len(piece)
            while (piece := file.readline(LINE_BYTES_MAX)) and not piece.endswith(b"\n"):
                length += len(piece)
                if length > ENDLESS_BYTES:
                    raise _no_log()
            yield None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Refusal(
            "log_broken",
            _("The compressed log is damaged or incomplete behind line %(number)s.")
            % {"number": number},
            settles=_("Fetch it again and take it in again: nothing is counted twice."),
            status=422,
        ) from None


def _no_log() -> Refusal:
    return Refusal(
        "no_log",
        _("This is no server's log in the combined format."),
        settles=_("Name the file into which the web server writes each request, or its .gz."),
        status=422,
    )


class _Again:
    """How often an equal line has come within the last minutes of a file."""

    def __init__(self) -> None:
        self._now: Tallied[str] = Tallied()
        self._before: Tallied[str] = Tallied()
        self._since: datetime | None = None

    def number_of(self, text: str, line: Line) -> int:
        """Return the number of this line among its equals, from nought."""
        if self._since is None or line.at - self._since > SAME_WITHIN:
            self._before, self._now, self._since = self._now, Tallied(), line.at
        number = self._now[text] + self._before[text]
        self._now[text] += 1
        return number
