"""A prepared query answers what the ordinary one would, whatever it is given."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.editions import kept
from zhanggui.ground.kernel.guard import WrittenOutsideAction
from zhanggui.ground.kernel.models import Fact, Notice
from zhanggui.ground.kernel.prepared import MOST, among, insert, prepared, prepared_update, save
from zhanggui.ground.kernel.tests.errands import at_once

NUMBERS = range(2 * MOST)


def fact(number: int, at: datetime, **also: Any) -> Fact:
    values: dict[str, Any] = {
        "deed": uuid.UUID(int=number),
        "verb": f"errands.verb_{number % 3}",
        "at": at + timedelta(seconds=number),
        "kind": "errands.Errand",
        "record_id": number,
        "data": {"to": "城里", "n": number},
    }
    return Fact(**values | also)


@pytest.fixture
def facts(db: None, at: datetime) -> list[Fact]:
    """Return twice as many facts as a statement is kept for, each with a notice."""
    with guard.writes_open():
        made = Fact.objects.bulk_create([fact(number, at) for number in NUMBERS])
        Notice.objects.bulk_create(Notice(fact=one, person_id=one.record_id) for one in made)
    return made


def both_ways(ask: Any, **values: Any) -> list[Any]:
    """Return what is answered, the same as the query built with these values in it."""
    answer = ask(**values)
    assert answer == list(ask.__wrapped__(**values))
    return answer


@prepared(verb=CharField(), since=DateTimeField())
def latest_of(verb: str, since: datetime) -> QuerySet[Fact]:
    return Fact.objects.filter(verb=verb, at__gt=since).order_by("-at")[:3]


@prepared(records=[BigIntegerField()], verb=CharField())
def told_about(records: list[int], verb: str) -> QuerySet[Fact, tuple[int, dict[str, Any]]]:
    rows = Fact.objects.filter(among("record_id", records), verb=verb).order_by("pk")
    return rows.values_list("record_id", "data")


@prepared(records=[BigIntegerField()])
def notices_of(records: list[int]) -> QuerySet[Notice]:
    rows = Notice.objects.filter(among("fact__record_id", records)).order_by("-pk")
    return rows.select_related("fact").only("person_id", "fact__verb")


@prepared()
def how_many_are_there() -> QuerySet[Fact, int]:
    return Fact.objects.order_by("-pk").values_list("record_id", flat=True)


def test_prepared_gives_records_with_all_they_hold(facts: list[Fact], at: datetime) -> None:
    answer = both_ways(latest_of, verb="errands.verb_1", since=at)
    latest = [number for number in NUMBERS if number % 3 == 1][:-4:-1]
    assert [one.record_id for one in answer] == latest
    assert (answer[0].at, answer[0].data["to"]) == (at + timedelta(seconds=latest[0]), "城里")
    assert not answer[0]._state.adding


def test_prepared_is_asked_again_with_other_values(facts: list[Fact], at: datetime) -> None:
    for verb in ("errands.verb_0", "errands.verb_2", "nothing", "", "' OR 1=1 --", "100%s"):
        for seconds in (-1, 5, 22, 99):
            both_ways(latest_of, verb=verb, since=at + timedelta(seconds=seconds))


@pytest.mark.parametrize("count", [1, 2, MOST, MOST + 1, len(NUMBERS)])
def test_prepared_takes_lists_of_any_length(facts: list[Fact], count: int) -> None:
    records = list(NUMBERS)[:count]
    answer = both_ways(told_about, records=records, verb="errands.verb_0")
    assert [record for record, _data in answer] == records[::3]
    assert answer[0][1] == {"to": "城里", "n": 0}


def test_prepared_reads_what_a_record_points_to(facts: list[Fact]) -> None:
    found = notices_of(records=[3, 4])
    with CaptureQueriesContext(connection) as asked:
        assert [(one.person_id, one.fact.verb) for one in found] == [
            (4, "errands.verb_1"),
            (3, "errands.verb_0"),
        ]
    assert len(asked) == 0
    assert found[0].get_deferred_fields() == {"read_at"}


def test_prepared_takes_no_values_and_sees_what_changed(facts: list[Fact], at: datetime) -> None:
    assert both_ways(how_many_are_there)[0] == NUMBERS[-1]
    with guard.writes_open():
        insert([fact(500, at)])
    assert both_ways(how_many_are_there)[0] == 500


def test_prepared_builds_nothing_the_second_time(facts: list[Fact], at: datetime) -> None:
    built: list[str] = []

    @prepared(verb=CharField())
    def of(verb: str) -> QuerySet[Fact]:
        built.append(str(verb))
        return Fact.objects.filter(verb=verb)

    counts = [sum(number % 3 == n for number in NUMBERS) for n in (0, 1, 2)]
    assert [len(of(verb=f"errands.verb_{n}")) for n in (0, 1, 2)] == counts
    assert len(built) == 1


def test_prepared_has_no_place_for_nothing(db: None, at: datetime) -> None:
    with pytest.raises(ValueError, match="verb"):
        latest_of(verb=None, since=at)
    with pytest.raises(ValueError, match="records"):
        told_about(records=[], verb="errands.verb_1")
    with pytest.raises(ValueError, match="records"):
        told_about(records=[1, None], verb="errands.verb_1")
    with pytest.raises(TypeError, match="since"):
        latest_of(verb="errands.verb_1")


@pytest.mark.django_db(transaction=True)
def test_prepared_serves_threads_with_connections_of_their_own(at: datetime) -> None:
    with guard.writes_open():
        insert(fact(number, at) for number in range(9))

    def ask() -> list[int | None]:
        return [one.record_id for one in latest_of(verb="errands.verb_2", since=at)]

    assert at_once([ask] * 4) == [[8, 5, 2]] * 4


# --- writing ----------------------------------------------------------------------------------


@pytest.fixture
def longer(errands: Any) -> Any:
    """Return how errands are run more often, those that were run at least so often already."""

    @prepared_update(titles=[CharField()], by=[IntegerField()], least=IntegerField())
    def change(titles: list[str], by: list[int], least: int) -> Any:
        rows = errands.Errand.objects.filter(among("title", titles), runs__gte=least)
        arms = [When(title=title, then=more) for title, more in zip(titles, by, strict=True)]
        more = Case(*arms, output_field=IntegerField())
        return rows, {"runs": F("runs") + more, "area_id": Concat(F("area_id"), Value("+"))}

    return change


def opened(errands: Any, at: datetime, count: int) -> list[Any]:
    rows = [errands.Errand(title=f"e{n}", runs=n, area_id="a", since_at=at) for n in range(count)]
    with guard.writes_open():
        return insert(rows)


@pytest.mark.parametrize("count", [2, MOST, MOST + 3])
def test_prepared_update_changes_the_rows_meant(
    errands: Any, longer: Any, at: datetime, count: int
) -> None:
    opened(errands, at, count + 1)
    titles = [f"e{n}" for n in range(count)]
    with guard.writes_open():
        assert longer(titles=titles, by=[10 * n for n in range(count)], least=1) == count - 1
        assert longer(titles=titles, by=[1] * count, least=999) == 0
    rows = errands.Errand.objects.order_by("pk").values_list("runs", "area_id")
    assert list(rows) == [
        (0, "a"),
        *((11 * n, "a+") for n in range(1, count)),
        (count, "a"),
    ]


def test_prepared_writes_are_guarded_as_all_others(errands: Any, longer: Any, at: datetime) -> None:
    (errand,) = opened(errands, at, 1)
    for write in (
        lambda: longer(titles=["e0"], by=[1], least=0),
        lambda: insert([errands.Errand(title="more")]),
        lambda: save(errand),
    ):
        with pytest.raises(WrittenOutsideAction), transaction.atomic():
            write()
    assert list(errands.Errand.objects.values_list("title", "runs")) == [("e0", 0)]


@pytest.mark.parametrize("count", [1, 3, MOST, MOST + 1])
def test_insert_writes_what_bulk_create_would(db: None, at: datetime, count: int) -> None:
    with guard.writes_open():
        cause = insert([fact(99, at, answer=None)])[0]
        made = insert(fact(n, at, cause=cause, answer=[n], key=f"k{n}") for n in range(count))
        others = Fact.objects.bulk_create(
            fact(n, at, cause=cause, answer=[n], key=f"other{n}") for n in range(count)
        )
    own, other = (
        [
            {name: v for name, v in row.items() if name not in ("id", "key")}
            for row in Fact.objects.filter(pk__in=[one.pk for one in rows]).order_by("pk").values()
        ]
        for rows in (made, others)
    )
    assert own == other
    assert [row["record_id"] for row in own] == list(range(count))
    assert [Fact.objects.get(pk=one.pk).record_id for one in made] == list(range(count))
    assert not any(one._state.adding for one in made)
    assert insert([]) == []


def test_insert_refused_by_the_database_leaves_nothing(db: None, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), guard.writes_open():
        insert([fact(1, at, key="same"), fact(2, at, key="same")])
    assert not Fact.objects.filter(key="same").exists()


def test_save_writes_a_record_that_stands(errands: Any, at: datetime) -> None:
    errand, other = opened(errands, at, 2)
    later = at + timedelta(days=1)
    with guard.writes_open():
        errand.title, errand.runs, errand.area_id, errand.since_at = "keys", 7, "", later
        save(errand)
    rows = errands.Errand.objects.order_by("pk").values_list("title", "runs", "area_id", "since_at")
    assert list(rows) == [("keys", 7, "", later), ("e1", 1, "a", at)]
    with guard.writes_open():
        errand.title, errand.runs = "not written", 8
        save(errand, only={"runs", "since_at"})
    errand.refresh_from_db()
    assert (errand.title, errand.runs) == ("keys", 8)
    with guard.writes_open():
        errands.Errand.objects.filter(pk=other.pk).delete()
        with pytest.raises(RuntimeError, match="there no more"):
            save(other)


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_is_forgotten_after_prepared_writes(
    errands: Any, longer: Any, at: datetime
) -> None:
    @kept(errands.Errand)
    def runs() -> list[int]:
        return list(errands.Errand.objects.order_by("pk").values_list("runs", flat=True))

    assert runs() == []
    (errand,) = opened(errands, at, 1)
    assert runs() == [0]
    with guard.writes_open():
        assert longer(titles=["e0"], by=[5], least=0) == 1
    assert runs() == [5]
    with guard.writes_open():
        errand.runs = 8
        save(errand)
    assert runs() == [8]
