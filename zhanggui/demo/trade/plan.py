"""A day as it will come: who orders when, and when people do what they do every day.

Everything here follows from the seed and the date alone, so a day can be lived in pieces, by
processes that know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from django.utils.timezone import make_aware

from zhanggui.demo.trade.clientele import Customer, clientele

ORDERS_A_DAY = 40

PEAKS = ((0.38, 11.4, 1.5), (0.44, 20.1, 1.4), (0.18, 15.2, 3.4))
"""Share, hour and spread of what orders come in: before lunch, after supper, all day."""

OPEN_H, CLOSE_H = 6.2, 23.8
"""Hours between which customers order."""

WEEKDAYS = (0.95, 0.92, 0.96, 1.0, 1.08, 1.14, 1.05)
"""How a day of the week compares with the mean, Monday first."""


class Quirk(StrEnum):
    """What is odd about an order."""

    NONE = ""
    NO_PHONE = "no_phone"
    ODD_PHONE = "odd_phone"
    NO_DOOR = "no_door"
    NO_NAME = "no_name"
    TWICE = "twice"
    AGAIN = "again"
    HASTE = "haste"
    BIG = "big"
    MUCH = "much"
    WAITS = "waits"


QUIRKS = {
    Quirk.NO_PHONE: 0.02,
    Quirk.ODD_PHONE: 0.015,
    Quirk.NO_DOOR: 0.035,
    Quirk.NO_NAME: 0.01,
    Quirk.TWICE: 0.02,
    Quirk.HASTE: 0.008,
    Quirk.BIG: 0.02,
    Quirk.MUCH: 0.03,
}
"""How often each comes: about one order in eight gives the screener something to look at."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """That a customer orders at a moment; `number` tells it from the day's other orders."""

    at: datetime
    number: int
    customer: Customer
    quirk: Quirk
    seed: str


def moment_of_day(day: date, hours: float) -> datetime:
    """Return so many hours after midnight of the company's day, to the second."""
    midnight = make_aware(datetime.combine(day, time()))
    return midnight + timedelta(seconds=round(hours * 3600))


def wantings(seed: int, day: date, *, orders: int = ORDERS_A_DAY) -> list[Wanting]:
    """Return who orders on a day, in order of time.

    Who orders twice sends the same again some minutes later; who is in haste orders thrice.
    """
    dice = Random(f"day {seed} {day.isoformat()}")
    count = max(1, round(orders * WEEKDAYS[day.weekday()] * dice.uniform(0.9, 1.1)))
    people = clientele(seed)
    often = [one.often for one in people]
    found: list[Wanting] = []
    while len(found) < count:
        at = moment_of_day(day, _hour(dice))
        quirk = dice.choices([Quirk.NONE, *QUIRKS], [1 - sum(QUIRKS.values()), *QUIRKS.values()])[0]
        who = dice.choices(people, often)[0]
        found.append(_wanting(seed, day, len(found), at, who, quirk))
        later = {Quirk.TWICE: (Quirk.AGAIN,), Quirk.HASTE: (Quirk.HASTE, Quirk.HASTE)}
        for other in later.get(quirk, ()):
            at += timedelta(seconds=dice.randint(150, 1_100))
            found.append(_wanting(seed, day, len(found), at, who, other))
    found.sort(key=lambda one: (one.at, one.number))
    return found


def _wanting(
    seed: int, day: date, number: int, at: datetime, customer: Customer, quirk: Quirk
) -> Wanting:
    return Wanting(at, number, customer, quirk, f"order {seed} {day.isoformat()} {number}")


def _hour(dice: Random) -> float:
    shares = [share for share, _hour, _spread in PEAKS]
    _share, hour, spread = dice.choices(PEAKS, shares)[0]
    while not OPEN_H <= (hours := dice.gauss(hour, spread)) <= CLOSE_H:
        pass
    return hours


LOOKERS = 6
"""Visitors of the shop for each order: what a shop of neighbours sees."""


LOOKERS_KNOWN = 2_400
"""Browsers that have ever looked: some come back every few days, most once a month."""


@dataclass(frozen=True, slots=True)
class Look:
    """That a page of the shop was looked at; `address` is where the browser's line ends."""

    at: datetime
    visitor: str
    address: str


def looks(seed: int, day: date, *, orders: int = ORDERS_A_DAY) -> list[Look]:
    """Return who looks at the shop on a day, those who order among them, in order of time."""
    dice = Random(f"looks {seed} {day.isoformat()}")
    found = _looks_of(wantings(seed, day, orders=orders), dice)
    for _ in range(orders * LOOKERS):
        number = int(LOOKERS_KNOWN * dice.random() ** 2)
        begin = moment_of_day(day, _hour(dice))
        found += _visit(
            f"example-looker-{seed}-{number:05d}",
            _line(number),
            begin,
            dice,
            pages=min(12, int(dice.paretovariate(1.1))),
        )
    found.sort(key=lambda look: (look.at, look.visitor))
    return found


def looks_of(wanted: Sequence[Wanting], *, seed: int, day: date) -> list[Look]:
    """Return the looks of those who order, before they do."""
    return _looks_of(wanted, Random(f"looks besides {seed} {day.isoformat()}"))


def _looks_of(wanted: Sequence[Wanting], dice: Random) -> list[Look]:
    found: list[Look] = []
    for one in wanted:
        device, begin = one.customer.device, one.at - timedelta(minutes=dice.randint(3, 25))
        found += _visit(device, _line(one.customer.number), begin, dice, pages=dice.randint(4, 14))
    return found


def _visit(
    visitor: str, address: str, begin: datetime, dice: Random, *, pages: int
) -> Iterator[Look]:
    at = begin
    for _ in range(pages):
        yield Look(at, visitor, address)
        at += timedelta(seconds=dice.randint(8, 140))


def _line(number: int) -> str:
    """Return an address of the range kept for examples and benchmarks (RFC 2544)."""
    return f"198.18.{number // 250 % 250}.{number % 250 + 1}"
