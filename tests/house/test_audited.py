"""The audits after each test: none is left out whose answer the test may have changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import audited
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.audit import AUDITS, run_audits
from zhanggui.ground.org.models import Unit, UnitSpan

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
