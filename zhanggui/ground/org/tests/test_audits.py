"""The audits find what the actions never write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.ground.kernel import guard
from zhanggui.ground.org.actions.assignments import give_assignment
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    draft_reversal,
    schedule_change_set,
)
from zhanggui.ground.org.audits import audit_appointments, audit_changes, audit_structure
from zhanggui.ground.org.models import (
    Appointment,
    AreaSpan,
    Assignment,
    ChangeSet,
    Person,
    PostDuty,
    UnitSpan,
)

HOUR = timedelta(hours=1)
broken = pytest.mark.books_broken


def told(audit: Any) -> list[str]:
    """Return the sentences an audit yields."""
    return [found if isinstance(found, str) else found[0] for found in audit()]


def test_audits_find_nothing_in_the_example_company(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    fang = actor("fang")
    give_assignment(
        "fujian", to=person("cai"), title="x", due_at=at + HOUR, by=actor("huang"), at=at
    )
    made = draft_change_set("minli", title="x", effective_at=at, by=fang, at=at)
    data = {"code": "xiamen", "parent": "mindong"}
    made = add_change_line(made, kind="move_area", data=data, by=fang, at=at)
    made = schedule_change_set(made, by=fang, at=at)
    draft_reversal(made, by=fang, at=at + HOUR)
    for audit in (audit_structure, audit_appointments, audit_changes):
        assert told(audit) == []


@broken
def test_audit_structure_finds_a_unit_in_two_places(db: None, at: datetime) -> None:
    with guard.writes_open():
        UnitSpan.objects.create(
            unit_id="finance",
            parent_id="sales",
            since_at=at - 2 * HOUR,
            until_at=at - HOUR,
        )
    assert told(audit_structure) == ["Unit “finance” stands in two places at once."]


@broken
def test_audit_structure_finds_a_cycle(db: None, at: datetime) -> None:
    with guard.writes_open():
        AreaSpan.objects.filter(area="minnan").update(parent="xiamen")
    assert "Area “minnan” stands under itself from 2026-09-01 01:00 on." in told(audit_structure)


@broken
def test_audit_structure_finds_a_parent_that_does_not_stand(db: None, at: datetime) -> None:
    with guard.writes_open():
        UnitSpan.objects.filter(unit="sales_mindong").update(until_at=at)
    assert told(audit_structure) == [
        "Unit “team_fuzhou” stands under “sales_mindong” while that one does not stand."
    ]


@broken
def test_audit_structure_finds_two_roots_and_no_area_at_all(db: None, at: datetime) -> None:
    with guard.writes_open():
        UnitSpan.objects.filter(unit="finance").update(parent=None)
        AreaSpan.objects.update(until_at=at)
    assert told(audit_structure) == [
        "2 units stand under none from 2026-09-01 01:00 on.",
        "The company has no area any more.",
    ]


@broken
def test_audit_structure_finds_a_duty_twice_on_a_post(db: None, at: datetime) -> None:
    with guard.writes_open():
        PostDuty.objects.create(
            post_id="courier", duty_id="S-CO-1", since_at=at - HOUR, until_at=at
        )
    assert told(audit_structure) == ["Post “courier” has duty S-CO-1 twice at once."]


@broken
def test_audit_appointments_find_one_that_outlives_its_unit(
    person: Callable[[str], Person], at: datetime
) -> None:
    with guard.writes_open():
        UnitSpan.objects.filter(unit="team_fuzhou").update(until_at=at)
    row = Appointment.objects.get(unit="team_fuzhou")
    assert told(audit_appointments) == [f"Appointment {row.pk} outlives its unit “team_fuzhou”."]


@broken
def test_audit_appointments_find_doubles_and_two_main_posts(
    person: Callable[[str], Person], at: datetime
) -> None:
    cai = person("cai")
    with guard.writes_open():
        Appointment.objects.create(
            person=cai,
            post_id="courier",
            unit_id="team_putian",
            area_id="hanjiang",
            kind="main",
            since_at=at - HOUR,
            until_at=at,
        )
    assert told(audit_appointments) == [
        f"Person {cai.pk} holds post “courier” twice in one place at once.",
        f"Person {cai.pk} has two main posts at once.",
    ]


@broken
def test_audit_changes_finds_states_without_a_fact(
    actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> None:
    fang = actor("fang")
    change = draft_change_set("minli", title="x", effective_at=at, by=fang, at=at)
    work = give_assignment(
        "fujian", to=person("cai"), title="x", due_at=at + HOUR, by=actor("huang"), at=at
    )
    with guard.writes_open():
        ChangeSet.objects.update(state="applied")
        Assignment.objects.update(state="accepted")
    assert told(audit_changes) == [
        f"Change {change.pk} is applied without an outcome.",
        f"org.ChangeSet {change.pk} is “applied”, and no fact led there.",
        f"org.Assignment {work.pk} is “accepted”, and no fact led there.",
    ]


@broken
def test_audit_changes_finds_one_that_took_effect_before_it_was_drafted(
    actor: Callable[..., Any], at: datetime
) -> None:
    fang = actor("fang")
    made = draft_change_set("minli", title="x", effective_at=at, by=fang, at=at)
    data = {"code": "xiamen", "parent": "mindong"}
    made = add_change_line(made, kind="move_area", data=data, by=fang, at=at)
    made = schedule_change_set(made, by=fang, at=at)
    with guard.writes_open():
        ChangeSet.objects.update(drafted_at=at + HOUR)
    assert told(audit_changes) == [f"Change {made.pk} took effect before it was drafted."]
