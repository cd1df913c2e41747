"""The life of a change set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal

AHEAD_MAX = timedelta(days=366)
"""How far ahead a change may be dated: a year covers any notice period."""


class ChangeSetState(TextChoices):
    """Where a change set stands."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    APPLIED = "applied", _("Applied")
    DROPPED = "dropped", _("Dropped")


S = ChangeSetState
MOVES = Moves(
    S,
    start=S.DRAFT,
    verbs={
        "revise_change_set": ({S.DRAFT}, S.DRAFT),
        "schedule_change_set": ({S.DRAFT}, S.SCHEDULED),
        "withdraw_change_set": ({S.SCHEDULED}, S.DRAFT),
        "apply_change_set": ({S.SCHEDULED}, S.APPLIED),
        "return_change_set": ({S.SCHEDULED}, S.DRAFT),
        "drop_change_set": ({S.DRAFT}, S.DROPPED),
        "draft_reversal": ({S.APPLIED}, S.APPLIED),
    },
)


class HasState(Protocol):
    """Anything with a state."""

    state: str


def _taken_effect() -> Refusal:
    return Refusal(
        "applied",
        _("The change has already taken effect."),
        settles=_("Draft its reversal, or a further change."),
    )


def why_not_revise(change_set: HasState) -> Refusal | None:
    """Return why a change set cannot be edited any more."""
    if change_set.state == S.SCHEDULED:
        return Refusal(
            "scheduled",
            _("The change is scheduled and can no longer be edited."),
            settles=_("Withdraw it first."),
        )
    if change_set.state == S.APPLIED:
        return _taken_effect()
    return MOVES.why_not("revise_change_set", change_set.state)


def why_not_put_on_schedule(change_set: HasState) -> Refusal | None:
    """Return why a change set cannot go on the schedule for the state it is in."""
    if change_set.state == S.SCHEDULED:
        return Refusal("scheduled", _("The change is on the schedule already."))
    if change_set.state == S.APPLIED:
        return _taken_effect()
    return MOVES.why_not("schedule_change_set", change_set.state)


def why_not_withdraw(change_set: HasState) -> Refusal | None:
    """Return why a change set cannot be taken back from the schedule."""
    if change_set.state == S.DRAFT:
        return Refusal("not_scheduled", _("The change is not on the schedule."))
    if change_set.state == S.APPLIED:
        return _taken_effect()
    return MOVES.why_not("withdraw_change_set", change_set.state)


def why_not_drop(change_set: HasState) -> Refusal | None:
    """Return why a change set cannot be dropped."""
    if change_set.state == S.SCHEDULED:
        return Refusal(
            "scheduled",
            _("The change is scheduled."),
            settles=_("Withdraw it first."),
        )
    if change_set.state == S.APPLIED:
        return _taken_effect()
    return MOVES.why_not("drop_change_set", change_set.state)


def why_not_undo(change_set: HasState) -> Refusal | None:
    """Return why a change set cannot be reversed for the state it is in."""
    if change_set.state != S.APPLIED:
        return Refusal("not_applied", _("Only a change that has taken effect can be reversed."))
    return None


def why_not_unseen(*, version: int, seen: int | None) -> Refusal | None:
    """Return why a change cannot be settled by someone who looked at another version of it."""
    if seen is None or seen == version:
        return None
    return Refusal(
        "unseen",
        _("The change was edited after you looked at it."),
        settles=_("Look at its preview again, then decide."),
    )


def is_same_minute(moment: datetime, other: datetime) -> bool:
    """Tell whether two moments look the same in a form, which knows no seconds."""
    return moment.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def why_not_effective(*, effective_at: datetime, at: datetime) -> Refusal | None:
    """Return why a change cannot take effect at that moment: not backdated, not beyond a year."""
    if effective_at < at - timedelta(minutes=1):
        return Refusal(
            "backdated",
            _("A change cannot take effect in the past: who held what until now stays on record."),
            settles=_("Choose now or a later time."),
            status=422,
        )
    if effective_at > at + AHEAD_MAX:
        return Refusal(
            "too_far",
            _("A change cannot be dated more than a year ahead."),
            settles=_("Choose a time within a year."),
            status=422,
        )
    return None
