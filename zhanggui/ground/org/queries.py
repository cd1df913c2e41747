"""Reading the organisation: the structure at any moment, who held what, who could see what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Replace
from django.utils.functional import cached_property

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.queries import MEASURED_DAYS
from zhanggui.ground.kernel.limits import KEY_CHARS_MAX
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import (
    Appointment,
    AreaSpan,
    Assignment,
    ChangeSet,
    CharterDuty,
    Company,
    Person,
    Post,
    PostDuty,
    Span,
    UnitSpan,
)
from zhanggui.ground.org.rules.assignments import AssignmentState
from zhanggui.ground.org.rules.changesets import ChangeSetState
from zhanggui.ground.org.rules.company import Company as CompanyFile
from zhanggui.ground.org.rules.structure import (
    AreaNode,
    DutyNode,
    PersonNode,
    PostNode,
    Seat,
    Structure,
    Text,
    UnitNode,
)


@dataclass(frozen=True)
class Snapshot:
    """The structure at a moment, with the row behind each seat and until when it stays true."""

    structure: Structure
    appointment_ids: Mapping[Seat, int]
    version: int
    since: datetime
    until: datetime | None

    @cached_property
    def seats_by_appointment(self) -> dict[int, Seat]:
        """The seat of each appointment row."""
        return {pk: seat for seat, pk in self.appointment_ids.items()}


def at_moment(moment: datetime) -> Q:
    """Return the condition that keeps dated rows to those holding at a moment."""
    return Q(since_at__lte=moment) & (Q(until_at__isnull=True) | Q(until_at__gt=moment))


_present: Snapshot | None = None


def present(at: datetime) -> Snapshot:
    """Return the structure now, from this process's memory while no change has been applied.

    One statement reads the version; rows are read again only when it has moved on, or when a dated
    end has passed meanwhile.
    """
    global _present  # noqa: PLW0603 - a cache of one immutable value
    version = Company.objects.values_list("version", flat=True).first() or 0
    kept = _present
    if (
        kept is not None
        and kept.version == version
        and kept.since <= at
        and (kept.until is None or at < kept.until)
    ):
        return kept
    _present = _read(at, version=version)
    return _present


def forget_present() -> None:
    """Drop the remembered structure: for tests, whose databases come and go."""
    global _present  # noqa: PLW0603
    _present = None


def structure_at(moment: datetime) -> Structure:
    """Return the structure of the company as it was at any moment."""
    return _read(moment, version=0).structure


def _read(moment: datetime, *, version: int) -> Snapshot:
    now = at_moment(moment)
    areas = {
        span.area_id: AreaNode(
            span.area_id,
            span.area.kind,
            Text(span.area.name_zh, span.area.name_en),
            span.parent_id,
            tuple(span.area.divisions),
        )
        for span in AreaSpan.objects.filter(now)
        .select_related("area")
        .order_by("area__position", "area_id")
    }
    units = {
        span.unit_id: UnitNode(
            span.unit_id, Text(span.unit.name_zh, span.unit.name_en), span.parent_id
        )
        for span in UnitSpan.objects.filter(now)
        .select_related("unit")
        .order_by("unit__position", "unit_id")
    }
    duties = {
        duty.id: DutyNode(
            duty.id,
            Text(duty.name_zh, duty.name_en),
            Text(duty.text_zh, duty.text_en),
            duty.level,
            duty.promise_s,
            tuple(duty.checks),
        )
        for duty in CharterDuty.objects.order_by("position", "id")
    }
    held: dict[str, list[str]] = {}
    for post_id, duty_id in (
        PostDuty.objects.filter(now).order_by("position", "id").values_list("post_id", "duty_id")
    ):
        held.setdefault(post_id, []).append(duty_id)
    posts = {
        post.code: PostNode(
            post.code,
            Text(post.name_zh, post.name_en),
            tuple(held.get(post.code, ())),
            post.everyone,
        )
        for post in Post.objects.order_by("position", "code")
    }
    rows = Appointment.objects.filter(now).values_list(
        "pk", "person__user", "post_id", "unit_id", "area_id", "kind"
    )
    seats = {
        Seat(person, post, unit, area, kind): pk for pk, person, post, unit, area, kind in rows
    }
    names = Person.objects.values_list("user", "name_zh", "name_en")
    people = {user: Text(zh, en) for user, zh, en in names}
    return Snapshot(
        structure=Structure(areas, units, duties, posts, frozenset(seats), people),
        appointment_ids=seats,
        version=version,
        since=moment,
        until=_next_turn(moment),
    )


def _next_turn(moment: datetime) -> datetime | None:
    """Return the next moment at which a dated row begins or ends by itself."""
    turns: list[datetime] = []
    spans: tuple[type[Span], ...] = (Appointment, AreaSpan, UnitSpan, PostDuty)
    for span in spans:
        ahead = Q(since_at__gt=moment) | Q(until_at__gt=moment)
        for pair in span._default_manager.filter(ahead).values_list("since_at", "until_at"):
            turns += [turn for turn in pair if turn is not None and turn > moment]
    return min(turns, default=None)


def holders_between(
    duty: str, *, area: str, start: datetime, end: datetime
) -> list[tuple[Appointment, datetime, datetime | None]]:
    """Return who held a duty for an area at any time in [start, end), each with his own intervals.

    An interval is the overlap of three things: the appointment, the time its post had the duty, and
    the time its area stood on or above the area asked about. Intervals are not cut at the window.
    """
    standing = _standing_above(area)
    had: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for post, since, until in PostDuty.objects.filter(duty_id=duty).values_list(
        "post_id", "since_at", "until_at"
    ):
        had.setdefault(post, []).append((since, until))
    rows = (
        Appointment.objects.filter(since_at__lt=end, post_id__in=had, area_id__in=standing)
        .filter(Q(until_at__isnull=True) | Q(until_at__gt=start))
        .select_related("person", "post", "unit", "area")
    )
    found = []
    for row in rows:
        mine = [(row.since_at, row.until_at)]
        for since, until in _overlap(_overlap(mine, had[row.post_id]), standing[row.area_id]):
            if since < end and (until is None or until > start):
                found.append((row, since, until))
    return sorted(found, key=lambda item: (item[1], item[0].pk))


Interval = tuple[datetime, datetime | None]


def _overlap(these: list[Interval], those: list[Interval]) -> list[Interval]:
    """Return the times that lie in both, in order."""
    found = []
    for since, until in these:
        for since_other, until_other in those:
            begin = max(since, since_other)
            ends = [e for e in (until, until_other) if e is not None]
            stop = min(ends, default=None)
            if stop is None or begin < stop:
                found.append((begin, stop))
    return sorted(found, key=lambda interval: interval[0])


def _standing_above(area: str) -> dict[str, list[Interval]]:
    """Return when each area stood on or above an area: the intervals, joined where they touch."""
    spans: dict[str, list[tuple[datetime, datetime | None, str | None]]] = {}
    for code, parent, since, until in AreaSpan.objects.values_list(
        "area_id", "parent_id", "since_at", "until_at"
    ):
        spans.setdefault(code, []).append((since, until, parent))
    found: dict[str, list[Interval]] = {}

    def climb(code: str, within: list[Interval], below: frozenset[str]) -> None:
        if code in below:
            return
        for since, until, parent in spans.get(code, ()):
            here = _overlap([(since, until)], within)
            found.setdefault(code, []).extend(here)
            if parent is not None and here:
                climb(parent, here, below | {code})

    climb(area, [(datetime.min.replace(tzinfo=UTC), None)], frozenset())
    return {code: _joined(intervals) for code, intervals in found.items()}


def _joined(intervals: list[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for since, until in sorted(intervals, key=lambda interval: interval[0]):
        if joined and (last := joined[-1])[1] is not None and since <= last[1]:
            stop = None if until is None else max(last[1], until)
            joined[-1] = (last[0], stop)
        elif not joined or joined[-1][1] is not None:
            joined.append((since, until))
    return joined


def who_could_see(*, duty: str, area: str, moment: datetime) -> tuple[Seat, ...]:
    """Return the seats that held a duty over an area at a moment: who could see its records."""
    return structure_at(moment).holders(duty, area)


def people_by_user(users: set[str] | None = None) -> dict[str, Person]:
    """Return people by sign-in name."""
    rows = Person.objects.all() if users is None else Person.objects.filter(user__in=users)
    return {person.user: person for person in rows}


# --- assignments -----------------------------------------------------------------------------


def assignments_given_to(by: DeskActor) -> QuerySet[Assignment]:
    """Return the open work of the person himself, the most urgent first."""
    return Assignment.objects.filter(
        to_id=by.person_id, state=AssignmentState.GIVEN
    ).select_related("given_by", "to", "area")


def assignments_to_watch(by: DeskActor) -> QuerySet[Assignment]:
    """Return what a superior must look at: reported done, or past its due moment.

    Work still running within its time waits for nobody but its holder.
    """
    return (
        Assignment.objects.filter(by.scope("org.supervision").where())
        .filter(state__in=[AssignmentState.GIVEN, AssignmentState.REPORTED])
        .exclude(to_id=by.person_id)
        .select_related("given_by", "to", "area")
    )


def assignments_seen(by: DeskActor) -> QuerySet[Assignment]:
    """Return the assignments the person holds, gave, or supervises."""
    mine = Q(to_id=by.person_id) | Q(given_by_id=by.person_id)
    scope = by.scope("org.supervision")
    return Assignment.objects.filter(mine | scope.where() if scope else mine).select_related(
        "given_by", "to", "area"
    )


def assignment_of(by: DeskActor, pk: int) -> Assignment:
    """Return an assignment the person holds, gave, or supervises; else `not_yours`."""
    found = assignments_seen(by).filter(pk=pk).first()
    if found is None:
        raise not_yours()
    return found


def assignments_found(by: DeskActor, text: str) -> QuerySet[Assignment]:
    """Return the assignments the person may see whose title holds a text, the latest first."""
    return assignments_seen(by).filter(title__icontains=text).order_by("-given_at", "-pk")


def own_on_time(person_id: int, *, since: datetime, at: datetime) -> int | None:
    """Return the share of a person's deeds that kept their promise, in percent; None for none.

    Only deeds with a clock count: those under a promise, or that say whether they were on time.
    """
    rows = Fact.objects.filter(
        person_id=person_id, at__gt=since, at__lte=at, wait_s__isnull=False
    ).values_list("wait_s", "promise_s", "data__on_time")
    kept = [
        bool(told) if told is not None else (wait or 0) <= (promise or 0)
        for wait, promise, told in rows
        if told is not None or promise is not None
    ]
    return round(100 * sum(kept) / len(kept)) if kept else None


# --- change sets -----------------------------------------------------------------------------


def change_sets_open(by: DeskActor) -> QuerySet[ChangeSet]:
    """Return the changes that are drafted or scheduled, within the areas personnel answers for."""
    return (
        ChangeSet.objects.filter(by.scope("org.appointments").where())
        .filter(state__in=[ChangeSetState.DRAFT, ChangeSetState.SCHEDULED])
        .select_related("drafted_by", "area")
    )


def change_set_of(by: DeskActor, pk: int) -> ChangeSet:
    """Return a change set within the areas personnel answers for; else `not_yours`."""
    scope = by.scope("org.appointments")
    found = (
        (
            ChangeSet.objects.filter(pk=pk)
            .filter(scope.where())
            .select_related("drafted_by", "area", "reverses")
        ).first()
        if scope
        else None
    )
    if found is None:
        raise not_yours()
    return found


def change_sets_found(by: DeskActor, text: str) -> QuerySet[ChangeSet]:
    """Return the changes personnel may see whose title holds a text, the latest first."""
    scope = by.scope("org.appointments")
    rows = ChangeSet.objects.filter(scope.where()) if scope else ChangeSet.objects.none()
    return rows.filter(title__icontains=text).order_by("-drafted_at", "-pk")


def is_deed_done(key: str) -> bool:
    """Tell whether a deed with this idempotency key has been done."""
    return Fact.objects.filter(key=key[:KEY_CHARS_MAX].replace("\x00", "")).exists()


def reversal_of(change_set: ChangeSet) -> ChangeSet | None:
    """Return the change that reverses this one, dropped ones aside."""
    return (
        ChangeSet.objects.filter(reverses=change_set).exclude(state=ChangeSetState.DROPPED).first()
    )


def change_sets_due(at: datetime) -> QuerySet[ChangeSet]:
    """Return the scheduled changes whose time has come, in order."""
    return ChangeSet.objects.filter(state=ChangeSetState.SCHEDULED, effective_at__lte=at).order_by(
        "effective_at", "pk"
    )


def changes_applied(most: int) -> QuerySet[ChangeSet]:
    """Return the latest changes that took effect: what the company looks like is open to all."""
    return (
        ChangeSet.objects.filter(state=ChangeSetState.APPLIED)
        .select_related("drafted_by")
        .order_by("-effective_at", "-pk")[:most]
    )


# --- people ----------------------------------------------------------------------------------


def people_within(by: DeskActor, duty: str) -> QuerySet[Person]:
    """Return the people with a post in the areas where `by` holds a duty, by name."""
    seated = Appointment.objects.filter(at_moment(by.at)).filter(by.scope(duty).where())
    return Person.objects.filter(pk__in=seated.values("person_id"), is_active=True).order_by(
        "name_zh", "pk"
    )


def person_of(_by: DeskActor, pk: int) -> Person:
    """Return any person: the company's staff list is open to everyone who works here."""
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise not_yours()
    return person


def appointments_of(person: Person, *, at: datetime) -> QuerySet[Appointment]:
    """Return all appointments of a person: those not over first, the main one ahead."""
    over = Q(until_at__isnull=False, until_at__lte=at)
    rank = Case(When(over, then=2), When(kind="main", then=0), default=1)
    return (
        Appointment.objects.filter(person=person)
        .annotate(rank=rank)
        .select_related("post", "unit", "area")
        .order_by("rank", "-since_at", "pk")
    )


def people_found(
    text: str,
    *,
    users: Collection[str] | None = None,
    but: Collection[str] = (),
    active: bool | None = None,
) -> QuerySet[Person]:
    """Return the people whose name or user name a text means, by name.

    Latin letters match the Latin name with or without its spaces, and the initials of the Chinese
    one: “hhs” finds 胡海生. `users` keeps to those user names, `but` leaves these out; `active`
    keeps to people who may, or may not, sign in.
    """
    rows = Person.objects.order_by("name_zh", "pk")
    if text:
        joined = Replace("name_en", Value(" "), Value(""))
        rows = rows.annotate(joined=joined).filter(
            Q(name_zh__icontains=text)
            | Q(name_en__icontains=text)
            | Q(joined__icontains=text.replace(" ", ""))
            | Q(user__icontains=text)
            | Q(pk__in=_with_initials(text))
        )
    if users is not None:
        rows = rows.filter(user__in=users)
    if but:
        rows = rows.exclude(user__in=but)
    if active is not None:
        rows = rows.filter(is_active=active)
    return rows


def _with_initials(text: str) -> list[int]:
    """Return the ids of people whose Chinese name begins with these pinyin initials."""
    wanted = text.lower()
    if not (wanted.isascii() and wanted.isalpha()):
        return []
    names = Person.objects.values_list("pk", "name_zh")
    return [pk for pk, name in names if _initials(name).startswith(wanted)]


@lru_cache(maxsize=10_000)
def _initials(name: str) -> str:
    # Its dictionary takes memory, which a server where nobody searches that way should not spend.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def late_assignments_of(person_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Return how many assignments of each person are past their due moment and not reported."""
    rows = (
        Assignment.objects.filter(
            to_id__in=list(person_ids), state=AssignmentState.GIVEN, due_at__lt=at
        )
        .values_list("to_id")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def appointments_ever(person: Person) -> QuerySet[Appointment]:
    """Return every appointment a person holds or held, the latest first."""
    return (
        Appointment.objects.filter(person=person)
        .select_related("post", "unit", "area")
        .order_by("-since_at", "-pk")
    )


def deeds_of(person_ids: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Return how many deeds each person did in the last 30 days, inner ones not counted."""
    rows = (
        Fact.objects.filter(
            person_id__in=list(person_ids),
            at__gt=at - timedelta(days=MEASURED_DAYS),
            at__lte=at,
            cause__isnull=True,
        )
        .values_list("person_id")
        .annotate(number=Count("pk"))
    )
    return {pk: number for pk, number in rows if pk is not None}


def area_to_give_in(by: DeskActor) -> str | None:
    """Return the area a superior gives work in: the one of his own standing."""
    return _area_of_standing(by, "org.supervision")


def area_of_personnel(by: DeskActor) -> str | None:
    """Return the area personnel drafts changes for: the one of its own standing."""
    return _area_of_standing(by, "org.appointments")


def _area_of_standing(by: DeskActor, duty: str) -> str | None:
    standings = by.standings(duty, None)
    return standings[0].area if standings else None


# --- the company file ------------------------------------------------------------------------


def company_file_at(moment: datetime) -> CompanyFile:
    """Return the company as its file would say it at a moment: what `write_company` writes.

    People without a post at that moment are left out.
    """
    company = Company.objects.get()
    structure = structure_at(moment)
    rows = (
        Appointment.objects.filter(at_moment(moment))
        .select_related("person")
        .order_by("person_id", "pk")
    )
    seats = [Seat(r.person.user, r.post_id, r.unit_id, r.area_id, r.kind) for r in rows]
    people = {r.person.user: r.person for r in rows}
    return CompanyFile(
        code=company.code,
        name=Text(company.name_zh, company.name_en),
        zone=company.zone,
        areas=tuple(structure.areas.values()),
        units=tuple(structure.units.values()),
        duties=tuple(structure.duties.values()),
        posts=tuple(structure.posts.values()),
        people=tuple(
            PersonNode(p.user, Text(p.name_zh, p.name_en), p.phone or "") for p in people.values()
        ),
        seats=tuple(seats),
    )
