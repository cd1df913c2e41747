"""What may be done to a change request in each state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.steering.upkeep import rules
from zhanggui.steering.upkeep.rules import RequestState as S

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MOVED_ON = "Look at the record again: someone may have moved it on meanwhile."


@dataclass
class Request:
    """A request as the rules see it."""

    state: str
    kind: str = "change"


def said(refusal: Refusal | None) -> str | None:
    """Return the whole sentence of a refusal."""
    return None if refusal is None else str(refusal)


GUARDS: list[tuple[Callable[..., Refusal | None], set[S]]] = [
    (lambda r: rules.why_not_accept(r, at=AT), {S.ASKED}),
    (lambda r: rules.why_not_replan(r, at=AT), {S.ACCEPTED, S.IN_WORK}),
    (rules.why_not_reclassify, {S.ASKED, S.QUESTION, S.ACCEPTED, S.IN_WORK}),
    (rules.why_not_start, {S.ACCEPTED}),
    (rules.why_not_put_back, {S.IN_WORK}),
    (rules.why_not_ask_back, {S.ASKED, S.ACCEPTED}),
    (rules.why_not_release, {S.IN_WORK}),
    (rules.why_not_decline, {S.ASKED, S.QUESTION, S.ACCEPTED, S.IN_WORK}),
    (rules.why_not_answer, {S.QUESTION}),
    (rules.why_not_confirm, {S.RELEASED}),
    (rules.why_not_reopen, {S.RELEASED}),
    (rules.why_not_withdraw, {S.ASKED, S.QUESTION, S.ACCEPTED}),
]


@pytest.mark.parametrize(("guard", "allowed"), GUARDS)
def test_guards_allow_their_states_and_no_other(
    guard: Callable[..., Refusal | None], allowed: set[S]
) -> None:
    assert {state for state in S if guard(Request(state)) is None} == allowed


@pytest.mark.parametrize(
    ("guard", "state", "sentence"),
    [
        (
            lambda r: rules.why_not_accept(r, at=AT),
            S.QUESTION,
            (
                "The question to the asker has not been answered yet. "
                "Wait for the answer, or decline the request."
            ),
        ),
        (
            lambda r: rules.why_not_replan(r, at=AT),
            S.ASKED,
            "The request has not been accepted yet, so nothing is promised. Accept it first.",
        ),
        (
            lambda r: rules.why_not_replan(r, at=AT),
            S.RELEASED,
            "This request is finished. Ask for a new change that refers to it.",
        ),
        (
            rules.why_not_reclassify,
            S.DECLINED,
            "This request is finished. Ask for a new change that refers to it.",
        ),
        (
            rules.why_not_start,
            S.ASKED,
            (
                "The asker has not had an answer yet. "
                "Accept the request first, with a priority and a promised time."
            ),
        ),
        (
            rules.why_not_start,
            S.RELEASED,
            "This cannot be done while the state is “Released”. " + MOVED_ON,
        ),
        (
            rules.why_not_ask_back,
            S.IN_WORK,
            "Work on this request has begun. Put it back first, then ask.",
        ),
        (
            rules.why_not_release,
            S.ACCEPTED,
            (
                "Nobody has begun to work on this request. "
                "Start the work first, so that it is known whose it is."
            ),
        ),
        (
            rules.why_not_decline,
            S.RELEASED,
            "This request has been released. The asker confirms it or says what is not solved.",
        ),
        (
            rules.why_not_reopen,
            S.CONFIRMED,
            "This request is finished. Ask for a new change that refers to it.",
        ),
        (
            rules.why_not_withdraw,
            S.IN_WORK,
            "Work on this request has begun. Tell the one who works on it: he can decline it.",
        ),
    ],
)
def test_guards_say_what_is_wrong_and_what_settles_it(
    guard: Callable[..., Refusal | None], state: S, sentence: str
) -> None:
    assert said(guard(Request(state))) == sentence


def test_why_not_reclassify_wants_another_kind() -> None:
    assert rules.why_not_reclassify(Request(S.ASKED), kind="feature") is None
    assert said(rules.why_not_reclassify(Request(S.ASKED), kind="change")) == (
        "The request is of that kind already. Choose the other kind."
    )


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (timedelta(seconds=1), None),
        (timedelta(days=366), None),
        (timedelta(0), "The promised time has already passed. Promise a later time."),
        (timedelta(days=-9), "The promised time has already passed. Promise a later time."),
        (
            timedelta(days=366, seconds=1),
            (
                "A release cannot be promised more than a year ahead. "
                "Promise an earlier time, or decline the request for now."
            ),
        ),
    ],
)
def test_why_not_promise_keeps_to_the_year_ahead(shift: timedelta, sentence: str | None) -> None:
    assert said(rules.why_not_promise(promised_at=AT + shift, at=AT)) == sentence
    assert said(rules.why_not_accept(Request(S.ASKED), promised_at=AT + shift, at=AT)) == sentence
    assert said(rules.why_not_replan(Request(S.IN_WORK), promised_at=AT + shift, at=AT)) == sentence
