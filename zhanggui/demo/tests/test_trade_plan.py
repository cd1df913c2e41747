"""A day as it will come: the same for the same seed, its people findable and callable."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from zhanggui.demo.trade.clientele import PEOPLE, clientele
from zhanggui.demo.trade.doors import DISTRICTS, no_door
from zhanggui.demo.trade.hands import within_hours
from zhanggui.demo.trade.living import SEED, Life
from zhanggui.demo.trade.plan import (
    CLOSE_H,
    OPEN_H,
    QUIRKS,
    Quirk,
    looks,
    moment_of_day,
    wantings,
)
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.addresses import read_address
from zhanggui.ground.places.rules.phones import is_patterned, read_phone

MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def test_clientele_is_the_same_for_a_seed_and_another_for_another() -> None:
    clientele.cache_clear()
    first = clientele(SEED)
    clientele.cache_clear()
    assert clientele(SEED) == first
    assert len(first) == PEOPLE
    assert [one.name for one in clientele(SEED + 1)] != [one.name for one in first]


def test_every_customer_can_be_called() -> None:
    for one in clientele(SEED):
        read = read_phone(one.phone)
        assert read.good, one
        assert not is_patterned(read.national), one


def test_every_customer_can_be_found() -> None:
    for one in clientele(SEED):
        reading = read_address(gazetteer().full_name(one.division) + one.address)
        assert not reading.contradictions, one
        assert not set(reading.missing) - {"name", "phone", "room"}, one
        assert reading.code.startswith(one.district.code), one


def test_customers_live_where_the_trade_is() -> None:
    found = Counter(one.district.code for one in clientele(SEED))
    for district in DISTRICTS:
        assert 0.5 < found[district.code] / PEOPLE / (district.share / 100) < 1.6, district.code
    assert sum(district.share for district in DISTRICTS) == 100


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda d: d.code)
def test_an_address_without_a_door_names_no_number(district: object) -> None:
    dice = Life(seed=3).dice("anything")
    for _ in range(20):
        told = no_door(district, dice)  # type: ignore[arg-type]
        assert not any(sign.isdigit() for sign in told)


def test_wantings_follow_from_seed_and_date_alone() -> None:
    first = wantings(SEED, MONDAY)
    assert wantings(SEED, MONDAY) == first
    assert wantings(SEED + 1, MONDAY) != first
    assert [one.at for one in wantings(SEED, MONDAY + timedelta(days=7))] != [
        one.at for one in first
    ]


def test_wantings_of_a_week_come_in_order_within_the_day_and_in_two_peaks() -> None:
    hours: Counter[int] = Counter()
    for day in WEEK:
        found = wantings(SEED, day, orders=60)
        assert 45 <= len(found) <= 80
        assert all(a.at <= b.at for a, b in pairwise(found))
        assert found[0].at >= moment_of_day(day, OPEN_H)
        assert found[-1].at <= moment_of_day(day, CLOSE_H + 1)
        hours.update(int((one.at - moment_of_day(day, 0)).total_seconds() // 3600) for one in found)
    noon, afternoon = hours[11] + hours[12], hours[14] + hours[15]
    assert noon > 1.3 * afternoon
    assert hours[19] + hours[20] > 1.3 * afternoon


def test_wantings_have_every_quirk_and_who_orders_twice_comes_back_within_minutes() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(40)]
    found = [one for day in days for one in wantings(SEED, day)]
    quirks = Counter(one.quirk for one in found)
    assert set(QUIRKS) <= set(quirks)
    assert 0.08 < 1 - quirks[Quirk.NONE] / len(found) < 0.25
    assert quirks[Quirk.AGAIN] == quirks[Quirk.TWICE]
    for again in (one for one in found if one.quirk is Quirk.AGAIN):
        former = [
            one.at
            for one in found
            if one.quirk is Quirk.TWICE and one.customer == again.customer and one.at < again.at
        ]
        assert again.at - max(former) < timedelta(minutes=20)


def test_customers_come_again() -> None:
    found = [one.customer.number for day in WEEK for one in wantings(SEED, day)]
    assert 1.1 < len(found) / len(set(found)) < 2


def test_looks_are_many_times_the_orders_and_from_a_range_nobody_has() -> None:
    found = looks(SEED, MONDAY)
    assert found == looks(SEED, MONDAY)
    assert len({look.visitor for look in found}) > 3 * len(wantings(SEED, MONDAY))
    assert all(look.address.startswith("198.18.") for look in found)


def test_within_hours_moves_what_falls_into_the_night_to_the_morning() -> None:
    late = timedelta(minutes=5)
    noon, night = moment_of_day(MONDAY, 12), moment_of_day(MONDAY, 23)
    assert within_hours(noon, 8, 22, late=late) == noon
    assert within_hours(night, 8, 22, late=late) == moment_of_day(MONDAY, 32) + late
    assert within_hours(moment_of_day(MONDAY, 3), 8, 22, late=late) == (
        moment_of_day(MONDAY, 8) + late
    )


def test_dice_are_named_and_not_shared() -> None:
    life = Life(seed=5)
    first = [life.dice("a", 1).random(), life.dice("a", 2).random()]
    assert [life.dice("a", 1).random(), life.dice("a", 2).random()] == first
    assert first[0] != first[1] != Life(seed=6).dice("a", 2).random()
