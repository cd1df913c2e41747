"""Views come into the books: as a count by hand would have them, in few statements."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.actions.counting import (
    begin_site_day,
    destroy_salts,
    record_views,
    take_in_notes,
)
from zhanggui.books.traffic.models import AddressDay, RobotDay, SiteDay, VisitorDay
from zhanggui.books.traffic.queries import DayFigures
from zhanggui.books.traffic.rounds import destroy_old_salts
from zhanggui.books.traffic.rules import views as rules
from zhanggui.books.traffic.rules.views import Note, View
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

    assert statements(1) == statements(90) <= 12


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


def test_destroy_salts_waits_for_48_hours_of_the_day(at: datetime) -> None:
    midnight = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    begun(MONDAY, at)
    assert destroy_old_salts(midnight + timedelta(hours=47, minutes=59, seconds=59)) == 0
    assert SiteDay.objects.get(day=MONDAY).salt
    assert destroy_old_salts(midnight + timedelta(hours=48)) == 1
    assert SiteDay.objects.get(day=MONDAY).salt == ""
    assert destroy_old_salts(midnight + timedelta(hours=72)) == 0
    assert Fact.objects.filter(verb="traffic.destroy_salts").count() == 1


def test_destroy_salts_is_nobody_s_duty(actor: Callable[..., Any], at: datetime) -> None:
    begun(MONDAY, at)
    with pytest.raises(Refusal) as no:
        destroy_salts(None, by=actor("lin"), at=at + timedelta(days=9))
    assert no.value.code == "not_yours"
    assert SiteDay.objects.get(day=MONDAY).salt


def by_hand(notes: list[Note]) -> dict[date, DayFigures]:
    """Count as one would on paper: each view looked at by itself, in the order of time."""
    views, bots = defaultdict(list), defaultdict(int)
    for note in sorted(notes, key=lambda n: n.at):
        day = (note.at + timedelta(hours=8)).date()
        if note.robot:
            bots[day] += 1
        else:
            views[day].append(note)
    found = {}
    for day in {*views, *bots}:
        visits, last = 0, {}
        for note in views[day]:
            if note.visitor not in last or (note.at - last[note.visitor]).total_seconds() > 1800:
                visits += 1
            last[note.visitor] = note.at
        found[day] = DayFigures(
            day,
            ip=len({n.address for n in views[day]}),
            pv=len(views[day]),
            uv=len({n.visitor for n in views[day]}),
            visits=visits,
            bots=bots[day],
        )
    return found


def lived(chance: random.Random, count: int) -> list[Note]:
    """Return views of three days: people who lose their cookie, change networks, and robots."""
    began = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    keys = [f"key-{n}" for n in range(40)]
    notes = []
    for number in range(count):
        at = began + timedelta(seconds=chance.randrange(54 * 3600))
        who = chance.randrange(len(keys))
        if chance.random() < 0.03:
            keys[who] = f"fresh-{number}"
        robot = chance.choice(["named", "program", "silent"]) if chance.random() < 0.15 else ""
        home = f"2001:db8::{who // 2}" if chance.random() < 0.8 else "100.64.0.1"
        notes.append(Note("" if robot else keys[who], home, at, robot))
    return sorted(notes, key=lambda note: note.at)


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
    assert queries.figures_of(ought) == ought
    assert sum(day.pv + day.bots for day in ought.values()) == len(notes)


def test_a_day_that_does_not_add_up_is_found(at: datetime) -> None:
    take_in_notes([Note("v", "a", at)], by=CLOCKWORK, at=at)
    with guard.writes_open(), transaction.atomic():
        SiteDay.objects.update(views=2)
        found = [breach.sentence for breach in run_audits() if breach.audit == "traffic.views"]
        transaction.set_rollback(True)
    assert found == ["2026-11-23 had 2 page views, its visitors 1."]


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
