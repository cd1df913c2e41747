"""Giving work to people and taking it back done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.handover import PersonalWork, register_work
from zhanggui.ground.org.models import Assignment, Person
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules import assignments as rules


@action(
    duty="org.supervision",
    title=_("Give an assignment"),
    said=_("gave “%(title)s” to %(to)s"),
    creates=True,
    concerns=lambda _area, result: [result.to_id],
)
def give_assignment(
    area: str | None,
    *,
    to: Person,
    title: str,
    text: str = "",
    due_at: datetime,
    by: Actor,
    at: datetime,
) -> Assignment:
    """Give a person of one's own areas a piece of work, due at a moment that lies ahead.

    The assignment belongs to the area in which that person sits, so his nearest superior sees it.
    """
    if refusal := rules.why_not_due(due_at=due_at, at=at):
        raise refusal
    seats = present(at).structure.seats_by_person.get(to.user, ())
    areas = [seat.area for seat in seats if by.standings("org.supervision", seat.area)]
    if not areas:
        raise Refusal(
            "not_under_you",
            _("%(person)s has no post in an area you answer for.") % {"person": to.name},
            settles=_("Choose someone of your own areas, or ask his superior."),
            status=422,
        )
    if by.person_id is None:
        raise not_yours()
    return Assignment.objects.create(
        title=title,
        text=text,
        given_by_id=by.person_id,
        to=to,
        area_id=areas[0],
        given_at=at,
        due_at=due_at,
    )


@action(
    duty="org.own_assignments",
    title=_("Report done"),
    said=_("reported it done: %(evidence)s"),
    guard=rules.why_not_report,
    since="given_at",
    concerns=lambda assignment, _result: [assignment.given_by_id],
)
def report_assignment(
    assignment: Assignment, *, evidence: str, by: Actor, at: datetime
) -> Assignment:
    """Report one's own assignment done, saying what shows it."""
    assignment.state = rules.MOVES.to("report_assignment", assignment.state)
    assignment.evidence = evidence
    assignment.reported_at = at
    assignment.save()
    remember(on_time=at <= assignment.due_at)
    return assignment


@action(
    duty="org.supervision",
    title=_("Accept"),
    said=_("accepted the work"),
    guard=rules.why_not_accept,
    since="reported_at",
    concerns=lambda assignment, _result: [assignment.to_id],
)
def accept_assignment(
    assignment: Assignment, *, remark: str = "", by: Actor, at: datetime
) -> Assignment:
    """Accept reported work and close the assignment."""
    assignment.state = rules.MOVES.to("accept_assignment", assignment.state)
    assignment.remark = remark
    assignment.closed_at = at
    assignment.save()
    return assignment


@action(
    duty="org.supervision",
    title=_("Send back"),
    said=_("sent the work back: %(remark)s"),
    guard=rules.why_not_return,
    since="reported_at",
    concerns=lambda assignment, _result: [assignment.to_id],
)
def return_assignment(
    assignment: Assignment, *, remark: str, by: Actor, at: datetime
) -> Assignment:
    """Send reported work back with what is missing."""
    assignment.state = rules.MOVES.to("return_assignment", assignment.state)
    assignment.remark = remark
    assignment.reported_at = None
    assignment.save()
    return assignment


@action(
    duty="org.supervision",
    title=_("Cancel"),
    said=_("cancelled it: %(reason)s"),
    guard=rules.why_not_cancel,
    concerns=lambda assignment, _result: [assignment.to_id],
)
def cancel_assignment(
    assignment: Assignment, *, reason: str, by: Actor, at: datetime
) -> Assignment:
    """Take an assignment back with a reason."""
    assignment.state = rules.MOVES.to("cancel_assignment", assignment.state)
    assignment.remark = reason
    assignment.closed_at = at
    assignment.save()
    return assignment


@action(
    duty="org.supervision",
    title=_("Move the due time"),
    said=_("moved the due time: %(reason)s"),
    guard=rules.why_not_postpone,
    concerns=lambda assignment, _result: [assignment.to_id],
)
def postpone_assignment(
    assignment: Assignment, *, due_at: datetime, reason: str, by: Actor, at: datetime
) -> Assignment:
    """Give the work another due moment, with a reason."""
    assignment.due_at = due_at
    assignment.save()
    return assignment


@action(
    duty="org.supervision",
    title=_("Give to someone else"),
    said=_("gave the work to %(to)s"),
    guard=rules.why_not_reassign,
    concerns=lambda assignment, result: [assignment.to_id, result.to_id],
)
def reassign_assignment(
    assignment: Assignment, *, to: Person, by: Actor, at: datetime
) -> Assignment:
    """Give running work to another person, who is told."""
    assignment.to = to
    assignment.save()
    return assignment


@action(
    duty="org.appointments",
    title=_("Hand over assignments"),
    said=_("handed all open assignments to %(to)s"),
    concerns=lambda _person, result: [],
)
def hand_over_assignments(person: Person, *, to: Person, by: Actor, at: datetime) -> int:
    """Pass every open assignment of one person to another; return how many."""
    mine = Assignment.objects.filter(to=person, state__in=rules.OPEN)
    ids = list(mine.values_list("pk", flat=True))
    mine.update(to=to)
    remember(assignments=ids)
    return len(ids)


def open_assignments_of(person_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open assignments each person holds."""
    rows = (
        Assignment.objects.filter(to_id__in=list(person_ids), state__in=rules.OPEN)
        .values_list("to_id")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


register_work(PersonalWork(_("Assignments"), open_assignments_of, hand_over_assignments))
