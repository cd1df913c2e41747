"""The audits after each test: none is left out whose answer the test may have changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from conftest import NOON, immutable_tables_open
from tests import audited
from tests.scenes import laid_out
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.audit import AUDITS, run_audits
from zhanggui.ground.org.models import Unit, UnitSpan
from zhanggui.trade.cash.tests.conftest import Trade

pytestmark = pytest.mark.django_db


def test_who_only_looks_changes_the_answer_of_no_audit(sign_in: Callable[..., Client]) -> None:
    assert sign_in("hu").get("/desk/").status_code == 200
    assert audited.concerned() == []


def test_an_audit_is_asked_when_its_table_was_written_by_whatever_means() -> None:
    cursor = connection.cursor()
    with guard.writes_open():
        for statement in (
            "UPDATE org_unitspan SET unit_id = unit_id WHERE 1 = 0",
            'DELETE FROM "org_unitspan" WHERE 1 = 0',
            "/* quietly */ UPDATE org_unitspan SET unit_id = unit_id WHERE 1 = 0",
            "WITH span AS (SELECT 1) DELETE FROM org_unitspan WHERE 1 = 0",
        ):
            cursor.execute(statement)
            assert "org.structure" in audited.concerned(), statement
        UnitSpan.objects.filter(pk=0).update(unit="none")
        assert "org.structure" in audited.concerned()
        Unit.objects.bulk_create([])
    assert audited.concerned() == []


def test_after_a_test_that_commits_every_audit_is_asked() -> None:
    assert sorted(audited.concerned(everywhere=True)) == sorted(AUDITS)


@pytest.mark.books_broken
def test_a_breach_is_found_among_the_audits_that_are_asked(at: datetime) -> None:
    with guard.writes_open():
        UnitSpan.objects.filter(parent__isnull=False).update(parent=None)
    found: list[Any] = list(run_audits(audited.concerned()))
    assert found and all(breach.audit.startswith("org.") for breach in found)


# --- asked in full only where something else is found --------------------------------------------


@pytest.fixture
def carried() -> Trade:
    """A company with goods, an order that was paid at the door, and money on its way."""

    def paid(at: datetime) -> Trade:
        trade = Trade(at)
        order = trade.order(tea=2)
        trade.run(order)
        trade.take(order)
        return trade

    trade: Trade = laid_out(paid, NOON)
    assert audited.breaches(AUDITS) == []
    return trade


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return which audits are asked in full from now on."""
    names: list[str] = []
    in_full = audited.in_full
    monkeypatch.setattr(audited, "in_full", lambda name: names.append(name) or in_full(name))
    return names


def test_what_was_found_clean_and_is_as_it_was_is_not_asked_again(
    carried: Trade, asked: list[str]
) -> None:
    assert audited.breaches(AUDITS) == []
    assert set(asked) == audited.BEYOND_TABLES


BROKEN = [
    ("org.", "UPDATE org_unitspan SET parent_id = NULL"),
    ("ledger.", "UPDATE ledger_account SET closed_at = opened_at"),
    ("stock.levels", "UPDATE stock_level SET on_hand = on_hand + 1"),
    ("stock.", "UPDATE stock_movement SET quantity = quantity + 1"),
    ("orders.", "UPDATE orders_orderline SET quantity = quantity + 1"),
    ("delivery.facts", "UPDATE kernel_fact SET verb = 'delivery.other'"),
    ("cash.", "UPDATE cash_purse SET since_at = NULL"),
]


@pytest.mark.books_broken
@pytest.mark.parametrize(("audit", "statement"), BROKEN)
def test_no_breach_is_overlooked(
    carried: Trade, asked: list[str], audit: str, statement: str
) -> None:
    with guard.writes_open(), immutable_tables_open(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
    every = list(run_audits())
    assert [breach for breach in every if breach.audit.startswith(audit)]
    assert audited.breaches(AUDITS) == every
    assert len(asked) < len(AUDITS)


def test_an_audit_that_goes_another_way_after_the_same_answers_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns = iter([Unit, Unit, UnitSpan])

    def moody() -> list[str]:
        return [] if next(turns).objects.exists() else ["empty"]

    with monkeypatch.context() as patch:
        patch.setitem(AUDITS, "zz.moody", moody)
        assert audited.in_full("zz.moody") == audited.in_full("zz.moody") == []
        with pytest.raises(AssertionError, match=r"zz\.moody went another way after the same"):
            audited.in_full("zz.moody")


def test_audits_look_into_tables_only(carried: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(*_args: Any, **_kwargs: Any) -> Any:
        raise AssertionError("an audit looks further than into tables")

    with monkeypatch.context() as patch:
        patch.setattr("zhanggui.ground.kernel.clock.now", elsewhere)
        patch.setattr("django.core.files.storage.base.Storage.open", elsewhere)
        patch.setattr("django.core.cache.CacheHandler.__getitem__", elsewhere)
        assert list(run_audits(AUDITS.keys() - audited.BEYOND_TABLES)) == []
