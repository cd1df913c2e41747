"""The write guard: a guarded table written outside an action raises, however it is spelled."""

from __future__ import annotations

from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.guard import WrittenOutsideAction
from zhanggui.ground.kernel.models import Notice
from zhanggui.ground.kernel.tests.errands import Someone

SENTENCE = r"^kernel\.Errand is written outside an action: write it in the room's actions\.py$"


@pytest.fixture
def errand(errands: Any, at: datetime) -> Any:
    return errands.open_errand(None, title="keys", by=Someone(), at=at)


@pytest.mark.parametrize(
    "write",
    [
        lambda model, errand: model.objects.create(title="new"),
        lambda model, errand: model(title="new").save(),
        lambda model, errand: errand.save(),
        lambda model, errand: errand.delete(),
        lambda model, errand: model.objects.update(runs=9),
        lambda model, errand: model.objects.all().delete(),
        lambda model, errand: model.objects.bulk_create([model(title="new")]),
        lambda model, errand: model.objects.bulk_create([model(title="x")], ignore_conflicts=True),
        lambda model, errand: model.objects.bulk_update([errand], ["runs"]),
        lambda model, errand: model.objects.get_or_create(title="new"),
        lambda model, errand: model.objects.update_or_create(title="keys", defaults={"runs": 9}),
        lambda model, errand: model._base_manager.filter(pk=errand.pk)._raw_delete("default"),
    ],
)
def test_guard_stops_a_model_written_outside_an_action(
    errands: Any, errand: Any, write: Any
) -> None:
    with pytest.raises(WrittenOutsideAction, match=SENTENCE), transaction.atomic():
        write(errands.Errand, errand)
    assert list(errands.Errand.objects.values_list("title", "runs")) == [("keys", 0)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE kernel_errand SET runs = 9",
        'update "kernel_errand" set runs = 9',
        "  \n UPDATE kernel_errand SET runs = 9",
        "/* quick */ UPDATE kernel_errand SET runs = 9",
        "-- quick\nUPDATE kernel_errand SET runs = 9",
        "UPDATE OR IGNORE kernel_errand SET runs = 9",
        "UPDATE ONLY kernel_errand SET runs = 9",
        'UPDATE "public"."kernel_errand" SET runs = 9',
        "UPDATE main.kernel_errand SET runs = 9",
        "UPDATE KERNEL_ERRAND SET runs = 9",
        "DELETE FROM kernel_errand",
        "DELETE FROM ONLY kernel_errand",
        "TRUNCATE kernel_errand",
        "TRUNCATE TABLE kernel_errand",
        "INSERT INTO kernel_errand (title) VALUES ('new')",
        "INSERT OR REPLACE INTO kernel_errand (title) VALUES ('new')",
        "REPLACE INTO kernel_errand (title) VALUES ('new')",
        "COPY kernel_errand FROM STDIN",
        "MERGE INTO kernel_errand USING other ON true WHEN MATCHED THEN DELETE",
        "WITH old AS (SELECT 1) UPDATE kernel_errand SET runs = 9",
        "WITH gone AS (DELETE FROM kernel_errand RETURNING id) SELECT * FROM gone",
        "SELECT 1; UPDATE kernel_errand SET runs = 9",
        "UPDATE kernel_notice SET read_at = NULL; DELETE FROM kernel_errand",
    ],
)
def test_guard_stops_raw_sql_outside_an_action(errands: Any, errand: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        with pytest.raises(WrittenOutsideAction, match=SENTENCE):
            cursor.execute(sql)
        with pytest.raises(WrittenOutsideAction, match=SENTENCE):
            cursor.executemany(sql, [()])
    assert list(errands.Errand.objects.values_list("title", "runs")) == [("keys", 0)]


def test_guard_lets_tables_be_read_and_others_be_written(errands: Any, errand: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM kernel_errand")
        assert cursor.fetchall() == [("keys",)]
        cursor.execute("WITH e AS (SELECT title FROM kernel_errand) SELECT title FROM e")
        assert cursor.fetchall() == [("keys",)]
        cursor.execute("SELECT 'UPDATE kernel_errand'")
    assert Notice.objects.update(read_at=None) == Notice.objects.count()


def test_guard_is_open_within_the_block_only(errands: Any, errand: Any) -> None:
    assert not guard.is_open()
    with guard.writes_open():
        assert guard.is_open()
        errands.Errand.objects.update(runs=2)
        with guard.writes_open():
            pass
        assert guard.is_open()
    assert not guard.is_open()
    with pytest.raises(WrittenOutsideAction), transaction.atomic():
        errands.Errand.objects.update(runs=3)


def test_guard_shuts_again_after_an_action_that_broke(
    errands: Any, errand: Any, at: datetime
) -> None:
    with pytest.raises(ZeroDivisionError):
        errands.fail_errand(errand, wrong=ZeroDivisionError, by=Someone(), at=at)
    assert not guard.is_open()


@pytest.mark.django_db(transaction=True)
def test_guard_is_opened_for_one_thread_only_and_stands_on_new_connections(errands: Any) -> None:
    caught: list[str] = []

    def write_elsewhere() -> None:
        try:
            errands.Errand.objects.create(title="elsewhere")
        except WrittenOutsideAction as stop:
            caught.append(str(stop))
        finally:
            connections.close_all()

    with guard.writes_open():
        other = Thread(target=write_elsewhere)
        other.start()
        other.join()
    assert caught == [
        "kernel.Errand is written outside an action: write it in the room's actions.py"
    ]


def test_guarded_tables_knows_every_record(errands: Any) -> None:
    tables = guard.guarded_tables()
    assert tables["kernel_fact"] == "kernel.Fact"
    assert tables["kernel_seal"] == "kernel.Seal"
    assert tables["kernel_errand"] == "kernel.Errand"
    assert "kernel_notice" not in tables
