"""Whose requests wait for whom, in what order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.queries import waiting_in
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.steering.upkeep import actions, queries
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.tests.conftest import PROGRAMMER, acting, programmer_of

Maker = Callable[..., ChangeRequest]
BOTH = ("N-PR-1", "N-PR-2")


def titles(rows: Any) -> list[str]:
    """Return the titles of requests."""
    return [request.title for request in rows]


def test_changes_to_answer_come_by_what_is_due_first(ask: Maker, at: datetime) -> None:
    dev = acting(PROGRAMMER, at)
    ask(title="late", moment=at - timedelta(days=2))
    ask(title="fresh", moment=at - timedelta(hours=1))
    for title, days, priority in (("far", 9, 4), ("soon", 1, 1), ("soon too", 1, 3)):
        request = ask(title=title, moment=at - timedelta(days=5))
        soon = at + timedelta(days=days)
        actions.accept_change(request, priority=priority, promised_at=soon, by=dev, at=at)
    rows = list(queries.changes_to_answer(dev))
    assert titles(rows) == ["late", "fresh", "soon too", "soon", "far"]
    assert [row.due_at for row in rows] == [
        at - timedelta(days=1),
        at + timedelta(hours=23),
        at + timedelta(days=1),
        at + timedelta(days=1),
        at + timedelta(days=9),
    ]


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        ("asked", True),
        ("accepted", True),
        ("in_work", True),
        ("question", False),
        ("released", False),
        ("confirmed", False),
        ("declined", False),
        ("withdrawn", False),
    ],
)
def test_changes_to_answer_are_those_the_programmer_must_act_on(
    brought_to: Maker, at: datetime, state: str, waits: bool
) -> None:
    brought_to(state)
    assert queries.changes_to_answer(acting(PROGRAMMER, at)).exists() is waits


def test_changes_to_answer_stay_in_area_and_kind(ask: Maker, at: datetime) -> None:
    ask("cai", title="hanjiang change")
    ask("xie", title="quanzhou change")
    ask("cai", title="hanjiang feature", kind="feature")
    ask("lin", title="company change")

    def seen(area: str, *duties: str) -> list[str]:
        by = programmer_of(area, at, duties=duties, user="li")
        return sorted(titles(queries.changes_to_answer(by)))

    assert seen("putian", *BOTH) == ["hanjiang change", "hanjiang feature"]
    assert seen("putian", "N-PR-1") == ["hanjiang change"]
    assert seen("fujian", "N-PR-1") == ["hanjiang change", "quanzhou change"]
    assert seen("minli", "N-PR-2") == ["hanjiang feature"]
    assert len(seen("minli", *BOTH)) == 4
    assert titles(queries.changes_to_answer(acting("hu", at))) == []


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        ("asked", False),
        ("question", True),
        ("accepted", False),
        ("in_work", False),
        ("released", True),
        ("confirmed", False),
        ("declined", False),
        ("withdrawn", False),
    ],
)
def test_requests_waiting_for_me_are_asked_back_or_to_be_tried(
    brought_to: Maker, at: datetime, state: str, waits: bool
) -> None:
    brought_to(state, "cai")
    rows = list(queries.requests_waiting_for_me(acting("cai", at)))
    assert [row.mine_since for row in rows] == ([at] if waits else [])
    assert titles(queries.requests_waiting_for_me(acting("pan", at))) == []


def test_my_open_requests_are_open_and_mine(brought_to: Maker, at: datetime) -> None:
    for state in ("asked", "question", "accepted", "in_work", "released", "confirmed", "declined"):
        brought_to(state, "cai", title=state)
    brought_to("asked", "pan", title="pan's")
    assert titles(queries.my_open_requests(acting("cai", at))) == [
        "released",
        "in_work",
        "accepted",
        "question",
        "asked",
    ]


def test_request_of_gives_the_same_answer_to_not_yours_and_not_there(
    brought_to: Maker, at: datetime
) -> None:
    request = brought_to("in_work", "cai")
    elsewhere = programmer_of("quanzhou", at, duties=BOTH, user="li")
    for by in (acting("pan", at), acting("hu", at), elsewhere):
        for pk in (request.pk, 10**15):
            with pytest.raises(Refusal) as no:
                queries.request_of(by, pk)
            assert (no.value.code, no.value.status) == ("not_yours", 404)
    above = programmer_of("fujian", at, duties=BOTH, user="li")
    for by in (acting("cai", at), acting(PROGRAMMER, at), above):
        assert queries.request_of(by, request.pk) == request


def test_releases_are_news_for_everyone(brought_to: Maker, at: datetime) -> None:
    for state in ("asked", "in_work", "released", "confirmed", "declined"):
        brought_to(state, title=state)
    assert titles(queries.releases(acting("xie", at))) == ["confirmed", "released"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("拨号", ["cai: 拨号"]),
        ("：", []),
        ("pan", []),
        ("#{pk}", ["cai: 拨号"]),
        ("{pk}", ["cai: 拨号"]),
    ],
)
def test_find_requests_looks_where_the_person_may(
    ask: Maker, at: datetime, text: str, expected: list[str]
) -> None:
    ask("pan", title="pan: 拨号")
    mine = ask("cai", title="cai: 拨号")
    found = queries.find_requests(acting("cai", at), text.format(pk=mine.pk), 8)
    assert titles(found) == expected


@pytest.mark.parametrize(
    "text", ["#", "9" * 40, "#9999999999999999999", "%", "'", "\u202e😀", "<b>", "²"], ids=ascii
)
def test_find_requests_takes_any_text(ask: Maker, at: datetime, text: str) -> None:
    ask()
    assert queries.find_requests(acting(PROGRAMMER, at), text, 8) == []


@pytest.mark.parametrize("number", [1, 12])
def test_queues_take_a_constant_number_of_statements(
    ask: Maker, brought_to: Maker, at: datetime, number: int, django_assert_num_queries: Any
) -> None:
    for _i in range(number):
        ask("cai")
        brought_to("in_work", "cai")
        brought_to("released", "cai")
    dev, asker = acting(PROGRAMMER, at), acting("cai", at)

    def drawn(rows: Any, duty: str) -> int:
        return len([[column.cell(row) for column in DUTIES[duty].columns] for row in rows])

    with django_assert_num_queries(1):
        assert drawn(queries.changes_to_answer(dev), "upkeep.changes") == 2 * number
    with django_assert_num_queries(1):
        rows = queries.requests_waiting_for_me(asker)
        assert drawn(rows, "upkeep.my_requests") == number
    with django_assert_num_queries(1):
        assert len(titles(queries.releases(asker))) == number


def test_badges_count_both_queues_in_one_statement(
    ask: Maker, brought_to: Maker, at: datetime, django_assert_num_queries: Any
) -> None:
    ask("cai")
    brought_to("question", PROGRAMMER)
    dev = acting(PROGRAMMER, at)
    duties = [DUTIES["upkeep.changes"], DUTIES["upkeep.my_requests"]]
    with django_assert_num_queries(1):
        waiting = waiting_in(duties, by=dev)
    asked, mine = waiting["upkeep.changes"], waiting["upkeep.my_requests"]
    assert (asked.count, asked.since) == (1, at - timedelta(hours=3))
    assert asked.due == at + timedelta(hours=21)
    assert (mine.count, mine.since) == (1, at)
