"""Drafting, scheduling, applying and reversing changes of the organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Max
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.structure import why_not_codes, write_structure
from zhanggui.ground.org.handover import give_all_work, open_work
from zhanggui.ground.org.models import ChangeLine, ChangeSet, Company, Person
from zhanggui.ground.org.queries import people_by_user, structure_at
from zhanggui.ground.org.rules import changesets as rules
from zhanggui.ground.org.rules.changes import STEPS, Step, take
from zhanggui.ground.org.rules.changesets import ChangeSetState
from zhanggui.ground.org.rules.difference import difference
from zhanggui.ground.org.rules.preview import (
    Preview,
    preview,
    why_not_beyond,
    why_not_lose_administrator,
)
from zhanggui.ground.org.rules.structure import Seat, Structure

PERSONNEL = "H-PE-1"
"""The duty whose last company-wide holder may not disappear."""


def steps_of(change_set: ChangeSet) -> list[Step]:
    """Return the lines of a change set as steps, in order."""
    return [Step(line.kind, line.data) for line in change_set.lines.order_by("number")]


def structures_of(change_set: ChangeSet, *, at: datetime) -> tuple[Structure, Structure]:
    """Return the structure before and after a change set, as of the moment it takes effect.

    Raises BrokenStep when a line does not fit the structure of that moment.
    """
    before = structure_at(max(change_set.effective_at, at))
    return before, take(before, steps_of(change_set))


def left_behind(change_set: ChangeSet, shown: Preview) -> dict[str, list[tuple[Any, int]]]:
    """Return the open personal work of people who leave and have no successor, by user name."""
    heirs = {step.data["person"] for step in steps_of(change_set) if step.kind == "hand_over"}
    leavers = {shift.person for shift in shown.shifts if shift.leaves} - heirs
    people = people_by_user(leavers)
    work = open_work([person.pk for person in people.values()])
    return {user: work[p.pk] for user, p in people.items() if p.pk in work}


def why_not_schedule(
    change_set: ChangeSet, *, at: datetime, version: int | None = None
) -> Refusal | None:
    """Return why a change set cannot be put on the schedule now.

    It must have lines that fit, leave an administrator, leave no personal work behind, and its
    newly uncovered duties must have been accepted by whoever drafted it. `version` is the one
    whose preview was seen: nobody schedules what he has not seen.
    """
    if refusal := rules.why_not_put_on_schedule(change_set):
        return refusal
    if refusal := rules.why_not_unseen(version=change_set.version, seen=version):
        return refusal
    if not change_set.lines.exists():
        return Refusal(
            "no_lines", _("The change has no lines yet."), settles=_("Add at least one line.")
        )
    return why_not_take_effect(change_set, at=at)


def why_not_take_effect(change_set: ChangeSet, *, at: datetime) -> Refusal | None:
    """Return why a change set cannot take effect on the structure of its moment."""
    try:
        before, after = structures_of(change_set, at=at)
    except Refusal as why:
        return why
    if refusal := why_not_codes(steps_of(change_set)):
        return refusal
    if refusal := why_not_beyond(
        before,
        after,
        area=change_set.area_id,
        done=difference(before, after),
        handed=[
            str(step.data[name])
            for step in steps_of(change_set)
            if step.kind == "hand_over"
            for name in ("person", "to")
        ],
    ):
        return refusal
    able = list(Person.objects.filter(is_active=True).values_list("user", flat=True))
    if refusal := why_not_lose_administrator(after, duty=PERSONNEL, able=able):
        return refusal
    shown = preview(before, after)
    if work := left_behind(change_set, shown):
        user, kinds = next(iter(work.items()))
        return Refusal(
            "work_left",
            _("%(person)s leaves with open work: %(work)s.")
            % {
                "person": people_by_user({user})[user].name,
                "work": ", ".join(f"{title} {number}" for title, number in kinds),
            },
            settles=_("Add a line that hands the work over to somebody."),
        )
    if shown.loses_last and not change_set.gaps_accepted:
        return Refusal(
            "uncovered",
            _("%(number)d duties would have nobody.") % {"number": len(shown.loses_last)},
            settles=_("Appoint somebody for them, or accept the gaps knowingly."),
        )
    return None


@action(
    duty="org.appointments",
    title=_("Draft a change"),
    said=_("drafted the change “%(title)s”"),
    creates=True,
)
def draft_change_set(
    area: str, *, title: str, reason: str = "", effective_at: datetime, by: Actor, at: datetime
) -> ChangeSet:
    """Begin a change of the organisation within an area; nothing happens before it is scheduled."""
    if refusal := rules.why_not_effective(effective_at=effective_at, at=at):
        raise refusal
    return ChangeSet.objects.create(
        title=title,
        reason=reason,
        effective_at=effective_at,
        drafted_at=at,
        drafted_by_id=by.person_id,
        area_id=area,
    )


@action(
    duty="org.appointments",
    title=_("Edit"),
    said=_("edited the change “%(title)s”"),
    guard=rules.why_not_revise,
)
def revise_change_set(
    change_set: ChangeSet,
    *,
    title: str,
    reason: str,
    effective_at: datetime,
    gaps_accepted: bool = False,
    by: Actor,
    at: datetime,
) -> ChangeSet:
    """Change a draft's title, reason and time, and whether its gaps are accepted.

    A moment that has passed since it was chosen may stay: it then means “at once”.
    """
    if not rules.is_same_minute(effective_at, change_set.effective_at):
        if refusal := rules.why_not_effective(effective_at=effective_at, at=at):
            raise refusal
        change_set.effective_at = effective_at
    change_set.title = title
    change_set.reason = reason
    change_set.gaps_accepted = gaps_accepted
    change_set.version += 1
    change_set.save()
    return change_set


@action(
    duty="org.appointments",
    title=_("Add a line"),
    said=_("added line %(number)s"),
    guard=rules.why_not_revise,
)
def add_change_line(
    change_set: ChangeSet, *, kind: str, data: Mapping[str, Any], by: Actor, at: datetime
) -> ChangeSet:
    """Add a line at the end; refused at once when it does not fit what stands by then."""
    if kind not in STEPS:
        raise Refusal("no_kind", _("There is no such kind of change."), status=422)
    before = structure_at(max(change_set.effective_at, at))
    take(before, [*steps_of(change_set), Step(kind, data)])
    if refusal := why_not_codes([Step(kind, data)]):
        raise refusal
    last = change_set.lines.aggregate(top=Max("number"))["top"] or 0
    ChangeLine.objects.create(change_set=change_set, number=last + 1, kind=kind, data=dict(data))
    remember(number=last + 1)
    change_set.gaps_accepted = False
    change_set.version += 1
    change_set.save()
    return change_set


@action(
    duty="org.appointments",
    title=_("Remove a line"),
    said=_("removed line %(number)s"),
    guard=rules.why_not_revise,
)
def drop_change_line(change_set: ChangeSet, *, number: int, by: Actor, at: datetime) -> ChangeSet:
    """Remove a line; lines that no longer fit without it are shown by the preview."""
    change_set.lines.filter(number=number).delete()
    change_set.gaps_accepted = False
    change_set.version += 1
    change_set.save()
    return change_set


@action(
    duty="org.appointments",
    title=_("Schedule"),
    said=_("scheduled the change"),
    guard=why_not_schedule,
)
def schedule_change_set(
    change_set: ChangeSet, *, version: int | None = None, by: Actor, at: datetime
) -> ChangeSet:
    """Put a draft on the schedule; one whose time has come is applied at once.

    `version` is the version whose preview was seen; None where nobody looks, as in a round.
    """
    change_set.state = rules.MOVES.to("schedule_change_set", change_set.state)
    change_set.effective_at = max(change_set.effective_at, at)
    change_set.returned_note = ""
    change_set.save()
    if change_set.effective_at <= at:
        return apply_change_set(change_set, by=by, at=at)
    return change_set


@action(
    duty="org.appointments",
    title=_("Withdraw"),
    said=_("withdrew the change from the schedule"),
    guard=rules.why_not_withdraw,
)
def withdraw_change_set(change_set: ChangeSet, *, by: Actor, at: datetime) -> ChangeSet:
    """Take a scheduled change back into draft before its time."""
    change_set.state = rules.MOVES.to("withdraw_change_set", change_set.state)
    change_set.save()
    return change_set


@action(
    duty="org.appointments",
    title=_("Drop"),
    said=_("dropped the change: %(reason)s"),
    guard=rules.why_not_drop,
)
def drop_change_set(change_set: ChangeSet, *, reason: str, by: Actor, at: datetime) -> ChangeSet:
    """Give a draft up; it stays on record with the reason."""
    change_set.state = rules.MOVES.to("drop_change_set", change_set.state)
    change_set.save()
    return change_set


@action(
    duty="org.appointments",
    title=_("Return to draft"),
    said=_("returned the change to draft: %(note)s"),
    guard=rules.why_not_withdraw,
    concerns=lambda change_set, _result: [change_set.drafted_by_id],
)
def return_change_set(change_set: ChangeSet, *, note: str, by: Actor, at: datetime) -> ChangeSet:
    """Send a scheduled change that no longer fits back to whoever drafted it."""
    change_set.state = rules.MOVES.to("return_change_set", change_set.state)
    change_set.returned_note = note
    change_set.save()
    return change_set


@action(
    duty="org.appointments",
    title=_("Apply"),
    said=_("applied the change"),
    concerns=lambda _change_set, result: people_concerned(result),
)
def apply_change_set(change_set: ChangeSet, *, by: Actor, at: datetime) -> ChangeSet:
    """Make a scheduled change true, wholly or not at all.

    It holds from the moment it was dated for, or just after the change applied before it. People
    left without a post are signed out everywhere. Refuses what `why_not_take_effect` refuses.
    """
    change_set.state = rules.MOVES.to("apply_change_set", change_set.state)
    Company.objects.select_for_update().get()
    if refusal := why_not_take_effect(change_set, at=at):
        raise refusal
    former = ChangeSet.objects.filter(state=ChangeSetState.APPLIED).aggregate(
        last=Max("effective_at")
    )["last"]
    if former is not None and change_set.effective_at <= former:
        change_set.effective_at = former + timedelta(microseconds=1)
    before = structure_at(change_set.effective_at)
    steps = steps_of(change_set)
    after = take(before, steps)
    write_structure(before, after, at=change_set.effective_at, ends=_ends(steps))
    people = people_by_user()
    for step in steps:
        if step.kind == "hand_over":
            give_all_work(people[step.data["person"]], to=people[step.data["to"]], by=by, at=at)
    done = difference(before, after)
    _sign_out([people[u] for u in before.seats_by_person if u not in after.seats_by_person])
    change_set.applied_at = at
    change_set.outcome = done
    change_set.save()
    return change_set


def _ends(steps: Sequence[Step]) -> dict[Seat, datetime]:
    ends: dict[Seat, datetime] = {}
    for step in steps:
        until = step.data.get("until") if step.kind == "appoint" else None
        if until and (moment := parse_datetime(str(until))):
            d = step.data
            seat = Seat(d["person"], d["post"], d["unit"], d["area"], d.get("kind", "main"))
            ends[seat] = moment
    return ends


def _sign_out(people: Sequence[Person]) -> None:
    for session in UserSession.objects.filter(user__in=people):
        session.end()


def people_concerned(change_set: ChangeSet) -> list[int]:
    """Return the ids of the people whose seats an applied change opened or closed."""
    done = change_set.outcome or {}
    users = {s["person"] for s in [*done.get("seats_gone", []), *done.get("seats_new", [])]}
    return [person.pk for person in people_by_user(users).values()]


def why_not_reverse(change_set: ChangeSet, *, at: datetime) -> Refusal | None:
    """Return why a change cannot be reversed: not applied, or reversed already."""
    if refusal := rules.why_not_undo(change_set):
        return refusal
    if ChangeSet.objects.filter(reverses=change_set).exclude(state=ChangeSetState.DROPPED).exists():
        return Refusal(
            "reversed",
            _("A reversal of this change has been drafted already."),
            settles=_("Open that reversal."),
        )
    return None


@action(
    duty="org.appointments",
    title=_("Draft the reversal"),
    said=_("drafted the reversal"),
    guard=why_not_reverse,
)
def draft_reversal(change_set: ChangeSet, *, by: Actor, at: datetime) -> ChangeSet:
    """Draft a further change that undoes this one; previewed and scheduled like any other."""
    reversal = ChangeSet.objects.create(
        title=str(_("Reversal: %(title)s") % {"title": change_set.title})[:120],
        effective_at=at,
        drafted_at=at,
        drafted_by_id=by.person_id,
        area_id=change_set.area_id,
        reverses=change_set,
    )
    ChangeLine.objects.create(
        change_set=reversal, number=1, kind="restore", data={"difference": change_set.outcome}
    )
    remember(reversal=reversal)
    return reversal
