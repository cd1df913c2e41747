"""Periods and what they are compared with, shares, and what a change of turnover is made of."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal, localcontext

DAYS_MAX = 366
"""Days of one period: a year, which is what people compare with the year before."""

DAYS_BACK_MAX = 3_660
"""Days one can look back: ten years, and no date that a database could not take."""

KINDS = ("day", "week", "month", "custom")

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `begin` up to `end`, which is no part of it."""

    kind: str
    begin: date
    end: date

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.end - self.begin).days

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.end - ONE

    def each_day(self) -> list[date]:
        """Return its days in order."""
        return [self.begin + timedelta(days=n) for n in range(self.days)]


def _month(day: date) -> tuple[date, date]:
    begin = day.replace(day=1)
    return begin, begin + timedelta(days=calendar.monthrange(day.year, day.month)[1])


def read_day(text: str) -> date | None:
    """Return the day a text names, None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def period_asked(kind: str, *, day: str, begin: str, end: str, today: date) -> Period:
    """Return the period asked for: of one day without anything better, never beyond today.

    `week` is the seven days that end with the day, `month` its calendar month.
    """
    earliest = today - timedelta(days=DAYS_BACK_MAX)
    on = min(max(read_day(day) or today, earliest), today)
    if kind == "week":
        return Period(kind, on - 6 * ONE, on + ONE)
    if kind == "month":
        first, after = _month(on)
        return Period(kind, first, min(after, today + ONE))
    if kind == "custom":
        last = min(max(read_day(end) or on, earliest), today)
        first = max(min(read_day(begin) or last, last), earliest, last - (DAYS_MAX - 1) * ONE)
        return Period(kind, first, last + ONE)
    return Period("day", on, on + ONE)


def before(period: Period) -> Period:
    """Return the period before: as many days, or as far into the month before."""
    if period.kind == "month":
        first, after = _month(period.begin - ONE)
        whole = period.end.day == 1
        return Period(
            "month", first, after if whole else min(after, first + timedelta(days=period.days))
        )
    return Period(period.kind, period.begin - timedelta(days=period.days), period.begin)


def same_weekdays(period: Period) -> Period:
    """Return the latest earlier period of as many days that begins on the same weekday."""
    weeks = timedelta(weeks=-(-period.days // 7))
    return Period(period.kind, period.begin - weeks, period.end - weeks)


# --- shares ------------------------------------------------------------------------------------


def basis_points(part: int, whole: int) -> int | None:
    """Return a share in basis points, rounded half up; None of nothing."""
    return (20_000 * part + whole) // (2 * whole) if whole > 0 else None


def percent(part: int, whole: int) -> str:
    """Return a share as people read it: 2.35%; a dash of nothing."""
    bp = basis_points(part, whole)
    return "–" if bp is None else f"{bp // 100}.{bp % 100:02d}%"


def mean(total: int, days: int) -> int | None:
    """Return the mean of a day, rounded half up; None without a day."""
    return (2 * total + days) // (2 * days) if days else None


# --- days and cohorts --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """What the days of a period saw, added up; distinct numbers are sums of days.

    `counted` is how many of the days were counted at all, `logged` those told from server logs.
    """

    counted: int = 0
    logged: int = 0
    views: int = 0
    visits: int = 0
    visitors: int = 0
    addresses: int = 0
    bots: int = 0
    confirmed: int = 0
    goods: int = 0
    cart: int = 0
    checkout: int = 0
    placed: int = 0

    def __add__(self, other: Seen) -> Seen:
        return Seen(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Cohort:
    """What became of the orders placed in a period, and of how many nothing can change.

    Sums are what the goods cost as ordered, for those paid what was taken at the door.
    """

    placed: int = 0
    valid: int = 0
    paid: int = 0
    matured: int = 0
    placed_fen: int = 0
    valid_fen: int = 0
    paid_fen: int = 0

    def __add__(self, other: Cohort) -> Cohort:
        return Cohort(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


STAGES = ("placed", "valid", "paid")
"""The three conversions, in the order of an order's life."""


# --- what a change of turnover is made of --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turnover:
    """Visitors, the orders they made, and what these came to: turnover is their product."""

    visitors: int
    orders: int
    fen: int

    @property
    def whole(self) -> bool:
        """Whether it has all three factors; a product of nothing has no parts."""
        return min(self.visitors, self.orders, self.fen) > 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What each factor contributed to a change of turnover; they add up to it to the fen."""

    visitors_fen: int
    conversion_fen: int
    average_fen: int

    @property
    def total_fen(self) -> int:
        """The whole change."""
        return self.visitors_fen + self.conversion_fen + self.average_fen


PLACES = 60
"""Digits the logarithms are computed with: far more than any sum of money has."""


def explained(former: Turnover, now: Turnover) -> Parts | None:
    """Return what visitors, conversion and average order contributed to a change of turnover.

    Logarithmic mean Divisia index (Ang, Energy Policy 33 (2005) 867-871): each factor's part is the
    logarithmic mean of both turnovers, times the logarithm of the factor's growth. The parts leave
    no remainder; rounded to fen by the largest remainder they still add up. None where a factor
    is nothing.
    """
    if not former.whole or not now.whole:
        return None
    with localcontext() as context:
        context.prec = PLACES
        grown = {
            name: (Decimal(getattr(now, name)) / getattr(former, name)).ln()
            for name in ("visitors", "orders", "fen")
        }
        change = now.fen - former.fen
        scale = Decimal(change) / grown["fen"] if change else Decimal(now.fen)
        shares = (
            scale * grown["visitors"],
            scale * (grown["orders"] - grown["visitors"]),
            scale * (grown["fen"] - grown["orders"]),
        )
        return Parts(*rounded(shares, total=change))


def rounded(shares: Sequence[Decimal], *, total: int) -> list[int]:
    """Return shares of a whole number as whole numbers that add up to it (largest remainder)."""
    floors = [int(share.to_integral_value(rounding="ROUND_FLOOR")) for share in shares]
    left = total - sum(floors)
    by_rest = sorted(range(len(shares)), key=lambda n: (floors[n] - shares[n], n))
    return [floor + (n in by_rest[:left]) for n, floor in enumerate(floors)]
