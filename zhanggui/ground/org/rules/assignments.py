"""The life of an assignment."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal


class AssignmentState(TextChoices):
    """Where an assignment stands."""

    GIVEN = "given", _("Given")
    REPORTED = "reported", _("Reported done")
    ACCEPTED = "accepted", _("Accepted")
    CANCELLED = "cancelled", _("Cancelled")


S = AssignmentState
MOVES = Moves(
    S,
    start=S.GIVEN,
    verbs={
        "report_assignment": ({S.GIVEN}, S.REPORTED),
        "accept_assignment": ({S.REPORTED}, S.ACCEPTED),
        "return_assignment": ({S.REPORTED}, S.GIVEN),
        "cancel_assignment": ({S.GIVEN, S.REPORTED}, S.CANCELLED),
        "postpone_assignment": ({S.GIVEN}, S.GIVEN),
        "reassign_assignment": ({S.GIVEN}, S.GIVEN),
    },
)
OPEN = (S.GIVEN, S.REPORTED)


class HasState(Protocol):
    """Anything with a state."""

    state: str


def why_not_report(assignment: HasState) -> Refusal | None:
    """Return why the work cannot be reported done."""
    return MOVES.why_not("report_assignment", assignment.state)


def why_not_accept(assignment: HasState) -> Refusal | None:
    """Return why the work cannot be accepted: it must have been reported."""
    if assignment.state == S.GIVEN:
        return Refusal(
            "not_reported",
            _("The work has not been reported done yet."),
            settles=_("Wait for the report, or ask for it."),
        )
    return MOVES.why_not("accept_assignment", assignment.state)


def why_not_return(assignment: HasState) -> Refusal | None:
    """Return why the work cannot be sent back."""
    if assignment.state == S.GIVEN:
        return Refusal(
            "not_reported",
            _("The work has not been reported done yet."),
            settles=_("Wait for the report, or ask for it."),
        )
    return MOVES.why_not("return_assignment", assignment.state)


def why_not_cancel(assignment: HasState) -> Refusal | None:
    """Return why the assignment cannot be cancelled."""
    return MOVES.why_not("cancel_assignment", assignment.state)


def why_not_postpone(
    assignment: HasState, *, due_at: datetime | None = None, at: datetime
) -> Refusal | None:
    """Return why the due moment cannot be moved to `due_at`."""
    return MOVES.why_not("postpone_assignment", assignment.state) or why_not_due(
        due_at=due_at, at=at
    )


def why_not_reassign(assignment: HasState) -> Refusal | None:
    """Return why the work cannot be given to someone else."""
    return MOVES.why_not("reassign_assignment", assignment.state)


def why_not_due(*, due_at: datetime | None, at: datetime) -> Refusal | None:
    """Return why work cannot be due at that moment: it must lie ahead."""
    if due_at is not None and due_at <= at:
        return Refusal(
            "due_past",
            _("The due time has already passed."),
            settles=_("Choose a later time."),
            status=422,
        )
    return None
