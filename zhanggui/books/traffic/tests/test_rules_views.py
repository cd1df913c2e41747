"""What is a person's view, and how views become visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.books.traffic.rules import views as rules
from zhanggui.books.traffic.rules.views import Note, Tally, View

BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (PHONE, ""),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.50", ""),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", ""),
        ("Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/120.0 Mobile", ""),
        ("", "silent"),
        ("-", "silent"),
        ("  ", "silent"),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
         "named"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "named"),
        ("Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider)", "named"),
        ("Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)", "named"),
        ("facebookexternalhit/1.1", "named"),
        ("curl/8.5.0", "program"),
        ("python-requests/2.32.3", "program"),
        ("Go-http-client/2.0", "program"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0.0.0 Safari/537.36", "program"),
        ("MyOwnThing", "program"),
    ],
)  # fmt: skip
def test_robot_reason_tells_robots_from_browsers(agent: str, reason: str) -> None:
    assert rules.robot_reason(agent) == reason


def test_robot_reason_turns_away_what_nobody_asked_for_yet() -> None:
    assert rules.robot_reason(PHONE, purpose="prefetch;prerender") == "prefetch"
    assert rules.robot_reason(PHONE, purpose="") == ""


def test_robot_reason_looks_at_the_beginning_of_a_huge_agent_only() -> None:
    assert rules.robot_reason("Mozilla/5.0 " + "x" * 1_000_000 + " Googlebot") == ""


def test_day_of_is_the_company_s_day() -> None:
    assert rules.day_of(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)).day == 22
    assert rules.day_of(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)).day == 23


def test_hashed_differs_by_salt_and_keeps_nothing_of_the_value() -> None:
    one, two = (rules.hashed("203.0.113.7", salt=salt * 32) for salt in ("ab", "cd"))
    assert one != two
    assert len(one) == rules.HASH_CHARS
    assert rules.hashed("203.0.113.7", salt="ab" * 32) == one


@pytest.mark.parametrize(
    ("gaps_s", "visits"),
    [
        ((), 1),
        ((60, 60, 60), 1),
        ((1800,), 1),
        ((1801,), 2),
        ((1801, 1801, 10), 3),
        ((1000, 1000, 1000), 1),
    ],
)
def test_seen_at_begins_a_visit_after_half_an_hour_of_silence(
    gaps_s: tuple[int, ...], visits: int
) -> None:
    tally: Tally | None = None
    at = BEGAN
    for gap in (0, *gaps_s):
        at += timedelta(seconds=gap)
        tally = rules.seen_at(tally, at)
    assert tally is not None
    assert (tally.views, tally.visits) == (len(gaps_s) + 1, visits)
    assert (tally.first_at, tally.last_at) == (BEGAN, at)


def test_seen_at_takes_a_late_comer_into_the_visit_it_belongs_to() -> None:
    tally = rules.seen_at(rules.seen_at(None, BEGAN), BEGAN - timedelta(seconds=3))
    assert tally == Tally(2, 1, BEGAN - timedelta(seconds=3), BEGAN, hours=1 << 9 | 1 << 10)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20_000)), max_size=40),
    st.integers(1, 40),
)
def test_added_up_is_the_same_in_one_piece_and_in_many(
    seen: list[tuple[str, int]], piece: int
) -> None:
    views = sorted(
        (View(who, "x", BEGAN + timedelta(seconds=s)) for who, s in seen), key=lambda v: v.at
    )
    at_once = rules.added_up(views, former={})
    known: dict[str, Tally] = {}
    for begin in range(0, len(views), piece):
        known |= rules.added_up(views[begin : begin + piece], former=known)
    assert known == at_once
    assert sum(tally.views for tally in at_once.values()) == len(views)


def test_by_day_parts_at_the_company_s_midnight() -> None:
    before = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    notes = [Note("b", "x", before + timedelta(seconds=1)), Note("a", "x", before)]
    assert [(day.day, [n.visitor for n in of]) for day, of in rules.by_day(notes).items()] == [
        (22, ["a"]),
        (23, ["b"]),
    ]


def test_counted_robots_counts_by_reason() -> None:
    notes = [Note("", "x", BEGAN, robot) for robot in ("named", "", "silent", "named")]
    assert rules.counted_robots(notes) == {"named": 2, "silent": 1}
