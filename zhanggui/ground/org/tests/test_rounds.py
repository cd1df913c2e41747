"""The round that lets due changes take effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    draft_change_set,
    schedule_change_set,
)
from zhanggui.ground.org.models import ChangeSet
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rounds import apply_due_change_sets

HOUR = timedelta(hours=1)


def scheduled(fang: Any, at: datetime, hours: int, kind: str, **data: Any) -> ChangeSet:
    """Put a change of one line on the schedule."""
    made = draft_change_set(
        "minli", title=f"in {hours} h", effective_at=at + hours * HOUR, by=fang, at=at
    )
    made = add_change_line(made, kind=kind, data=data, by=fang, at=at)
    return schedule_change_set(made, by=fang, at=at)


def run(at: datetime) -> int:
    """Run the round as a job does: in a transaction that its actions join."""
    with transaction.atomic(), joining_transaction():
        return apply_due_change_sets(at)


def test_apply_due_change_sets_leaves_what_is_not_due(
    actor: Callable[..., Any], at: datetime
) -> None:
    made = scheduled(actor("fang"), at, 2, "move_area", code="xiamen", parent="mindong")
    assert run(at + HOUR) == 0
    made.refresh_from_db()
    assert made.state == "scheduled"


def test_apply_due_change_sets_applies_each_in_order(
    actor: Callable[..., Any], at: datetime
) -> None:
    fang = actor("fang")
    second = scheduled(fang, at, 2, "move_area", code="xiamen", parent="mindong")
    first = scheduled(fang, at, 1, "move_area", code="xiamen", parent="minzhong")
    assert run(at + 3 * HOUR) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.effective_at, second.effective_at) == (at + HOUR, at + 2 * HOUR)
    assert present(at + 3 * HOUR).structure.areas["xiamen"].parent == "mindong"
    fact = Fact.objects.filter(verb="org.apply_change_set").latest("id")
    assert (fact.actor_kind, fact.person_id) == ("clock", None)


def test_apply_due_change_sets_returns_what_no_longer_fits_and_goes_on(
    actor: Callable[..., Any], at: datetime
) -> None:
    fang = actor("fang")
    seat = {"person": "pan", "post": "courier", "unit": "team_putian", "area": "xianyou"}
    first = scheduled(fang, at, 1, "end", **seat)
    broken = scheduled(fang, at, 2, "end", **seat)
    last = scheduled(fang, at, 3, "move_area", code="xiamen", parent="mindong")
    assert run(at + 3 * HOUR) == 2
    for made in (first, broken, last):
        made.refresh_from_db()
    assert [made.state for made in (first, broken, last)] == ["applied", "draft", "applied"]
    # What the clock says is said in the company's first language.
    assert broken.returned_note.startswith("Pan Zhenxing does not hold this post")
    told = Notice.objects.get(fact__verb="org.return_change_set")
    assert told.person_id == fang.person_id
    assert run(at + 3 * HOUR) == 0
