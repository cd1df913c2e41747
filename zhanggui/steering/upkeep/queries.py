"""Reading change requests: what waits for the programmer, what waits for the asker, what is new."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import Appointment
from zhanggui.ground.org.queries import at_moment
from zhanggui.steering.upkeep import rules
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.rules import ChangeKind, RequestState

CHARTER = {ChangeKind.CHANGE: "N-PR-1", ChangeKind.FEATURE: "N-PR-2"}
"""The duty of the charter that answers for requests of a kind; they may lie on two posts."""


def _kept(by: DeskActor) -> Q:
    """Return the condition of the requests a person answers for, by kind and area."""
    held = [(kind, by.scope(charter)) for kind, charter in CHARTER.items()]
    nothing = Q(pk__in=[])
    return reduce(or_, [Q(kind=kind) & scope.where() for kind, scope in held if scope], nothing)


def _rows() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.select_related("asked_by", "post", "area", "taken_by")


def changes_to_answer(by: DeskActor) -> QuerySet[ChangeRequest]:
    """Return what waits for the programmer, the earliest due first.

    `due_at` is the promised moment, or the end of the promise of a first answer.
    """
    promises = {kind: by.promise_s(charter) for kind, charter in CHARTER.items()}
    allowed = Case(
        *[
            When(kind=kind, then=Value(timedelta(seconds=promise)))
            for kind, promise in promises.items()
            if promise is not None
        ],
        default=Value(None),
        output_field=DurationField(),
    )
    answer_by = ExpressionWrapper(F("waits_since_at") + allowed, output_field=DateTimeField())
    return (
        _rows()
        .filter(_kept(by), state__in=rules.WAITING)
        .annotate(due_at=Coalesce("promised_at", answer_by))
        .order_by(F("due_at").asc(nulls_last=True), "-priority", "pk")
    )


def requests_waiting_for_me(by: DeskActor) -> QuerySet[ChangeRequest]:
    """Return the person's own requests that wait for him: asked back, or released and unconfirmed.

    `mine_since` is the moment from which each waits for him.
    """
    return (
        _rows()
        .filter(
            asked_by_id=by.person_id or 0,
            state__in=[RequestState.QUESTION, RequestState.RELEASED],
        )
        .annotate(
            mine_since=Case(
                When(state=RequestState.QUESTION, then=F("asked_back_at")),
                default=F("released_at"),
            )
        )
        .order_by(F("mine_since").asc(), "pk")
    )


def my_open_requests(by: DeskActor) -> QuerySet[ChangeRequest]:
    """Return the person's own requests on which somebody is still to act, the latest first."""
    mine = _rows().filter(asked_by_id=by.person_id or 0, state__in=rules.OPEN)
    return mine.order_by("-asked_at", "-pk")


def request_of(by: DeskActor, pk: int) -> ChangeRequest:
    """Return a request the person asked, works on or answers for; else `not_yours`."""
    mine = Q(asked_by_id=by.person_id or 0) | Q(taken_by_id=by.person_id or 0)
    found = _rows().filter(mine | _kept(by), pk=pk).first()
    if found is None:
        raise not_yours()
    return found


def releases(by: DeskActor) -> QuerySet[ChangeRequest]:
    """Return what was released, the latest first: news for everyone with a post."""
    rows = ChangeRequest.objects.all() if by.holdings else ChangeRequest.objects.none()
    return rows.filter(state__in=rules.PUBLIC).order_by("-released_at", "-pk")


def find_requests(by: DeskActor, text: str, limit: int) -> list[ChangeRequest]:
    """Return own requests and those answered for whose title or number is asked, latest first."""
    bare = text.removeprefix("#")
    named = Q(title__icontains=text)
    if bare.isascii() and bare.isdigit() and len(bare) < 19:
        named |= Q(pk=int(bare))
    mine = Q(asked_by_id=by.person_id or 0)
    return list(_rows().filter(mine | _kept(by)).filter(named).order_by("-pk")[:limit])


def appointments_to_ask_from(by: DeskActor) -> QuerySet[Appointment]:
    """Return the posts a person sits on now, his main one first."""
    rows = Appointment.objects.filter(at_moment(by.at), person_id=by.person_id or 0)
    return rows.select_related("post", "area").order_by(
        Case(When(kind="main", then=0), When(kind="concurrent", then=1), default=2), "pk"
    )


def is_seated(appointment: Appointment, *, person_id: int | None, at: datetime) -> bool:
    """Return whether an appointment is that person's at a moment."""
    own = Appointment.objects.filter(at_moment(at), pk=appointment.pk, person_id=person_id or 0)
    return own.exists()


def area_to_ask_from(by: DeskActor) -> str | None:
    """Return the area of the person's first post."""
    return by.holdings[0].area if by.holdings else None


def work_in_hand(person_ids: Iterable[int]) -> dict[int, int]:
    """Return how many requests each person is working on."""
    rows = (
        ChangeRequest.objects.filter(taken_by_id__in=list(person_ids), state=RequestState.IN_WORK)
        .values_list("taken_by_id")
        .annotate(held=Count("pk"))
    )
    return dict(rows)
