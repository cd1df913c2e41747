"""Reading for the desk: badges of the queues, lines of a timeline, measures of a duty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, DateTimeField, Min, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import DOSSIERS, kinds_open_to, url_of_kind
from zhanggui.ground.desk.duty import BY_CHARTER, DUTIES, Duty
from zhanggui.ground.kernel.action import ACTIONS
from zhanggui.ground.kernel.models import Fact, Notice

MEASURED_DAYS = 30
"""Measures look back this many days: long enough to be fair, short enough to be news."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in a queue: count, oldest since when, earliest due moment."""

    count: int
    since: datetime | None
    due: datetime | None

    def wait_s(self, at: datetime) -> int | None:
        """Return how long the oldest record has waited, in seconds."""
        return max(0, int((at - self.since).total_seconds())) if self.since else None

    def tone(self, at: datetime, promise_s: int | None) -> str:
        """Return stop when something is late, wait when half its time is gone, else rest."""
        if not self.count:
            return "rest"
        return tone_of(at=at, since=self.since, due=self.due, promise_s=promise_s)


def tone_of(
    *, at: datetime, since: datetime | None, due: datetime | None, promise_s: int | None
) -> str:
    """Return the tone of a record that waits: stop past its time, wait past half of it.

    A due moment of its own counts before the duty's promise.
    """
    if due is None and since is not None and promise_s is not None:
        due = since + timedelta(seconds=promise_s)
    if due is None:
        return "rest"
    if at > due:
        return "stop"
    if since is not None and at - since > (due - since) / 2:
        return "wait"
    return "rest"


def duties_of(by: DeskActor) -> list[tuple[Any, list[Duty[Any]]]]:
    """Return the person's posts, each with the duties that have a page in this version.

    A duty held through several posts stands under the first of them; what is open to everyone
    stands last.
    """
    shown: set[str] = set()
    menu = []
    for holding in by.holdings:
        duties = []
        for charter in holding.duties:
            for duty in BY_CHARTER.get(charter, ()):
                if duty.code not in shown and not duty.everyone:
                    shown.add(duty.code)
                    duties.append(duty)
        menu.append((holding, duties))
    if menu:
        menu[-1][1].extend(duty for duty in DUTIES.values() if duty.everyone)
    return menu


def waiting_in(duties: Iterable[Duty[Any]], *, by: DeskActor) -> dict[str, Waiting]:
    """Return what waits in each queue, all of them in one statement."""
    never = Cast(Value(None), output_field=DateTimeField())
    parts: list[QuerySet[Any, Any]] = []
    for duty in duties:
        if duty.queue is None:
            continue
        parts.append(
            duty.queue(by)
            .order_by()
            .select_related(None)
            .annotate(_duty=Value(duty.code))
            .values("_duty")
            .annotate(
                _count=Count("pk"),
                _since=Min(duty.since) if duty.since else never,
                _due=Min(duty.due) if duty.due else never,
            )
            .values_list("_duty", "_count", "_since", "_due")
        )
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {code: Waiting(count, since, due) for code, count, since, due in rows}


@dataclass(frozen=True, slots=True)
class Event:
    """A fact told for people."""

    who: str
    what: str
    at: datetime
    post: str = ""
    cause: str = ""
    duty: str = ""
    url: str = ""
    note: str = ""
    tone: str = ""
    unread: bool = False
    about: str = ""


class _Told(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def events(
    facts: Sequence[Fact],
    *,
    by: DeskActor,
    linked: bool = False,
    unread: frozenset[int] = frozenset(),
) -> list[Event]:
    """Return facts as people read them: who did what, in which post, and what caused it.

    `linked` adds the record's URL and title, for where facts of many records stand together. One
    statement fetches all names, and one the titles of each kind.
    """
    person = get_user_model()
    person_label = person._meta.label
    ids = {fact.person_id for fact in facts if fact.person_id}
    for fact in facts:
        ids |= {
            v["id"]
            for v in fact.data.values()
            if isinstance(v, dict) and v.get("kind") == person_label
        }
    names = {pk: str(p) for pk, p in person._default_manager.in_bulk(ids).items()} if ids else {}
    titles = _titles(facts) if linked else {}
    opens = kinds_open_to(by) if linked else frozenset()
    return [
        _event(
            fact,
            by=by,
            names=names,
            linked=fact.kind in opens,
            unread=fact.pk in unread,
            about=titles.get((fact.kind, fact.record_id or 0), ""),
        )
        for fact in facts
    ]


def _titles(facts: Sequence[Fact]) -> dict[tuple[str, int], str]:
    """Return the titles of the records that facts are about."""
    models = {model._meta.label: model for model in DOSSIERS}
    ids: dict[str, set[int]] = {}
    for fact in facts:
        if fact.record_id and fact.kind in models:
            ids.setdefault(fact.kind, set()).add(fact.record_id)
    return {
        (kind, int(pk)): str(record)
        for kind, some in ids.items()
        for pk, record in models[kind]._default_manager.in_bulk(some).items()
    }


def _event(
    fact: Fact,
    *,
    by: DeskActor,
    names: Mapping[int, str],
    linked: bool,
    unread: bool,
    about: str,
) -> Event:
    action = ACTIONS.get(fact.verb)
    told = _Told()
    for name, value in fact.data.items():
        if isinstance(value, dict) and "label" in value:
            told[name] = names.get(value["id"], value["label"])
        else:
            told[name] = value
    what = str(action.said) % told if action else fact.verb
    cause = ACTIONS.get(fact.cause.verb) if fact.cause_id and fact.cause else None
    duty = DUTIES.get(fact.duty)
    return Event(
        who=names.get(fact.person_id or 0, _("The clock") if fact.actor_kind == "clock" else ""),
        what=what,
        at=fact.at,
        post=by.post_title(fact.post),
        cause=str(cause.title) if cause else "",
        duty=str(duty.title) if duty else "",
        url=url_of_kind(fact.kind, fact.record_id) if linked and fact.record_id else "",
        unread=unread,
        about="" if about in what else about,
    )


def facts_of(kind: str, record_id: int) -> QuerySet[Fact]:
    """Return the facts about a record, the latest first."""
    return (
        Fact.objects.filter(kind=kind, record_id=record_id).select_related("cause").order_by("-id")
    )


def notices_for(person_id: int) -> QuerySet[Notice]:
    """Return the notices of a person, the latest first."""
    return (
        Notice.objects.filter(person_id=person_id)
        .select_related("fact", "fact__cause")
        .order_by("-fact_id")
    )


def unread_count(person_id: int) -> int:
    """Return how many notices a person has not read."""
    return Notice.objects.filter(person_id=person_id, read_at__isnull=True).count()


@dataclass(frozen=True, slots=True)
class Measures:
    """How a duty is kept: waiting now; handled, share on time (percent), median minutes."""

    waiting: int
    handled: int
    on_time: int | None
    median_min: float | None


def measures(
    duty: Duty[Any],
    *,
    at: datetime,
    waiting: int = 0,
    persons: Iterable[int] | None = None,
    posts: Iterable[str] | None = None,
    areas: Iterable[str] | None = None,
) -> Measures:
    """Return the measures of a duty over the last 30 days, for persons, posts or areas if given."""
    facts = Fact.objects.filter(
        duty=duty.code, at__gt=at - timedelta(days=MEASURED_DAYS), at__lte=at, wait_s__isnull=False
    )
    for field, values in (("person_id", persons), ("post", posts), ("area", areas)):
        if values is not None:
            facts = facts.filter(Q(**{f"{field}__in": list(values)}))
    rows = [
        (wait, promise, told)
        for wait, promise, told in facts.values_list("wait_s", "promise_s", "data__on_time")
        if wait is not None
    ]
    judged = [
        bool(told) if told is not None else wait <= (promise or 0)
        for wait, promise, told in rows
        if told is not None or promise is not None
    ]
    waits = [wait for wait, _promise, _told in rows]
    return Measures(
        waiting=waiting,
        handled=len(rows),
        on_time=round(100 * sum(judged) / len(judged)) if judged else None,
        median_min=round(median(waits) / 60, 1) if waits else None,
    )


def handled_by_day(person_id: int | None, *, at: datetime, days: int = 14) -> tuple[int, ...]:
    """Return how many deeds a person did on each of the last days, today last."""
    today = localdate(at)
    counts = [0] * days
    moments = Fact.objects.filter(
        person_id=person_id, at__gt=at - timedelta(days=days + 1), at__lte=at
    ).values_list("at", flat=True)
    for moment in moments:
        back = (today - localdate(moment)).days
        if 0 <= back < days:
            counts[days - 1 - back] += 1
    return tuple(counts)
