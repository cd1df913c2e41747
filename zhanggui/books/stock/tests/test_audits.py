"""The books of the stock prove themselves: each way to falsify them is found."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from zhanggui.books.stock.actions.goods import pick_goods, reserve_goods
from zhanggui.books.stock.audits import (
    audit_deeds,
    audit_levels,
    audit_movements,
    audit_references,
)
from zhanggui.books.stock.models import Level, Location, Movement
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.tests.errands import tamper


@pytest.fixture
def busy(stock: Any, at: datetime) -> Any:
    """Return the stock with 2 tea reserved and packed under A-1."""
    lines = [Line(stock.tea.pk, 2, "A-1")]
    for deed in (reserve_goods, pick_goods):
        deed(None, depot=stock.putian, lines=lines, by=CLOCKWORK, at=at)
    return stock


def breaches() -> list[str]:
    """Return the sentences of all audits of the stock."""
    audits = (audit_levels, audit_movements, audit_references, audit_deeds)
    return [found if isinstance(found, str) else found[0] for one in audits for found in one()]


def test_audits_have_nothing_to_say_of_honest_books(busy: Any) -> None:
    assert breaches() == []


@pytest.mark.books_broken
def test_audit_levels_finds_each_level_that_was_altered(busy: Any) -> None:
    level = Level.objects.get(location=busy.putian, sku=busy.tea)
    with guard.writes_open():
        Level.objects.filter(pk=level.pk).update(on_hand=19)
    assert list(audit_levels()) == [
        (
            f"Level {level.pk} says 19 on hand and 0 reserved, its movements say 18 and 0.",
            "stock.Level",
            level.pk,
        )
    ]
    with guard.writes_open():
        Level.objects.filter(pk=level.pk).delete()
    assert [found[0] for found in audit_levels()] == [
        f"SKU {busy.tea.pk} moved at place {busy.putian.pk}, which has no level of it."
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("kind = 'delivered'", "leads where its kind does not lead"),
        ("reference = ''", "has no reference"),
        ("source_id = 999999", "has a source that is not there"),
        ("target_id = 999999", "has a target that is not there"),
        ("sku_id = 999999", "has a sku that is not there"),
    ],
)
@pytest.mark.books_broken
def test_audit_movements_finds_what_no_action_writes(busy: Any, change: str, sentence: str) -> None:
    row = Movement.objects.get(kind="picked")
    tamper(f"UPDATE stock_movement SET {change} WHERE id = %s", row.pk)
    said = [found[0] for found in audit_movements()]
    assert f"Movement {row.pk} {sentence}." in said


@pytest.mark.books_broken
def test_audit_movements_finds_a_reference_where_none_belongs(busy: Any) -> None:
    row = Movement.objects.filter(kind="received").first()
    assert row is not None
    tamper("UPDATE stock_movement SET reference = 'A-1' WHERE id = %s", row.pk)
    assert f"Movement {row.pk} has a reference it cannot have." in breaches()


@pytest.mark.books_broken
def test_audit_references_finds_more_picked_than_promised(busy: Any) -> None:
    tamper("UPDATE stock_movement SET quantity = 3 WHERE kind = %s", "picked")
    assert list(audit_references()) == [
        (
            f"Under the number A-1 1 more of SKU {busy.tea.pk} left place {busy.putian.pk} "
            "than were set aside there."
        )
    ]


@pytest.mark.books_broken
def test_audit_deeds_finds_a_movement_without_a_fact(busy: Any) -> None:
    row = Movement.objects.get(kind="picked")
    alone = uuid.uuid4().hex if connection.vendor == "sqlite" else str(uuid.uuid4())
    tamper("UPDATE stock_movement SET deed = %s WHERE id = %s", alone, row.pk)
    assert [found[0] for found in audit_deeds()] == [
        f"Movement {row.pk} has no fact that tells why."
    ]


# --- what the database itself refuses ----------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stock_movement SET quantity = 1",
        "DELETE FROM stock_movement",
        "UPDATE stock_location SET code = 'X'",
        "DELETE FROM stock_location",
    ],
)
def test_movements_and_places_cannot_be_changed(busy: Any, sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="cannot be changed"),
        transaction.atomic(),
        guard.writes_open(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.parametrize(
    "wrong", [{"on_hand": -1}, {"reserved": -1}, {"reserved": 99}, {"safety": -1}]
)
def test_levels_can_never_be_impossible(busy: Any, wrong: dict[str, int]) -> None:
    rows = Level.objects.filter(location=busy.putian, sku=busy.tea)
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        rows.update(**wrong)


@pytest.mark.parametrize(
    "wrong", [{"quantity": 0}, {"kind": "stolen"}, {"kind": "reserved"}, {"quantity": 100_001}]
)
def test_movements_can_never_be_impossible(busy: Any, at: datetime, wrong: Any) -> None:
    ends = {"source": busy.putian, "target": busy.quanzhou, "sku": busy.tea}
    row = {"kind": "moved", "quantity": 1, "deed": uuid.uuid4(), "at": at, **ends, **wrong}
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        Movement.objects.create(**row)


def test_places_can_never_be_half_described(busy: Any, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        Location.objects.create(code="X", kind="depot", opened_at=at)
