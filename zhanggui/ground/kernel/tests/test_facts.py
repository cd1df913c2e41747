"""Facts stand: the database refuses to change them, and the seals show what was changed anyway."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from zhanggui.ground.kernel import facts as kernel_facts
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.audit import AUDITS, Breach, audit, run_audits
from zhanggui.ground.kernel.facts import audit_facts, seal_facts, settled_upto
from zhanggui.ground.kernel.models import Fact, Seal
from zhanggui.ground.kernel.tests.errands import Someone, at_once, tamper


@pytest.fixture
def sealed(errands: Any, at: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """Return six facts of errands, sealed in batches of two; older facts are sealed before them."""
    seal_facts(at=at)
    monkeypatch.setattr(kernel_facts, "SEAL_FACTS_MAX", 2)
    for number in range(6):
        errands.open_errand(None, title=f"errand {number}", by=Someone(), at=at)
    assert seal_facts(at=at) == 6
    return list(Fact.objects.filter(verb="errands.open_errand").order_by("id"))


def broken(seal: Seal) -> str:
    return (
        f"Seal {seal.pk} covers facts {seal.after_id + 1} to {seal.upto_id}: "
        "one of them is no longer what was sealed."
    )


def miscounted(seal: Seal, now: int) -> str:
    return (
        f"Seal {seal.pk} covers facts {seal.after_id + 1} to {seal.upto_id}: "
        f"it counted {seal.facts}, now there are {now}."
    )


def seal_over(fact: Fact) -> Seal:
    return Seal.objects.get(after_id__lt=fact.pk, upto_id__gte=fact.pk)


# --- sealing ----------------------------------------------------------------------------------
def test_seal_facts_chains_every_fact_in_batches(sealed: list[Fact], at: datetime) -> None:
    seals = list(Seal.objects.order_by("upto_id"))[-3:]
    assert [s.upto_id for s in seals] == [sealed[1].pk, sealed[3].pk, sealed[5].pk]
    assert [s.facts for s in seals] == [2, 2, 2]
    assert [s.sealed_at for s in seals] == [at] * 3
    assert (seals[1].former, seals[2].former) == (seals[0].digest, seals[1].digest)
    assert (seals[1].after_id, seals[2].after_id) == (seals[0].upto_id, seals[1].upto_id)
    assert list(audit_facts()) == []


def test_seal_facts_has_nothing_to_do_twice(sealed: list[Fact], at: datetime) -> None:
    before = Seal.objects.count()
    assert seal_facts(at=at) == 0
    assert Seal.objects.count() == before


def test_seal_facts_goes_no_further_than_told(errands: Any, at: datetime) -> None:
    seal_facts(at=at)
    for number in range(3):
        errands.open_errand(None, title=f"errand {number}", by=Someone(), at=at)
    second = Fact.objects.order_by("-id")[1].pk
    assert seal_facts(at=at, upto=second) == 2
    assert seal_facts(at=at) == 1


def test_settled_upto_is_the_highest_fact(errands: Any, at: datetime) -> None:
    errands.open_errand(None, title="errand", by=Someone(), at=at)
    assert settled_upto() == Fact.objects.order_by("-id")[0].pk


@pytest.mark.django_db(transaction=True)
def test_seal_facts_at_the_same_moment_makes_one_chain(errands: Any, at: datetime) -> None:
    for number in range(3):
        errands.open_errand(None, title=f"errand {number}", by=Someone(), at=at)
    count = Fact.objects.count()
    done = at_once([lambda: seal_facts(at=at)] * 4)
    assert sum(n for n in done if isinstance(n, int)) == count
    assert Seal.objects.count() == 1
    assert list(audit_facts()) == []


@pytest.mark.django_db(transaction=True)
def test_seal_facts_waits_for_a_fact_that_commits_late(errands: Any, at: datetime) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite has one writer at a time: no fact can commit late
    written, commit = Event(), Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic(), guard.writes_open():
                Fact.objects.create(deed=uuid.uuid4(), verb="errands.late", at=at, kind="")
                written.set()
                assert commit.wait(10)
        finally:
            connections.close_all()

    late = Thread(target=write_slowly)
    late.start()
    assert written.wait(10)
    errands.open_errand(None, title="quick", by=Someone(), at=at)  # a higher id, committed first
    sealer = Thread(target=lambda: (seal_facts(at=at), connections.close_all()))
    sealer.start()
    sealer.join(0.3)
    assert sealer.is_alive()  # it waits: one of the lower ids is still open
    commit.set()
    late.join(10)
    sealer.join(10)
    covered = Seal.objects.get()
    assert covered.upto_id == Fact.objects.order_by("-id")[0].pk
    assert covered.facts == Fact.objects.count()
    assert list(audit_facts()) == []


# --- what the database itself refuses ---------------------------------------------------------
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE kernel_fact SET verb = 'errands.other' WHERE id = %s",
        "UPDATE kernel_fact SET id = id + 1000000 WHERE id = %s",
        "DELETE FROM kernel_fact WHERE id = %s",
        "UPDATE kernel_seal SET digest = '' WHERE upto_id >= %s",
        "DELETE FROM kernel_seal WHERE upto_id >= %s",
    ],
)
def test_database_refuses_to_change_facts_and_seals(sealed: list[Fact], sql: str) -> None:
    with (
        guard.writes_open(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=r"kernel_(fact|seal) cannot be changed: \w+ refused"),
        transaction.atomic(),
    ):
        cursor.execute(sql, [sealed[0].pk])
    assert list(audit_facts()) == []


def test_database_refuses_to_change_facts_by_its_own_short_cut(sealed: list[Fact]) -> None:
    columns = ", ".join(f.column for f in Fact._meta.concrete_fields if f.column != "verb")
    replace = f"INSERT OR REPLACE INTO kernel_fact (verb, {columns}) SELECT 'other', {columns}"
    if connection.vendor == "sqlite":  # replaces without asking the trigger on DELETE
        sql = f"{replace} FROM kernel_fact WHERE id = {sealed[0].pk}"
        answer = "kernel_fact has this row already"
    else:  # empties without asking the trigger on rows
        sql = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE kernel_fact CASCADE"
        answer = "kernel_fact cannot be changed: truncate refused"
    with (
        guard.writes_open(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=answer),
        transaction.atomic(),
    ):
        cursor.execute(sql)
    assert list(audit_facts()) == []


def test_guard_refuses_a_fact_written_by_hand(db: None, at: datetime) -> None:
    before = Fact.objects.count()
    outside = r"kernel\.Fact is written outside an action"
    with pytest.raises(guard.WrittenOutsideAction, match=outside), transaction.atomic():
        Fact.objects.create(deed=uuid.uuid4(), verb="errands.forged", at=at, kind="")
    assert Fact.objects.count() == before


# --- what was changed past the database shows ---------------------------------------------------
@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "errands.other"),
        ("at", "2026-11-23 04:00:01+00:00"),
        ("person_id", 8),
        ("area", "xianyou"),
        ("data", '{"title": "another"}'),
        ("answer", "null"),
        ("wait_s", 1),
        ("key", "forged"),
    ],
)
def test_audit_facts_shows_an_altered_fact(sealed: list[Fact], column: str, value: object) -> None:
    tamper(f"UPDATE kernel_fact SET {column} = %s WHERE id = %s", value, sealed[2].pk)
    assert list(audit_facts()) == [broken(seal_over(sealed[2]))]


@pytest.mark.books_broken
def test_audit_facts_shows_a_missing_fact(sealed: list[Fact]) -> None:
    tamper("DELETE FROM kernel_notice WHERE fact_id = %s", sealed[2].pk)
    tamper("DELETE FROM kernel_fact WHERE id = %s", sealed[2].pk)
    assert list(audit_facts()) == [miscounted(seal_over(sealed[2]), 1)]


@pytest.mark.books_broken
def test_audit_facts_shows_a_fact_put_in_later(sealed: list[Fact], at: datetime) -> None:
    tamper("DELETE FROM kernel_notice WHERE fact_id = %s", sealed[2].pk)
    tamper("DELETE FROM kernel_fact WHERE id = %s", sealed[2].pk)
    with guard.writes_open():
        Fact.objects.create(pk=sealed[2].pk, deed=uuid.uuid4(), verb="x.y", at=at, kind="")
    assert list(audit_facts()) == [broken(seal_over(sealed[2]))]


@pytest.mark.books_broken
def test_audit_facts_shows_a_missing_seal(sealed: list[Fact]) -> None:
    gone, after = seal_over(sealed[2]), seal_over(sealed[4])
    tamper("DELETE FROM kernel_seal WHERE id = %s", gone.pk)
    assert list(audit_facts()) == [
        f"Seal {after.pk} does not follow the seal before it: one is missing or altered."
    ]


@pytest.mark.books_broken
def test_audit_facts_shows_a_fact_altered_together_with_its_seal(sealed: list[Fact]) -> None:
    tamper("UPDATE kernel_fact SET verb = 'errands.other' WHERE id = %s", sealed[2].pk)
    seal, after = seal_over(sealed[2]), seal_over(sealed[4])
    digest, _ = kernel_facts._digest(
        former=seal.former, after_id=seal.after_id, upto_id=seal.upto_id
    )
    tamper("UPDATE kernel_seal SET digest = %s WHERE id = %s", digest, seal.pk)
    assert list(audit_facts()) == [
        f"Seal {after.pk} does not follow the seal before it: one is missing or altered."
    ]


def test_digest_does_not_depend_on_the_zone_of_reading(sealed: list[Fact]) -> None:
    row = {name: getattr(sealed[0], name) for name in kernel_facts._FIELDS}
    shifted = {**row, "at": row["at"].astimezone(tz=None) + timedelta(0)}
    assert kernel_facts._line(row) == kernel_facts._line(shifted)


def test_digest_covers_every_column_of_a_fact() -> None:
    assert set(kernel_facts._FIELDS) == {f.attname for f in Fact._meta.concrete_fields}


# --- audits -----------------------------------------------------------------------------------
def test_run_audits_asks_all_in_order_and_names_the_record(db: None) -> None:
    try:

        @audit("zz.second")
        def second() -> list[tuple[str, str, int]]:
            return [("Errand 5 is lost.", "kernel.Errand", 5)]

        @audit("zz.first")
        def first() -> list[str]:
            return ["Something is lost."]

        assert list(run_audits()) == [
            Breach("zz.first", "Something is lost."),
            Breach("zz.second", "Errand 5 is lost.", "kernel.Errand", 5),
        ]
        with pytest.raises(ValueError, match=r"two audits are called zz\.first"):
            audit("zz.first")(first)
    finally:
        AUDITS.pop("zz.first")
        AUDITS.pop("zz.second")
