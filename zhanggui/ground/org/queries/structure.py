"""The structure of the company at any moment, and what the process remembers of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import cached_property

from zhanggui.ground.kernel.editions import kept
from zhanggui.ground.org.models import (
    Appointment,
    AreaSpan,
    CharterDuty,
    Company,
    Person,
    Post,
    PostDuty,
    Span,
    UnitSpan,
)
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

    Rows are read again only when the version has moved on, or when a dated end has passed.
    """
    global _present  # noqa: PLW0603 - a cache of one immutable value
    version = _version()
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


@kept(Company)
def _version() -> int:
    return Company.objects.values_list("version", flat=True).first() or 0


def forget_present(*, back_to: Snapshot | None = None) -> None:
    """Forget the remembered structure, or go back to one: tests have databases that come and go."""
    global _present  # noqa: PLW0603
    _present = back_to


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
