"""Views come into the books: as a count by hand would have them, in few statements."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.actions import counting
from zhanggui.books.traffic.actions.counting import (
    begin_site_day,
    destroy_salts,
    keep_origin,
    record_views,
    take_in_notes,
)
from zhanggui.books.traffic.models import (
    AddressDay,
    LogLine,
    Origin,
    RobotDay,
    SiteDay,
    VisitorDay,
)
from zhanggui.books.traffic.queries import DayFigures
from zhanggui.books.traffic.rounds import destroy_old_salts
from zhanggui.books.traffic.rules import views as rules
from zhanggui.books.traffic.rules.sources import DIRECT, Source
from zhanggui.books.traffic.rules.views import Note, View
from zhanggui.books.traffic.tests.counting import by_hand, in_books, lived
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.audit import run_audits
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def begun(day: date, at: datetime) -> SiteDay:
    return begin_site_day(None, day=day, by=CLOCKWORK, at=at)


def test_begin_site_day_gives_a_salt_of_its_own_and_does_so_once(at: datetime) -> None:
    monday, tuesday = begun(MONDAY, at), begun(MONDAY + timedelta(days=1), at)
    assert monday.salt != tuesday.salt
    assert len(monday.salt) == 64
    assert begun(MONDAY, at) == monday
    assert SiteDay.objects.get(pk=monday.pk).salt == monday.salt


def test_begin_site_day_keeps_its_salt_out_of_the_facts(at: datetime) -> None:
    monday = begun(MONDAY, at)
    fact = Fact.objects.get(verb="traffic.begin_site_day")
    assert monday.salt not in f"{fact.data}{fact.answer}"


def test_record_views_is_nobody_s_duty(actor: Callable[..., Any], at: datetime) -> None:
    monday = begun(MONDAY, at)
    with pytest.raises(Refusal) as no:
        record_views(monday, views=[View("v", "a", at)], by=actor("lin"), at=at)
    assert no.value.code == "not_yours"
    assert not VisitorDay.objects.exists()


def test_record_views_adds_to_what_is_there(at: datetime) -> None:
    monday = begun(MONDAY, at)
    later = at + timedelta(minutes=31)
    record_views(monday, views=[View("v", "a", at)], robots={"named": 2}, by=CLOCKWORK, at=at)
    record_views(
        monday,
        views=[View("v", "b", later), View("w", "a", later)],
        robots={"named": 1, "silent": 4},
        by=CLOCKWORK,
        at=later,
    )
    assert queries.day_figures(MONDAY) == DayFigures(MONDAY, ip=2, pv=3, uv=2, visits=3, bots=7)
    assert queries.robots_of(MONDAY) == {"silent": 4, "named": 3}
    row = VisitorDay.objects.get(visitor="v")
    assert (row.views, row.visits, row.first_at, row.last_at) == (2, 2, at, later)
    fact = Fact.objects.filter(verb="traffic.record_views").latest("pk")
    assert fact.data == {"count": 2, "turned_away": 5}


def test_record_views_takes_as_many_statements_for_many_views(at: datetime) -> None:
    monday = begun(MONDAY, at)

    def statements(count: int) -> int:
        views = [View(f"{count}-{n}", f"{n}", at) for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            record_views(monday, views=views, robots={"named": 1}, by=CLOCKWORK, at=at)
        return len(asked)

    statements(1)  # the first of all meets the source
    assert statements(2) == statements(90) <= 24


def test_take_in_notes_stores_neither_key_nor_address(at: datetime) -> None:
    take_in_notes([Note("the-visitor-key", "203.0.113.7", at)], by=CLOCKWORK, at=at)
    stored = [
        str(row)
        for model in (SiteDay, VisitorDay, AddressDay, Fact)
        for row in model.objects.values_list()
    ]
    assert stored
    assert not [row for row in stored if "203.0.113.7" in row or "the-visitor-key" in row]


def test_take_in_notes_drops_views_of_a_day_without_salt(at: datetime) -> None:
    take_in_notes([Note("v", "a", at)], by=CLOCKWORK, at=at)
    destroy_salts(None, by=CLOCKWORK, at=at + timedelta(days=3))
    assert take_in_notes([Note("v", "a", at)], by=CLOCKWORK, at=at) == 0
    assert queries.day_figures(MONDAY).pv == 1


def test_destroy_salts_waits_for_48_hours_of_the_salt(at: datetime) -> None:
    monday = begun(MONDAY, at)
    record_views(monday, views=[View("v", "a", at)], marks=["m" * 32], by=CLOCKWORK, at=at)
    assert destroy_old_salts(at + timedelta(hours=47, minutes=59, seconds=59)) == 0
    assert SiteDay.objects.get(day=MONDAY).salt
    assert destroy_old_salts(at + timedelta(hours=48)) == 1
    assert SiteDay.objects.get(day=MONDAY).salt == ""
    assert not LogLine.objects.exists()
    assert destroy_old_salts(at + timedelta(hours=72)) == 0
    assert Fact.objects.filter(verb="traffic.destroy_salts").count() == 1


def test_destroy_salts_is_nobody_s_duty(actor: Callable[..., Any], at: datetime) -> None:
    begun(MONDAY, at)
    with pytest.raises(Refusal) as no:
        destroy_salts(None, by=actor("lin"), at=at + timedelta(days=9))
    assert no.value.code == "not_yours"
    assert SiteDay.objects.get(day=MONDAY).salt


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_of_days_are_those_counted_by_hand(seed: int, at: datetime) -> None:
    chance = random.Random(seed)
    notes = lived(chance, 1_500)
    begin = 0
    while begin < len(notes):
        piece = chance.randrange(1, 200)
        take_in_notes(notes[begin : begin + piece], by=CLOCKWORK, at=at)
        begin += piece
    ought = by_hand(notes)
    assert len(ought) == 3
    assert in_books() == ought
    assert queries.figures_of(ought) == {
        day: DayFigures(
            day,
            ip=one.figures["addresses"],
            pv=one.figures["views"],
            uv=one.figures["visitors"],
            visits=one.figures["visits"],
            bots=one.figures["bots"],
        )
        for day, one in ought.items()
    }


def test_a_day_that_does_not_add_up_is_found(at: datetime) -> None:
    take_in_notes([Note("v", "a", at)], by=CLOCKWORK, at=at)
    with guard.writes_open(), transaction.atomic():
        SiteDay.objects.update(views=2)
        found = [breach.sentence for breach in run_audits() if breach.audit == "traffic.views"]
        transaction.set_rollback(True)
    assert found == ["2026-11-23 had 2 page views, its visitors 1."]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"addresses": 3}, "2026-11-23 says addresses 3, its addresses say 1."),
        ({"bots": 4}, "2026-11-23 says bots 4, its robots say 0."),
        ({"confirmed": 1}, "2026-11-23 says confirmed 1, its hours say 0."),
        ({"goods": 1}, "2026-11-23 says goods 1, its visitors say 0."),
    ],
)
def test_a_figure_that_its_rows_do_not_give_is_found(
    wrong: dict[str, int], sentence: str, at: datetime
) -> None:
    take_in_notes([Note("v", "a", at)], by=CLOCKWORK, at=at)
    with guard.writes_open(), transaction.atomic():
        SiteDay.objects.update(**wrong)
        found = [breach.sentence for breach in run_audits() if breach.audit == "traffic.days"]
        transaction.set_rollback(True)
    assert found == [sentence]


def test_a_salt_that_outlived_its_term_is_found(at: datetime) -> None:
    monday = begun(MONDAY, at)
    begun(MONDAY + timedelta(days=1), at)
    with guard.writes_open(), transaction.atomic():
        SiteDay.objects.filter(pk=monday.pk).update(salted_at=at - timedelta(hours=51))
        found = [breach.sentence for breach in run_audits() if breach.audit == "traffic.salts"]
        transaction.set_rollback(True)
    assert len(found) == 1
    assert found[0].startswith("2026-11-23 still has its salt, made 2026-11-21")


def test_keep_origin_gives_each_source_one_row(at: datetime) -> None:
    baidu = Source("search", "baidu")
    one, two = (keep_origin(None, source=baidu, by=CLOCKWORK, at=at) for _ in range(2))
    assert one == two
    assert one.as_source == baidu
    assert Origin.objects.count() == 1


def test_keep_origin_takes_a_code_nobody_made_for_none(at: datetime) -> None:
    found = keep_origin(None, source=Source("link", "nobody"), by=CLOCKWORK, at=at)
    assert found.as_source == DIRECT


def test_keep_origin_counts_what_is_too_much_together(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "ORIGINS_A_DAY_MAX", 2)
    for number in range(4):
        keep_origin(None, source=Source("campaign", f"made-up-{number}"), by=CLOCKWORK, at=at)
    assert list(Origin.objects.order_by("pk").values_list("kind", "name")) == [
        ("campaign", "made-up-0"),
        ("campaign", "made-up-1"),
        ("other", ""),
    ]


def test_keep_origin_is_nobody_s_duty(actor: Callable[..., Any], at: datetime) -> None:
    with pytest.raises(Refusal) as no:
        keep_origin(None, source=DIRECT, by=actor("lin"), at=at)
    assert no.value.code == "not_yours"
    assert not Origin.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"views": 0}, {"visits": 0}, {"visits": 2}, {"last_at": datetime(2026, 1, 1, tzinfo=UTC)}],
)
def test_the_database_refuses_a_visitor_that_cannot_be(wrong: dict[str, Any], at: datetime) -> None:
    monday = begun(MONDAY, at)
    good = {"views": 1, "visits": 1, "first_at": at, "last_at": at}
    with pytest.raises(IntegrityError), guard.writes_open(), transaction.atomic():
        VisitorDay.objects.create(day=monday, visitor="v", **{**good, **wrong})


def test_robots_are_not_among_the_visitors(at: datetime) -> None:
    take_in_notes([Note("", "a", at, rules.RobotReason.NAMED)], by=CLOCKWORK, at=at)
    assert queries.day_figures(MONDAY) == DayFigures(MONDAY, bots=1)
    assert RobotDay.objects.get().views == 1
