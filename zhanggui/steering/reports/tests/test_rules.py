"""Figures add up by their parts."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.steering.reports import rules
from zhanggui.steering.reports.rules import Clock, DayCounts, Ratio

NUMBERS = st.integers(0, 10**6)
COUNTS = st.builds(DayCounts, **{field.name: NUMBERS for field in fields(DayCounts)})


@pytest.mark.parametrize(
    ("part", "whole", "each"),
    [(10, 4, 3), (9, 4, 2), (10, 3, 3), (11, 3, 4), (0, 5, 0), (7, 0, None), (0, 0, None)],
)
def test_each_is_rounded_half_up_and_nothing_of_nothing(
    part: int, whole: int, each: int | None
) -> None:
    assert Ratio(part, whole).each == each


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 8, "12.5%"),
        (1, 3, "33.3%"),
        (2, 3, "66.6%"),
        (5, 5, "100.0%"),
        (0, 9, "0.0%"),
        (0, 0, "–"),
    ],
)
def test_percent_said(part: int, whole: int, said: str) -> None:
    assert rules.percent_said(Ratio(part, whole)) == said


def test_a_ratio_of_areas_is_never_the_average_of_their_ratios() -> None:
    small = DayCounts(door_fen=10_000, delivered=1)
    large = DayCounts(door_fen=90_000, delivered=30, partly=15)
    together = small + large
    assert together.average_order == small.average_order + large.average_order
    assert together.average_order.each == 2_174
    assert (small.average_order.each or 0) + (large.average_order.each or 0) == 2 * 6_000


@given(st.lists(COUNTS, max_size=6))
def test_summed_adds_every_field(some: list[DayCounts]) -> None:
    total = rules.summed(some)
    for field in fields(DayCounts):
        assert getattr(total, field.name) == sum(getattr(one, field.name) for one in some)


PATHS = {
    "fujian": ("minli", "fujian"),
    "putian": ("minli", "fujian", "putian"),
    "licheng": ("minli", "fujian", "putian", "licheng"),
    "quanzhou": ("minli", "fujian", "quanzhou"),
}


@given(st.dictionaries(st.sampled_from([*PATHS, "gone"]), COUNTS))
def test_rolled_up_gives_each_area_what_lies_below_it(own: dict[str, DayCounts]) -> None:
    total = rules.rolled_up(own, lambda code: PATHS.get(code, ()))
    for area in total:
        below = [one for code, one in own.items() if area in PATHS.get(code, (code,))]
        assert total[area] == rules.summed(below)
    inside = [one for code, one in own.items() if code in PATHS]
    assert total.get("minli", DayCounts()) == rules.summed(inside)


def test_median_min_is_in_minutes() -> None:
    assert rules.median_min([60, 600, 90]) == 1.5
    assert rules.median_min([]) is None


@pytest.mark.parametrize(
    ("judged", "on_time", "tone"),
    [(0, 0, "rest"), (10, 9, "done"), (10, 8, "wait"), (10, 6, "stop")],
)
def test_clock_tone(judged: int, on_time: int, tone: str) -> None:
    assert rules.clock_tone(Clock(judged + 3, judged, on_time)) == tone
