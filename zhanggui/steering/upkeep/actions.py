"""Asking for changes of the program, answering, working on them, releasing and confirming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from inspect import Parameter, signature
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.handover import PersonalWork, register_work
from zhanggui.ground.org.models import Appointment, Person
from zhanggui.steering.upkeep import queries, rules
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.rules import ChangeKind, RequestState

Guard = Callable[..., Refusal | None]


def _for_its_kind(rule: Guard) -> Guard:
    """Return a rule that is asked only of those who answer for requests of that kind.

    Changes and new features are two duties of the charter; one verb serves both.
    """
    asked = signature(rule)

    def guard(request: ChangeRequest, *, by: Actor, **values: Any) -> Refusal | None:
        if not by.standings(queries.CHARTER[ChangeKind(request.kind)], request):
            return not_yours()
        return rule(request, **values)

    taken = [*asked.parameters.values(), Parameter("by", Parameter.KEYWORD_ONLY)]
    guard.__signature__ = asked.replace(parameters=taken)  # type: ignore[attr-defined]
    return guard


def _first_answer(request: ChangeRequest, by: Actor, at: datetime) -> datetime | None:
    """Return since when a first answer is owed; later answers keep no one waiting."""
    return request.waits_since_at if request.state == RequestState.ASKED else None


def _asker(request: ChangeRequest, _result: object) -> list[int | None]:
    return [request.asked_by_id]


def _taker(request: ChangeRequest, _result: object) -> list[int | None]:
    return [request.taken_by_id]


# --- asking ------------------------------------------------------------------------------------


@action(
    duty="upkeep.my_requests",
    title=_("Ask for a change"),
    said=_("asked for “%(title)s”"),
    creates=True,
    private=("appointment",),
)
def ask_for_change(
    area: str | None,
    *,
    appointment: Appointment,
    kind: str,
    title: str,
    wanted: str,
    why: str,
    by: Actor,
    at: datetime,
) -> ChangeRequest:
    """Ask the programmer for a change or a new feature, from one of one's own posts."""
    if by.person_id is None or not queries.is_seated(appointment, person_id=by.person_id, at=at):
        raise not_yours()
    return ChangeRequest.objects.create(
        title=title,
        wanted=wanted,
        why=why,
        kind=ChangeKind(kind),
        asked_by_id=by.person_id,
        post_id=appointment.post_id,
        area_id=appointment.area_id,
        asked_at=at,
        waits_since_at=at,
    )


@action(
    duty="upkeep.my_requests",
    title=_("Answer the question"),
    said=_("answered: %(answer)s"),
    guard=rules.why_not_answer,
    since="asked_back_at",
)
def answer_question(
    request: ChangeRequest, *, answer: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Answer what the programmer asked back; the request waits for him again from now on."""
    request.state = rules.MOVES.to("answer_question", request.state)
    request.answer = answer
    request.waits_since_at = at
    request.save()
    return request


@action(
    duty="upkeep.my_requests",
    title=_("Withdraw the request"),
    said=_("withdrew the request: %(reason)s"),
    guard=rules.why_not_withdraw,
)
def withdraw_request(
    request: ChangeRequest, *, reason: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Take one's own request back while nobody works on it."""
    request.state = rules.MOVES.to("withdraw_request", request.state)
    request.remark, request.closed_at, request.promised_at = reason, at, None
    request.save()
    return request


@action(
    duty="upkeep.my_requests",
    title=_("It is solved"),
    said=_("confirmed that it is solved"),
    guard=rules.why_not_confirm,
    since="released_at",
    concerns=_taker,
)
def confirm_release(
    request: ChangeRequest, *, remark: str = "", by: Actor, at: datetime
) -> ChangeRequest:
    """Confirm that what was released solves the request."""
    request.state = rules.MOVES.to("confirm_release", request.state)
    request.remark, request.closed_at = remark, at
    request.save()
    return request


@action(
    duty="upkeep.my_requests",
    title=_("Not solved"),
    said=_("said that it is not solved: %(remark)s"),
    guard=rules.why_not_reopen,
    since="released_at",
    concerns=_taker,
)
def reopen_request(
    request: ChangeRequest, *, remark: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Say what the release leaves unsolved; the request waits for a new first answer.

    It keeps the name of the one who worked on it: he knows it best.
    """
    request.state = rules.MOVES.to("reopen_request", request.state)
    request.remark, request.waits_since_at = remark, at
    request.promised_at = request.accepted_at = request.released_at = None
    request.save()
    return request


# --- answering ---------------------------------------------------------------------------------


@action(
    duty="upkeep.changes",
    title=_("Accept the request"),
    said=_("accepted the request"),
    guard=_for_its_kind(rules.why_not_accept),
    since=_first_answer,
    concerns=_asker,
)
def accept_change(
    request: ChangeRequest, *, priority: int, promised_at: datetime, by: Actor, at: datetime
) -> ChangeRequest:
    """Accept a request with a priority, promising by when it will be released."""
    request.state = rules.MOVES.to("accept_change", request.state)
    request.priority, request.promised_at, request.accepted_at = priority, promised_at, at
    request.save()
    return request


@action(
    duty="upkeep.changes",
    title=_("Plan anew"),
    said=_("planned it anew: %(reason)s"),
    guard=_for_its_kind(rules.why_not_replan),
    concerns=_asker,
)
def replan_change(
    request: ChangeRequest,
    *,
    priority: int,
    promised_at: datetime,
    reason: str,
    by: Actor,
    at: datetime,
) -> ChangeRequest:
    """Give an accepted request another priority or promised moment, telling the asker why."""
    request.priority, request.promised_at = priority, promised_at
    request.save()
    return request


@action(
    duty="upkeep.changes",
    title=_("Ask the asker"),
    said=_("asked back: %(question)s"),
    guard=_for_its_kind(rules.why_not_ask_back),
    since=_first_answer,
    concerns=_asker,
)
def ask_back(request: ChangeRequest, *, question: str, by: Actor, at: datetime) -> ChangeRequest:
    """Ask the asker what is not clear; nothing is promised until he has answered."""
    request.state = rules.MOVES.to("ask_back", request.state)
    request.question, request.asked_back_at, request.answer = question, at, ""
    request.promised_at = request.accepted_at = None
    request.save()
    return request


@action(
    duty="upkeep.changes",
    title=_("Decline"),
    said=_("declined it: %(reason)s"),
    guard=_for_its_kind(rules.why_not_decline),
    since=_first_answer,
    concerns=_asker,
)
def decline_change(
    request: ChangeRequest, *, reason: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Decline a request with the reason."""
    request.state = rules.MOVES.to("decline_change", request.state)
    request.remark, request.closed_at, request.promised_at = reason, at, None
    request.save()
    return request


@action(
    duty="upkeep.changes",
    title=_("Move to the other kind"),
    said=_("moved it to the other kind"),
    guard=_for_its_kind(rules.why_not_reclassify),
    concerns=_asker,
)
def reclassify_change(
    request: ChangeRequest, *, kind: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Treat a request as a new feature instead of a change, or the other way round."""
    request.kind = ChangeKind(kind)
    request.save()
    return request


# --- working -----------------------------------------------------------------------------------


@action(
    duty="upkeep.changes",
    title=_("Start work"),
    said=_("started to work on it"),
    guard=_for_its_kind(rules.why_not_start),
    concerns=_asker,
)
def start_change(request: ChangeRequest, *, by: Actor, at: datetime) -> ChangeRequest:
    """Take an accepted request into work as one's own."""
    request.state = rules.MOVES.to("start_change", request.state)
    request.taken_by_id = by.person_id
    request.save()
    return request


@action(
    duty="upkeep.changes",
    title=_("Put back"),
    said=_("put it back: %(reason)s"),
    guard=_for_its_kind(rules.why_not_put_back),
    concerns=_asker,
)
def put_back_change(
    request: ChangeRequest, *, reason: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Put a request back among the accepted ones, saying why; its promise stands."""
    request.state = rules.MOVES.to("put_back_change", request.state)
    request.taken_by = None
    request.save()
    return request


@action(
    duty="upkeep.changes",
    title=_("Release"),
    said=_("released it: %(release_note)s"),
    guard=_for_its_kind(rules.why_not_release),
    since="accepted_at",
    concerns=_asker,
)
def release_change(
    request: ChangeRequest, *, release_note: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Release what was asked, with a note for everyone; the asker is to try it."""
    assert request.promised_at is not None, "what is in work has been promised"
    remember(on_time=at <= request.promised_at)
    request.state = rules.MOVES.to("release_change", request.state)
    request.release_note, request.released_at = release_note, at
    request.save()
    return request


@action(
    duty="org.appointments",
    title=_("Hand over change requests"),
    said=_("handed all change requests in work to %(to)s"),
)
def hand_over_changes(person: Person, *, to: Person, by: Actor, at: datetime) -> int:
    """Pass every request one person works on to another; return how many."""
    mine = ChangeRequest.objects.filter(taken_by=person, state=RequestState.IN_WORK)
    ids = list(mine.values_list("pk", flat=True))
    mine.update(taken_by=to)
    remember(change_requests=ids)
    return len(ids)


register_work(PersonalWork(_("Change requests in work"), queries.work_in_hand, hand_over_changes))
