"""Giving work and taking it back done: done, and refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.org.actions.assignments import (
    accept_assignment,
    cancel_assignment,
    give_assignment,
    hand_over_assignments,
    open_assignments_of,
    postpone_assignment,
    reassign_assignment,
    report_assignment,
    return_assignment,
)
from zhanggui.ground.org.models import Assignment, Person
from zhanggui.ground.org.tests.small import refusal_of, said

HOUR = timedelta(hours=1)


@pytest.fixture
def given(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> Callable[..., Assignment]:
    """Return a maker of assignments from the provincial manager."""

    def make(to: str = "cai", *, hours: int = 2) -> Assignment:
        return give_assignment(
            "fujian",
            to=person(to),
            title="Visit the depots",
            text="All three",
            due_at=at + hours * HOUR,
            by=actor("huang"),
            at=at,
        )

    return make


def test_give_assignment_belongs_to_the_area_of_the_person(
    given: Any, person: Callable[[str], Person], at: datetime
) -> None:
    made = given()
    assert (made.state, made.area_id, made.given_by.user, made.to.user) == (
        "given",
        "hanjiang",
        "huang",
        "cai",
    )
    assert (made.given_at, made.due_at) == (at, at + 2 * HOUR)
    assert [n.person_id for n in Notice.objects.all()] == [person("cai").pk]
    fact = Fact.objects.latest("id")
    assert (fact.verb, fact.post, fact.kind, fact.record_id) == (
        "org.give_assignment",
        "provincial_manager",
        "org.Assignment",
        made.pk,
    )


def test_give_assignment_refuses_a_past_due_time(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    refusal = refusal_of(given, hours=-1)
    assert said(refusal) == (
        "due_past",
        "The due time has already passed.",
        "Choose a later time.",
    )
    assert not Assignment.objects.exists()


def test_give_assignment_refuses_somebody_of_another_area(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    refusal = refusal_of(
        give_assignment,
        "minnan",
        to=person("su"),
        title="x",
        due_at=at + HOUR,
        by=actor("zheng"),
        at=at,
    )
    assert said(refusal) == (
        "not_under_you",
        "Su Wanting has no post in an area you answer for.",
        "Choose someone of your own areas, or ask his superior.",
    )
    assert not Assignment.objects.exists()


def test_give_assignment_is_a_superiors(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    refusal = refusal_of(
        give_assignment,
        "putian",
        to=person("cai"),
        title="x",
        due_at=at + HOUR,
        by=actor("chen"),
        at=at,
    )
    assert refusal.code == "not_yours"
    assert not Assignment.objects.exists()


def test_report_assignment_by_its_holder_within_time(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    done = report_assignment(given(), evidence="Three photos", by=actor("cai"), at=at + HOUR)
    assert (done.state, done.evidence, done.reported_at) == (
        "reported",
        "Three photos",
        at + HOUR,
    )
    fact = Fact.objects.latest("id")
    assert (fact.data["on_time"], fact.wait_s) == (True, 3600)


def test_report_assignment_late_is_on_record(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    report_assignment(given(), evidence="x", by=actor("cai"), at=at + 3 * HOUR)
    assert Fact.objects.latest("id").data["on_time"] is False


def test_report_assignment_is_the_holders_own(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    made = given()
    refusal = refusal_of(report_assignment, made, evidence="x", by=actor("pan"), at=at)
    assert refusal.code == "not_yours"
    made.refresh_from_db()
    assert (made.state, made.evidence) == ("given", "")


def test_report_assignment_refuses_twice(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    made = report_assignment(given(), evidence="first", by=actor("cai"), at=at)
    refusal = refusal_of(report_assignment, made, evidence="second", by=actor("cai"), at=at)
    assert said(refusal) == (
        "illegal_move",
        "This cannot be done while the state is “Reported done”.",
        "Look at the record again: someone may have moved it on meanwhile.",
    )
    made.refresh_from_db()
    assert made.evidence == "first"


def test_accept_assignment_closes_it(given: Any, actor: Callable[..., Any], at: datetime) -> None:
    made = report_assignment(given(), evidence="x", by=actor("cai"), at=at)
    done = accept_assignment(made, remark="Thanks", by=actor("huang"), at=at + HOUR)
    assert (done.state, done.remark, done.closed_at) == ("accepted", "Thanks", at + HOUR)


def test_accept_assignment_refuses_before_the_report(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    made = given()
    refusal = refusal_of(accept_assignment, made, by=actor("huang"), at=at)
    assert said(refusal)[:2] == ("not_reported", "The work has not been reported done yet.")
    made.refresh_from_db()
    assert (made.state, made.closed_at) == ("given", None)


def test_return_assignment_sends_it_back(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    made = report_assignment(given(), evidence="x", by=actor("cai"), at=at)
    done = return_assignment(made, remark="One is missing", by=actor("huang"), at=at)
    assert (done.state, done.remark, done.reported_at) == ("given", "One is missing", None)


def test_return_assignment_refuses_before_the_report(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    refusal = refusal_of(return_assignment, given(), remark="x", by=actor("huang"), at=at)
    assert refusal.code == "not_reported"


def test_cancel_assignment_with_a_reason(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    done = cancel_assignment(given(), reason="Done by others", by=actor("huang"), at=at)
    assert (done.state, done.remark, done.closed_at) == ("cancelled", "Done by others", at)


def test_cancel_assignment_refuses_an_accepted_one(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    made = report_assignment(given(), evidence="x", by=actor("cai"), at=at)
    made = accept_assignment(made, by=actor("huang"), at=at)
    assert refusal_of(cancel_assignment, made, reason="x", by=actor("huang"), at=at).code == (
        "illegal_move"
    )


def test_postpone_assignment_moves_the_due_time(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    done = postpone_assignment(
        given(), due_at=at + 9 * HOUR, reason="Rain", by=actor("huang"), at=at
    )
    assert done.due_at == at + 9 * HOUR
    assert Fact.objects.latest("id").data["reason"] == "Rain"


def test_postpone_assignment_refuses_the_past(
    given: Any, actor: Callable[..., Any], at: datetime
) -> None:
    made = given()
    refusal = refusal_of(
        postpone_assignment, made, due_at=at - HOUR, reason="x", by=actor("huang"), at=at
    )
    assert refusal.code == "due_past"
    made.refresh_from_db()
    assert made.due_at == at + 2 * HOUR


def test_reassign_assignment_tells_both(
    given: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    done = reassign_assignment(given(), to=person("pan"), by=actor("huang"), at=at)
    assert done.to.user == "pan"
    fact = Fact.objects.latest("id")
    told = set(Notice.objects.filter(fact=fact).values_list("person_id", flat=True))
    assert person("pan").pk in told


def test_reassign_assignment_refuses_reported_work(
    given: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    made = report_assignment(given(), evidence="x", by=actor("cai"), at=at)
    refusal = refusal_of(reassign_assignment, made, to=person("pan"), by=actor("huang"), at=at)
    assert refusal.code == "illegal_move"
    made.refresh_from_db()
    assert made.to.user == "cai"


def test_hand_over_assignments_passes_open_ones_only(
    given: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    running, closed = given(), given()
    cancel_assignment(closed, reason="x", by=actor("huang"), at=at)
    cai, pan = person("cai"), person("pan")
    assert open_assignments_of([cai.pk, pan.pk]) == {cai.pk: 1}
    assert hand_over_assignments(cai, to=pan, by=actor("fang"), at=at) == 1
    running.refresh_from_db()
    closed.refresh_from_db()
    assert (running.to.user, closed.to.user) == ("pan", "cai")
    assert Fact.objects.latest("id").data["assignments"] == [running.pk]


def test_hand_over_assignments_is_personnels(
    given: Any, actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    made = given()
    refusal = refusal_of(
        hand_over_assignments, person("cai"), to=person("pan"), by=actor("huang"), at=at
    )
    assert refusal.code == "not_yours"
    made.refresh_from_db()
    assert made.to.user == "cai"


@pytest.mark.parametrize("user", ["zhuang", "chen", "fang"])
def test_acts_of_a_superior_are_refused_elsewhere_below_and_aside(
    given: Any, actor: Callable[..., Any], at: datetime, user: str
) -> None:
    made = given()
    facts = Fact.objects.count()
    for act, values in (
        (cancel_assignment, {"reason": "x"}),
        (postpone_assignment, {"due_at": at + 5 * HOUR, "reason": "x"}),
    ):
        assert refusal_of(act, made, **values, by=actor(user), at=at).code == "not_yours"
    made.refresh_from_db()
    assert (made.state, Fact.objects.count()) == ("given", facts)
