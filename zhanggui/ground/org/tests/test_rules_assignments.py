"""The lives of an assignment and of a change set: which move is refused with which sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.rules import assignments, changesets
from zhanggui.ground.org.rules.assignments import AssignmentState
from zhanggui.ground.org.rules.changesets import ChangeSetState
from zhanggui.ground.org.tests.small import said

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Thing:
    """Something with a state."""

    state: str


def code_of(refusal: Refusal | None) -> str:
    """Return the code of a refusal, "" for none."""
    return refusal.code if refusal else ""


@pytest.mark.parametrize(
    ("state", "report", "accept", "send_back", "cancel", "reassign"),
    [
        ("given", "", "not_reported", "not_reported", "", ""),
        ("reported", "illegal_move", "", "", "", "illegal_move"),
        ("accepted", *["illegal_move"] * 5),
        ("cancelled", *["illegal_move"] * 5),
    ],
)
def test_assignment_moves_of_each_state(
    state: str, report: str, accept: str, send_back: str, cancel: str, reassign: str
) -> None:
    thing = Thing(AssignmentState(state).value)
    assert code_of(assignments.why_not_report(thing)) == report
    assert code_of(assignments.why_not_accept(thing)) == accept
    assert code_of(assignments.why_not_return(thing)) == send_back
    assert code_of(assignments.why_not_cancel(thing)) == cancel
    assert code_of(assignments.why_not_reassign(thing)) == reassign


def test_why_not_accept_says_what_to_wait_for() -> None:
    refusal = assignments.why_not_accept(Thing("given"))
    assert refusal is not None
    assert said(refusal) == (
        "not_reported",
        "The work has not been reported done yet.",
        "Wait for the report, or ask for it.",
    )


def test_why_not_postpone_wants_a_moment_ahead() -> None:
    given = Thing("given")
    later, earlier = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
    assert assignments.why_not_postpone(given, at=NOON) is None
    assert assignments.why_not_postpone(given, due_at=later, at=NOON) is None
    refusal = assignments.why_not_postpone(given, due_at=earlier, at=NOON)
    assert refusal is not None
    assert said(refusal) == (
        "due_past",
        "The due time has already passed.",
        "Choose a later time.",
    )
    assert code_of(assignments.why_not_postpone(Thing("accepted"), at=NOON)) == "illegal_move"


def test_why_not_due_refuses_this_very_moment() -> None:
    assert code_of(assignments.why_not_due(due_at=NOON, at=NOON)) == "due_past"
    assert assignments.why_not_due(due_at=None, at=NOON) is None


@pytest.mark.parametrize(
    ("state", "revise", "schedule", "withdraw", "drop", "undo"),
    [
        ("draft", "", "", "not_scheduled", "", "not_applied"),
        ("scheduled", "scheduled", "scheduled", "", "scheduled", "not_applied"),
        ("applied", "applied", "applied", "applied", "applied", ""),
        ("dropped", "illegal_move", "illegal_move", "illegal_move", "illegal_move", "not_applied"),
    ],
)
def test_change_set_moves_of_each_state(
    state: str, revise: str, schedule: str, withdraw: str, drop: str, undo: str
) -> None:
    thing = Thing(ChangeSetState(state).value)
    assert code_of(changesets.why_not_revise(thing)) == revise
    assert code_of(changesets.why_not_put_on_schedule(thing)) == schedule
    assert code_of(changesets.why_not_withdraw(thing)) == withdraw
    assert code_of(changesets.why_not_drop(thing)) == drop
    assert code_of(changesets.why_not_undo(thing)) == undo


def test_change_set_an_applied_one_says_what_to_do_instead() -> None:
    refusal = changesets.why_not_revise(Thing("applied"))
    assert refusal is not None
    assert said(refusal) == (
        "applied",
        "The change has already taken effect.",
        "Draft its reversal, or a further change.",
    )


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (timedelta(0), ""),
        (timedelta(seconds=-59), ""),
        (timedelta(minutes=-2), "backdated"),
        (timedelta(days=366), ""),
        (timedelta(days=366, seconds=1), "too_far"),
    ],
)
def test_why_not_effective_between_now_and_a_year(offset: timedelta, code: str) -> None:
    assert code_of(changesets.why_not_effective(effective_at=NOON + offset, at=NOON)) == code


def test_why_not_effective_explains_both_ends() -> None:
    back = changesets.why_not_effective(effective_at=NOON - timedelta(days=1), at=NOON)
    far = changesets.why_not_effective(effective_at=NOON + timedelta(days=400), at=NOON)
    assert back is not None and far is not None
    assert said(back)[1:] == (
        "A change cannot take effect in the past: who held what until now stays on record.",
        "Choose now or a later time.",
    )
    assert said(far)[1:] == (
        "A change cannot be dated more than a year ahead.",
        "Choose a time within a year.",
    )


def test_why_not_unseen_wants_the_version_that_was_looked_at() -> None:
    assert changesets.why_not_unseen(version=3, seen=3) is None
    assert changesets.why_not_unseen(version=3, seen=None) is None
    refusal = changesets.why_not_unseen(version=3, seen=2)
    assert refusal is not None
    assert said(refusal) == (
        "unseen",
        "The change was edited after you looked at it.",
        "Look at its preview again, then decide.",
    )


def test_is_same_minute_ignores_seconds() -> None:
    assert changesets.is_same_minute(NOON, NOON + timedelta(seconds=59))
    assert not changesets.is_same_minute(NOON, NOON + timedelta(minutes=1))
