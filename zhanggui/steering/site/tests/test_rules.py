"""Periods, shares, and a change of turnover told by its parts to the fen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.steering.site import rules
from zhanggui.steering.site.rules import Parts, Period, Turnover

TODAY = date(2026, 11, 23)


def asked(kind: str = "", day: str = "", begin: str = "", end: str = "") -> Period:
    return rules.period_asked(kind, day=day, begin=begin, end=end, today=TODAY)


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [
        ({}, "2026-11-23", "2026-11-24"),
        ({"kind": "day", "day": "2026-11-01"}, "2026-11-01", "2026-11-02"),
        ({"kind": "day", "day": "2027-01-01"}, "2026-11-23", "2026-11-24"),
        ({"kind": "day", "day": "nonsense"}, "2026-11-23", "2026-11-24"),
        ({"kind": "week"}, "2026-11-17", "2026-11-24"),
        ({"kind": "month"}, "2026-11-01", "2026-11-24"),
        ({"kind": "month", "day": "2026-02-10"}, "2026-02-01", "2026-03-01"),
        ({"kind": "custom", "begin": "2026-11-03", "end": "2026-11-05"},
         "2026-11-03", "2026-11-06"),
        ({"kind": "custom", "begin": "2026-11-09", "end": "2026-11-05"},
         "2026-11-05", "2026-11-06"),
        ({"kind": "custom", "begin": "2020-01-01", "end": "2026-11-23"},
         "2025-11-23", "2026-11-24"),
        ({"kind": "custom"}, "2026-11-23", "2026-11-24"),
    ],
)  # fmt: skip
def test_period_asked_is_whole_days_up_to_today(
    wanted: dict[str, str], begin: str, end: str
) -> None:
    found = asked(**wanted)
    assert (found.begin.isoformat(), found.end.isoformat()) == (begin, end)
    assert 1 <= found.days <= rules.DAYS_MAX


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [
        ({}, "2026-11-22", "2026-11-23"),
        ({"kind": "week"}, "2026-11-10", "2026-11-17"),
        ({"kind": "month"}, "2026-10-01", "2026-10-24"),
        ({"kind": "month", "day": "2026-03-31"}, "2026-02-01", "2026-03-01"),
        ({"kind": "month", "day": "2026-02-10"}, "2026-01-01", "2026-02-01"),
    ],
)
def test_before_is_as_long_or_as_far_into_the_month(
    wanted: dict[str, str], begin: str, end: str
) -> None:
    found = rules.before(asked(**wanted))
    assert (found.begin.isoformat(), found.end.isoformat()) == (begin, end)


@given(st.integers(1, 366))
def test_same_weekdays_begins_on_the_same_weekday_and_lies_before(days: int) -> None:
    period = Period("custom", TODAY - timedelta(days=days - 1), TODAY + timedelta(days=1))
    found = rules.same_weekdays(period)
    assert found.days == period.days
    assert found.begin.weekday() == period.begin.weekday()
    assert found.end <= period.begin < found.end + timedelta(days=7)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "–"), (0, 5, "0.00%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (5, 5, "100.00%"),
     (14, 2, "700.00%")],
)  # fmt: skip
def test_percent_rounds_half_up(part: int, whole: int, said: str) -> None:
    assert rules.percent(part, whole) == said


def test_mean_of_days() -> None:
    assert [rules.mean(7, 2), rules.mean(9, 4), rules.mean(3, 0)] == [4, 2, None]


def test_explained_by_hand() -> None:
    """Visitors doubled, conversion and average order as they were: it is all theirs."""
    former, now = Turnover(100, 10, 50_000), Turnover(200, 20, 100_000)
    assert rules.explained(former, now) == Parts(50_000, 0, 0)


def test_explained_by_the_formula() -> None:
    """L(v1, v0) ln(x1 / x0), for each factor x."""
    former, now = Turnover(252, 46, 713_980), Turnover(300, 40, 650_001)
    found = rules.explained(former, now)
    assert found is not None
    mean = (now.fen - former.fen) / log(now.fen / former.fen)
    ought = [
        mean * log(300 / 252),
        mean * log((40 / 300) / (46 / 252)),
        mean * log((650_001 / 40) / (713_980 / 46)),
    ]
    parts = [found.visitors_fen, found.conversion_fen, found.average_fen]
    assert all(abs(a - b) < 1 for a, b in zip(parts, ought, strict=True))
    assert found.total_fen == now.fen - former.fen


def test_explained_where_opposite_changes_leave_the_turnover_as_it_was() -> None:
    found = rules.explained(Turnover(100, 10, 60_000), Turnover(200, 10, 60_000))
    assert found is not None
    assert found.visitors_fen == -found.conversion_fen == 41_589  # 60,000 ln 2
    assert found.average_fen == 0


@pytest.mark.parametrize("nothing", [Turnover(0, 0, 0), Turnover(5, 0, 0), Turnover(0, 5, 50)])
def test_explained_says_nothing_of_what_has_no_parts(nothing: Turnover) -> None:
    whole = Turnover(5, 5, 50)
    assert rules.explained(nothing, whole) is None
    assert rules.explained(whole, nothing) is None


figures = st.builds(Turnover, st.integers(1, 10**8), st.integers(1, 10**7), st.integers(1, 10**13))


@given(figures, figures)
def test_explained_adds_up_to_the_fen(former: Turnover, now: Turnover) -> None:
    found, back = rules.explained(former, now), rules.explained(now, former)
    assert found is not None and back is not None
    assert found.total_fen == now.fen - former.fen
    for name in ("visitors_fen", "conversion_fen", "average_fen"):
        assert abs(getattr(found, name) + getattr(back, name)) <= 1


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6))
def test_rounded_keeps_the_sum_and_is_never_a_whole_unit_off(thirds: list[int]) -> None:
    shares = [Decimal(n) / 3 for n in thirds]
    total = round(sum(shares))
    found = rules.rounded(shares, total=total)
    if abs(sum(shares) - total) < Decimal("0.01"):
        assert sum(found) == total
        assert all(abs(a - b) < 1 for a, b in zip(found, shares, strict=True))
