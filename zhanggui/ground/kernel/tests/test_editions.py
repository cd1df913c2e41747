"""What is kept holds as long as its tables stand, and not a moment longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.editions import Memory, editions, kept, past_memory, read_once
from zhanggui.ground.kernel.models import Edition, Fact
from zhanggui.ground.kernel.tests.errands import Someone, at_once

TABLE = "kernel_errand"


@pytest.fixture
def errand(errands: Any, at: datetime) -> Any:
    return errands.open_errand(None, title="keys", by=Someone(), at=at)


@pytest.fixture
def runs(errands: Any) -> Callable[[str], int | None]:
    """Return how often an errand was run, as it is kept."""

    @kept(errands.Errand)
    def read(title: str) -> int | None:
        return errands.Errand.objects.filter(title=title).values_list("runs", flat=True).first()

    return read


def number() -> int:
    return Edition.objects.filter(name=TABLE).values_list("number", flat=True).first() or 0


def test_kept_is_read_once_while_the_table_stands(runs: Any, errand: Any) -> None:
    assert runs("keys") == 0
    with CaptureQueriesContext(connection) as asked:
        assert runs("keys") == 0
    assert ["kernel_edition" in query["sql"] for query in asked] == [True]


def test_kept_is_read_again_after_an_action(
    runs: Any, errands: Any, errand: Any, at: datetime
) -> None:
    assert runs("keys") == 0
    before = number()
    errands.run_errand(errand, to="town", by=Someone(), at=at)
    assert runs("keys") == 1
    assert number() != before


def test_kept_is_read_again_after_sql_past_the_models(runs: Any, errand: Any) -> None:
    assert runs("keys") == 0
    with guard.writes_open(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_errand SET runs = 2")
    assert runs("keys") == 2


def test_kept_stands_when_other_tables_are_written(
    runs: Any, errands: Any, errand: Any, at: datetime
) -> None:
    assert runs("keys") == 0
    before = editions()
    with guard.writes_open():
        Fact.objects.create(verb="x", at=at, kind="x", deed="0" * 32)
    assert editions() == before


def test_what_is_not_committed_is_read_and_not_kept(
    runs: Any, errands: Any, errand: Any, at: datetime
) -> None:
    assert runs("keys") == 0

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic(), guard.writes_open():
        errands.Errand.objects.update(runs=2)
        assert runs("keys") == 2
        raise Stop
    assert runs("keys") == 0
    with transaction.atomic(), guard.writes_open():
        errands.Errand.objects.update(runs=3)
        assert runs("keys") == 3
    assert runs("keys") == 3


def test_an_edition_rolled_back_never_comes_again(runs: Any, errands: Any, errand: Any) -> None:
    def write(value: int, *, undo: bool) -> None:
        with transaction.atomic():
            with guard.writes_open():
                errands.Errand.objects.update(runs=value)
            assert runs("keys") == value
            transaction.set_rollback(undo)

    write(1, undo=True)
    assert runs("keys") == 0
    write(2, undo=True)
    write(3, undo=False)
    assert runs("keys") == 3


def test_an_action_that_broke_leaves_the_edition(
    errands: Any, errand: Any, runs: Any, at: datetime
) -> None:
    before = number()
    with pytest.raises(ZeroDivisionError):
        errands.fail_errand(errand, wrong=ZeroDivisionError, by=Someone(), at=at)
    assert (number(), runs("keys")) == (before, 0)


def test_read_once_reads_the_editions_once_and_after_a_deed_again(
    runs: Any, errands: Any, errand: Any, at: datetime
) -> None:
    with CaptureQueriesContext(connection) as asked, read_once():
        for _ in range(3):
            assert (runs("keys"), runs("doors")) == (0, None)
    assert sum("kernel_edition" in query["sql"] for query in asked) == 1
    with read_once():
        assert runs("keys") == 0
        errands.run_errand(errand, to="town", by=Someone(), at=at)
        assert runs("keys") == 1


def test_a_memory_reads_together_what_is_missing(errands: Any) -> None:
    read: list[list[int]] = []

    def squares(numbers: list[int]) -> dict[int, int]:
        read.append(numbers)
        return {n: n * n for n in numbers if n < 9}

    memory: Memory[int, int] = Memory(errands.Errand, most=3)
    assert memory.of_each([3, 2, 3], squares) == {3: 9, 2: 4}
    assert memory.of_each([2, 5, 9], squares) == {2: 4, 5: 25}
    assert memory.of_each([9, 3], squares) == {3: 9}
    assert memory.of_each([7], squares) == {7: 49}
    assert memory.of_each([2, 3], squares) == {2: 4, 3: 9}  # of four, 2 was not asked for longest
    assert read == [[3, 2], [5, 9], [9], [7], [2]]


def test_past_memory_everything_is_read(errands: Any, errand: Any) -> None:
    memory: Memory[str, int] = Memory(errands.Errand, most=3)
    assert memory.of_each(["keys"], lambda _keys: {"keys": 1}) == {"keys": 1}
    with past_memory():
        assert memory.of_each(["keys"], lambda _keys: {"keys": 2}) == {"keys": 2}
    assert memory.of_each(["keys"], lambda _keys: {"keys": 3}) == {"keys": 1}


def test_only_a_table_with_editions_can_be_kept_from(errands: Any) -> None:
    @kept(Fact)
    def facts() -> int:
        return 1

    with pytest.raises(LookupError, match="kernel_fact"):
        facts()


@pytest.mark.django_db(transaction=True)
def test_what_is_read_never_falls_behind_what_was_committed(
    errands: Any, runs: Any, at: datetime
) -> None:
    errand = errands.open_errand(None, title="keys", by=Someone(), at=at)
    done = [0]
    behind: list[tuple[int, int | None]] = []

    def write() -> None:
        for value in range(1, 26):
            with transaction.atomic(), guard.writes_open():
                errands.Errand.objects.filter(pk=errand.pk).update(runs=value)
            done[0] = value

    def read() -> None:
        while done[0] < 25:
            least = done[0]
            with read_once():
                found = runs("keys")
            if found is None or found < least:
                behind.append((least, found))

    at_once([write, read, read])
    assert behind == []
    assert runs("keys") == 25


@pytest.mark.django_db(transaction=True)
def test_a_write_elsewhere_is_seen_by_the_next_request(
    errands: Any, runs: Any, at: datetime
) -> None:
    errands.open_errand(None, title="keys", by=Someone(), at=at)
    assert runs("keys") == 0

    def elsewhere() -> None:
        try:
            with guard.writes_open():
                errands.Errand.objects.update(runs=2)
        finally:
            connections.close_all()

    other = Thread(target=elsewhere)
    with read_once():
        assert runs("keys") == 0
        other.start()
        other.join()
    with read_once():
        assert runs("keys") == 2
