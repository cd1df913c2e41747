"""The life of a change request: asked, answered, worked on, released, confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal

PROMISE_MAX = timedelta(days=366)
"""How far ahead a release may be promised: beyond a year it is a wish, not a promise."""


class RequestState(TextChoices):
    """Where a change request stands."""

    ASKED = "asked", _("Asked")
    QUESTION = "question", _("Question to the asker")
    ACCEPTED = "accepted", pgettext_lazy("a change request", "Accepted")
    IN_WORK = "in_work", _("In work")
    RELEASED = "released", _("Released")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("a change request", "Withdrawn")


class ChangeKind(TextChoices):
    """Whether the program is to do better what it does, or something new."""

    CHANGE = "change", pgettext_lazy("kind of request", "Change")
    FEATURE = "feature", pgettext_lazy("kind of request", "New feature")


class Priority(IntegerChoices):
    """What is done first."""

    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")
    URGENT = 4, pgettext_lazy("priority", "Urgent")


S = RequestState
MOVES = Moves(
    S,
    start=S.ASKED,
    verbs={
        "accept_change": ({S.ASKED}, S.ACCEPTED),
        "start_change": ({S.ACCEPTED}, S.IN_WORK),
        "put_back_change": ({S.IN_WORK}, S.ACCEPTED),
        "ask_back": ({S.ASKED, S.ACCEPTED}, S.QUESTION),
        "answer_question": ({S.QUESTION}, S.ASKED),
        "release_change": ({S.IN_WORK}, S.RELEASED),
        "confirm_release": ({S.RELEASED}, S.CONFIRMED),
        "reopen_request": ({S.RELEASED}, S.ASKED),
        "decline_change": ({S.ASKED, S.QUESTION, S.ACCEPTED, S.IN_WORK}, S.DECLINED),
        "withdraw_request": ({S.ASKED, S.QUESTION, S.ACCEPTED}, S.WITHDRAWN),
    },
)
WAITING = (S.ASKED, S.ACCEPTED, S.IN_WORK)
"""States in which the programmer is to act."""

OPEN = (*WAITING, S.QUESTION, S.RELEASED)
"""States in which somebody is to act."""

PLANNED = (S.ACCEPTED, S.IN_WORK)
"""States in which a request has a priority and a promised moment."""

PUBLIC = (S.RELEASED, S.CONFIRMED)
"""States in which everybody reads the release note."""


class HasState(Protocol):
    """Anything with a state."""

    state: str


class HasKind(Protocol):
    """Anything with a state and a kind."""

    state: str
    kind: str


def _finished() -> Refusal:
    return Refusal(
        "illegal_move",
        _("This request is finished."),
        settles=_("Ask for a new change that refers to it."),
    )


def why_not_promise(*, promised_at: datetime | None, at: datetime) -> Refusal | None:
    """Return why a release cannot be promised for that moment: it lies ahead, within a year."""
    if promised_at is not None and promised_at <= at:
        return Refusal(
            "promised_past",
            _("The promised time has already passed."),
            settles=_("Promise a later time."),
            status=422,
        )
    if promised_at is not None and promised_at > at + PROMISE_MAX:
        return Refusal(
            "promised_far",
            _("A release cannot be promised more than a year ahead."),
            settles=_("Promise an earlier time, or decline the request for now."),
            status=422,
        )
    return None


def why_not_accept(
    request: HasState, *, promised_at: datetime | None = None, at: datetime
) -> Refusal | None:
    """Return why a request cannot be accepted for `promised_at`."""
    if request.state == S.QUESTION:
        return Refusal(
            "question_open",
            _("The question to the asker has not been answered yet."),
            settles=_("Wait for the answer, or decline the request."),
        )
    return MOVES.why_not("accept_change", request.state) or why_not_promise(
        promised_at=promised_at, at=at
    )


def why_not_replan(
    request: HasState, *, promised_at: datetime | None = None, at: datetime
) -> Refusal | None:
    """Return why priority and promised moment of a request cannot be changed."""
    if request.state in (S.ASKED, S.QUESTION):
        return Refusal(
            "not_accepted",
            _("The request has not been accepted yet, so nothing is promised."),
            settles=_("Accept it first."),
        )
    if request.state not in PLANNED:
        return _finished()
    return why_not_promise(promised_at=promised_at, at=at)


def why_not_reclassify(request: HasKind, *, kind: str | None = None) -> Refusal | None:
    """Return why a request cannot become one of this kind."""
    if request.state not in (*WAITING, S.QUESTION):
        return _finished()
    if kind is not None and kind == request.kind:
        return Refusal(
            "same_kind",
            _("The request is of that kind already."),
            settles=_("Choose the other kind."),
            status=422,
        )
    return None


def why_not_start(request: HasState) -> Refusal | None:
    """Return why work on a request cannot begin: it must have been accepted."""
    if request.state == S.ASKED:
        return Refusal(
            "not_answered",
            _("The asker has not had an answer yet."),
            settles=_("Accept the request first, with a priority and a promised time."),
        )
    return MOVES.why_not("start_change", request.state)


def why_not_put_back(request: HasState) -> Refusal | None:
    """Return why a request cannot be put back among the accepted ones."""
    return MOVES.why_not("put_back_change", request.state)


def why_not_ask_back(request: HasState) -> Refusal | None:
    """Return why the asker cannot be asked now."""
    if request.state == S.IN_WORK:
        return Refusal(
            "in_work",
            _("Work on this request has begun."),
            settles=_("Put it back first, then ask."),
        )
    return MOVES.why_not("ask_back", request.state)


def why_not_release(request: HasState) -> Refusal | None:
    """Return why a request cannot be released: somebody must have worked on it."""
    if request.state == S.ACCEPTED:
        return Refusal(
            "not_started",
            _("Nobody has begun to work on this request."),
            settles=_("Start the work first, so that it is known whose it is."),
        )
    return MOVES.why_not("release_change", request.state)


def why_not_decline(request: HasState) -> Refusal | None:
    """Return why a request cannot be declined."""
    if request.state == S.RELEASED:
        return Refusal(
            "released",
            _("This request has been released."),
            settles=_("The asker confirms it or says what is not solved."),
        )
    return MOVES.why_not("decline_change", request.state)


def why_not_answer(request: HasState) -> Refusal | None:
    """Return why there is nothing to answer."""
    return MOVES.why_not("answer_question", request.state)


def why_not_confirm(request: HasState) -> Refusal | None:
    """Return why a request cannot be confirmed as solved."""
    return MOVES.why_not("confirm_release", request.state)


def why_not_reopen(request: HasState) -> Refusal | None:
    """Return why a request cannot be opened again."""
    if request.state in (S.CONFIRMED, S.DECLINED, S.WITHDRAWN):
        return _finished()
    return MOVES.why_not("reopen_request", request.state)


def why_not_withdraw(request: HasState) -> Refusal | None:
    """Return why the asker cannot take the request back."""
    if request.state == S.IN_WORK:
        return Refusal(
            "in_work",
            _("Work on this request has begun."),
            settles=_("Tell the one who works on it: he can decline it."),
        )
    return MOVES.why_not("withdraw_request", request.state)
