"""Writing a structure into dated rows: closing what ended, opening what began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.models import (
    Appointment,
    Area,
    AreaSpan,
    Company,
    Post,
    PostDuty,
    Unit,
    UnitSpan,
)
from zhanggui.ground.org.queries import at_moment, people_by_user
from zhanggui.ground.org.rules.changes import Step
from zhanggui.ground.org.rules.structure import Seat, Structure


def write_structure(
    before: Structure,
    after: Structure,
    *,
    at: datetime,
    ends: Mapping[Seat, datetime] | None = None,
    order: Sequence[Seat] = (),
) -> None:
    """Write the difference between two structures as rows that end and begin at `at`.

    `ends` gives seats that begin now a moment at which they end by themselves; `order` is the order
    in which seats that begin are kept, so that a company file comes out as it went in.
    """
    _write_areas(before, after, at)
    _write_units(before, after, at)
    _write_posts(before, after, at)
    _write_seats(before, after, at, ends or {}, order)
    Company.objects.update(version=F("version") + 1)


def why_not_codes(steps: Sequence[Step]) -> Refusal | None:
    """Return a refusal when a step gives something new a code that was used before.

    A code names one thing for ever: history would mix up two units of the same code.
    """
    new: dict[type[Area] | type[Unit] | type[Post], set[str]] = {
        Area: set(),
        Unit: set(),
        Post: set(),
    }
    kinds: dict[str, type[Area] | type[Unit] | type[Post]] = {
        "add_area": Area,
        "add_unit": Unit,
        "add_post": Post,
    }
    for step in steps:
        if step.kind in kinds:
            new[kinds[step.kind]].add(step.data["code"])
        elif step.kind == "split_unit":
            new[Unit] |= {part["code"] for part in step.data["parts"]}
    for model, codes in new.items():
        if codes and (used := model.objects.filter(pk__in=codes).first()):
            return Refusal(
                "code_used_before",
                _("The code “%(code)s” was used before.") % {"code": used.pk},
                settles=_("Choose another code; codes are never used twice."),
                status=422,
            )
    return None


def _write_areas(before: Structure, after: Structure, at: datetime) -> None:
    gone = [c for c, a in before.areas.items() if after.areas.get(c) != a]
    AreaSpan.objects.filter(at_moment(at), area_id__in=gone).update(until_at=at)
    top = Area.objects.count()
    known = set(Area.objects.values_list("code", flat=True))
    for number, (code, area) in enumerate(after.areas.items()):
        if before.areas.get(code) == area:
            continue
        if code not in known:
            Area.objects.create(
                code=code,
                kind=area.kind,
                name_zh=area.name.zh,
                name_en=area.name.en,
                divisions=list(area.divisions),
                position=top + number,
            )
        elif code in before.areas:
            Area.objects.filter(pk=code).update(
                kind=area.kind,
                name_zh=area.name.zh,
                name_en=area.name.en,
                divisions=list(area.divisions),
            )
        AreaSpan.objects.create(area_id=code, parent_id=area.parent, since_at=at)


def _write_units(before: Structure, after: Structure, at: datetime) -> None:
    gone = [c for c, u in before.units.items() if after.units.get(c) != u]
    UnitSpan.objects.filter(at_moment(at), unit_id__in=gone).update(until_at=at)
    top = Unit.objects.count()
    known = set(Unit.objects.values_list("code", flat=True))
    for number, (code, unit) in enumerate(after.units.items()):
        if before.units.get(code) == unit:
            continue
        if code not in known:
            Unit.objects.create(
                code=code, name_zh=unit.name.zh, name_en=unit.name.en, position=top + number
            )
        elif code in before.units:
            Unit.objects.filter(pk=code).update(name_zh=unit.name.zh, name_en=unit.name.en)
        UnitSpan.objects.create(unit_id=code, parent_id=unit.parent, since_at=at)


def _write_posts(before: Structure, after: Structure, at: datetime) -> None:
    top = Post.objects.count()
    for number, (code, post) in enumerate(after.posts.items()):
        had = before.posts.get(code)
        if had == post:
            continue
        if had is None and not Post.objects.filter(pk=code).exists():
            Post.objects.create(
                code=code,
                name_zh=post.title.zh,
                name_en=post.title.en,
                everyone=post.everyone,
                position=top + number,
            )
        elif had is not None:
            Post.objects.filter(pk=code).update(
                name_zh=post.title.zh, name_en=post.title.en, everyone=post.everyone
            )
        old = had.duties if had else ()
        lost = [duty for duty in old if duty not in post.duties]
        PostDuty.objects.filter(at_moment(at), post_id=code, duty_id__in=lost).update(until_at=at)
        PostDuty.objects.bulk_create(
            PostDuty(post_id=code, duty_id=duty, position=place, since_at=at)
            for place, duty in enumerate(post.duties)
            if duty not in old
        )
    for code in before.posts:
        if code not in after.posts:
            PostDuty.objects.filter(at_moment(at), post_id=code).update(until_at=at)


def _write_seats(
    before: Structure,
    after: Structure,
    at: datetime,
    ends: Mapping[Seat, datetime],
    order: Sequence[Seat],
) -> None:
    gone, new = before.seats - after.seats, after.seats - before.seats
    people = people_by_user({seat.person for seat in gone | new})
    for seat in sorted(gone):
        Appointment.objects.filter(
            at_moment(at),
            person__user=seat.person,
            post_id=seat.post,
            unit_id=seat.unit,
            area_id=seat.area,
        ).update(until_at=at)
    placed = [seat for seat in order if seat in new]
    for seat in placed + sorted(new.difference(placed)):
        if seat.person not in people:
            raise Refusal(
                "no_person",
                _("There is nobody with the user name “%(user)s”.") % {"user": seat.person},
                settles=_("Enter the person first."),
                status=422,
            )
        Appointment.objects.create(
            person=people[seat.person],
            post_id=seat.post,
            unit_id=seat.unit,
            area_id=seat.area,
            kind=seat.kind,
            since_at=at,
            until_at=ends.get(seat),
        )
