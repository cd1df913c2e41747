"""What counts as a page view, whose it is, and where one visit ends and the next begins."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter as Tallied
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic.rules.sources import BITS, DIRECT, Source

IDLE = timedelta(minutes=30)
"""A visitor who did nothing for longer than this comes back for another visit: what web statistics
everywhere count by, so that figures can be compared."""

SALT_KEPT = timedelta(hours=48)
"""How long a day's salt is kept, counted from the day's first moment: the day itself, and a day in
which something may still have to be counted again. After it nobody can tell whose a hash was."""

KEY_BYTES = 16
"""Random bytes in a visitor's key: nobody guesses another's, and no two are ever the same."""

HASH_CHARS = 32
"""Characters of a hash: 128 bits, so that two of a million visitors never become one."""

AGENT_CHARS_MAX = 400
"""Characters of a user agent that are looked at: browsers say who they are in half of that."""


class Counter(TextChoices):
    """Who counted a day: the pages themselves as they were shown, or the server's log later."""

    SERVER = "server", _("Counted by the pages")
    LOG = "log", _("Counted from server logs")


class RobotReason(TextChoices):
    """Why a page view is not a person's."""

    NAMED = "named", _("Says it is a robot")
    PROGRAM = "program", _("A program, not a browser")
    SILENT = "silent", _("Does not say what it is")
    PREFETCH = "prefetch", _("Fetched before anybody asked")


# Cubot is a maker of phones.
_NAMED = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_-]|spider|crawl|slurp|archiver|facebookexternalhit|mediapartners|"
    r"embedly|preview|monitor|uptime|pingdom|validator|lighthouse|pagespeed|scrapy",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"^(?:curl|wget|python|java|go-http|okhttp|libwww|ruby|php|perl|axios|node|httpie|apache-http|"
    r"aiohttp|guzzle|dart|postman|insomnia|powershell|nikto|sqlmap|masscan|zgrab)|"
    r"headlesschrome|phantomjs|selenium|puppeteer|playwright",
    re.IGNORECASE,
)
_BROWSER = re.compile(r"^(?:Mozilla|Opera|Dalvik|UCWEB|MQQBrowser)/", re.IGNORECASE)


def robot_reason(agent: str, *, purpose: str = "") -> str:
    """Return why a view by this user agent is not a person's, "" where it may be one.

    `purpose` is what the browser says it fetches for (`Sec-Purpose`, or `Purpose` of older ones).
    """
    agent = agent[:AGENT_CHARS_MAX].strip()
    if "prefetch" in purpose.lower() or "prerender" in purpose.lower():
        return RobotReason.PREFETCH
    if not agent or agent == "-":
        return RobotReason.SILENT
    if _NAMED.search(agent):
        return RobotReason.NAMED
    if _PROGRAM.search(agent) or not _BROWSER.search(agent):
        return RobotReason.PROGRAM
    return ""


class Kind(TextChoices):
    """What was noted."""

    VIEW = "view", _("A page was shown")
    SEEN = "seen", _("Its script has reported back")
    STEP = "step", _("A step without a page of its own")
    OPENED = "opened", _("A tracked link was opened")


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a view beside whose it is: the page, where he came from, with what."""

    kind: str = Kind.VIEW.value
    landing: str = ""
    step: int = 0
    source: Source = DIRECT
    device: str = ""


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Note:
    """A page view as the web process saw it: it lives in memory for seconds and is never stored."""

    visitor: str
    address: str
    at: datetime
    robot: str = ""
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class View:
    """A page view without its person: hashes of the day stand for the visitor and the address."""

    visitor: str
    address: str
    at: datetime
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Tally:
    """What one visitor did in one day: `hours` and `steps` are bits, one for each there was."""

    views: int
    visits: int
    first_at: datetime
    last_at: datetime
    hours: int = 0
    steps: int = 0


def day_of(at: datetime) -> date:
    """Return the company's day in which a moment lies."""
    return localtime(at).date()


def hashed(value: str, *, salt: str) -> str:
    """Return what stands for a key or an address on the day of this salt."""
    digest = hmac.new(bytes.fromhex(salt), value.encode(), hashlib.sha256)
    return digest.hexdigest()[:HASH_CHARS]


def hour_of(at: datetime) -> int:
    """Return the hour of the company's day in which a moment lies."""
    return localtime(at).hour


def seen_at(former: Tally | None, at: datetime, *, step: int = 0) -> Tally:
    """Return a visitor's tally with one more view.

    Views of one visitor may come in through two processes and some seconds out of order; a view
    before the latest one known is then part of a visit that was counted already.
    """
    hour = 1 << hour_of(at)
    if former is None:
        return Tally(views=1, visits=1, first_at=at, last_at=at, hours=hour, steps=step)
    return replace(
        former,
        views=former.views + 1,
        visits=former.visits + (at - former.last_at > IDLE),
        first_at=min(former.first_at, at),
        last_at=max(former.last_at, at),
        hours=former.hours | hour,
        steps=former.steps | step,
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit that began: when, whose, with what look, and whether it was his first of the day."""

    visitor: str
    at: datetime
    look: Look
    first: bool


@dataclass(slots=True)
class Gathered:
    """What some seconds of views come to: visitors' tallies, the visits begun, and the hours.

    `hours`: views, visits, visitors and confirmed views by hour of the day.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)
    begun: list[Begun] = field(default_factory=list)
    hours: dict[int, Tallied[str]] = field(default_factory=dict)
    opened: Tallied[Source] = field(default_factory=Tallied)
    totals: Tallied[str] = field(default_factory=Tallied)

    def count(self, hour: int, name: str, number: int = 1) -> None:
        """Count something in its hour and in the whole."""
        self.hours.setdefault(hour, Tallied())[name] += number
        self.totals[name] += number


def gathered(views: Iterable[View], *, former: Mapping[str, Tally]) -> Gathered:
    """Return what these views add to a day, each visitor begun from what was known of him before.

    A step counts for a visitor who has had a page on that day.
    """
    found = Gathered()
    for view in sorted(views, key=lambda view: view.at):
        look = view.look
        if look.kind == Kind.OPENED:
            found.opened[look.source] += 1
        elif look.kind == Kind.SEEN:
            found.count(hour_of(view.at), "confirmed")
        else:
            _gather(found, view, found.tallies.get(view.visitor) or former.get(view.visitor))
    return found


def _gather(found: Gathered, view: View, known: Tally | None) -> None:
    look, hour = view.look, hour_of(view.at)
    if look.kind == Kind.STEP:
        if known is None:
            return
        tally = replace(known, steps=known.steps | look.step)
    else:
        tally = seen_at(known, view.at, step=look.step)
        found.count(hour, "views")
        if known is None or tally.visits > known.visits:
            found.begun.append(Begun(view.visitor, view.at, look, known is None))
            found.count(hour, "visits")
        if known is None or not known.hours >> hour & 1:
            found.count(hour, "visitors")
    for step, bit in BITS.items():
        if tally.steps & bit and not (known and known.steps & bit):
            found.totals[step] += 1
    found.tallies[view.visitor] = tally


def added_up(views: Iterable[View], *, former: Mapping[str, Tally]) -> dict[str, Tally]:
    """Return the tallies of the visitors of these views, each begun from what was known before."""
    return gathered(views, former=former).tallies


def by_day(notes: Iterable[Note]) -> dict[date, list[Note]]:
    """Return the notes by the company's day they belong to, the earliest day first."""
    found: dict[date, list[Note]] = {}
    for note in sorted(notes, key=lambda note: note.at):
        found.setdefault(day_of(note.at), []).append(note)
    return found


def views_of(notes: Iterable[Note], *, salt: str) -> list[View]:
    """Return the notes that are persons', with hashes for the person and the address."""
    return [
        View(hashed(n.visitor, salt=salt), hashed(n.address, salt=salt), n.at, n.look)
        for n in notes
        if not n.robot
    ]


def counted_robots(notes: Sequence[Note]) -> dict[str, int]:
    """Return how many of these notes are robots', by reason."""
    found: dict[str, int] = {}
    for note in notes:
        if note.robot and note.look.kind == Kind.VIEW:
            found[note.robot] = found.get(note.robot, 0) + 1
    return found
