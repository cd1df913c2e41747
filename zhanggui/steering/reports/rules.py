"""How figures add up: counts by area, ratios that keep both their parts, and what a change is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import median


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part and the whole it belongs to: they add up, a quotient never does."""

    part: int
    whole: int

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(self.part + other.part, self.whole + other.whole)

    @property
    def each(self) -> int | None:
        """The part for each of the whole, rounded half up; None of nothing."""
        return (2 * self.part + self.whole) // (2 * self.whole) if self.whole else None

    @property
    def bp(self) -> int | None:
        """The share in basis points, rounded half up; None of nothing."""
        return Ratio(self.part * 10_000, self.whole).each


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What one day brought to an area: every field adds up over areas.

    By the day an order was placed: `placed`, and how those stand now (`screening`, `awaited`
    while confirmed and not paid by transfer yet, `valid`, `cancelled`, `void`; `came` were
    delivered wholly or in part, `paid` are settled). By the day at the door: `delivered`,
    `partly`, `refused`, `door_fen`; `failed` counts doors at which nobody was met. By the day
    of the count: `settled`, `settled_fen`. Runs by the day they left: `runs`, their planned
    `run_cost_fen`, the orders `run_orders` they delivered. Shortages by the day they were
    opened (`short_opened`) and settled (`short_settled`).
    """

    placed: int = 0
    placed_fen: int = 0
    screening: int = 0
    awaited: int = 0
    valid: int = 0
    cancelled: int = 0
    void: int = 0
    came: int = 0
    paid: int = 0
    delivered: int = 0
    partly: int = 0
    refused: int = 0
    failed: int = 0
    door_fen: int = 0
    settled: int = 0
    settled_fen: int = 0
    runs: int = 0
    run_cost_fen: int = 0
    run_orders: int = 0
    short_opened: int = 0
    short_settled: int = 0

    def __add__(self, other: DayCounts) -> DayCounts:
        return DayCounts(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    @property
    def handed_over(self) -> int:
        """Orders delivered wholly or in part."""
        return self.delivered + self.partly

    @property
    def average_order(self) -> Ratio:
        """What was taken at doors, for each order handed over."""
        return Ratio(self.door_fen, self.handed_over)

    @property
    def cost_per_order(self) -> Ratio:
        """What the runs were planned to cost, for each order they delivered."""
        return Ratio(self.run_cost_fen, self.run_orders)

    @property
    def validity(self) -> Ratio:
        """Of the orders placed, those that stand."""
        return Ratio(self.valid, self.placed)

    @property
    def refusal(self) -> Ratio:
        """Of the doors at which the customer was met, those that took nothing."""
        return Ratio(self.refused, self.handed_over + self.refused)


def summed(counts: Iterable[DayCounts]) -> DayCounts:
    """Return counts added up."""
    total = DayCounts()
    for one in counts:
        total += one
    return total


def rolled_up(
    own: Mapping[str, DayCounts], path: Callable[[str], Sequence[str]]
) -> dict[str, DayCounts]:
    """Return the counts of every area with all below it; `path` leads from the root to an area.

    An area that is no longer in the tree keeps its own row, so that nothing is lost.
    """
    found: dict[str, DayCounts] = {}
    for area, counts in own.items():
        for code in path(area) or (area,):
            found[code] = found.get(code, DayCounts()) + counts
    return found


@dataclass(frozen=True, slots=True)
class Clock:
    """How a duty kept its promise on a day: handled, judged by a promise, on time."""

    handled: int = 0
    judged: int = 0
    on_time: int = 0

    @property
    def share(self) -> Ratio:
        """Of those judged, those on time."""
        return Ratio(self.on_time, self.judged)


def median_min(waits_s: Sequence[int]) -> float | None:
    """Return the median of waits (seconds) in minutes, with one decimal; None without any."""
    return round(median(waits_s) / 60, 1) if waits_s else None


def percent_said(ratio: Ratio) -> str:
    """Return a share as people read it: 12.3%; a dash of nothing."""
    bp = ratio.bp
    if bp is None:
        return "–"
    return f"{bp // 100}.{bp % 100 // 10}%"


def clock_tone(clock: Clock) -> str:
    """Return how a clock was kept: nine in ten is fine, below seven in ten something is wrong."""
    bp = clock.share.bp
    if bp is None:
        return "rest"
    return "done" if bp >= 9_000 else "wait" if bp >= 7_000 else "stop"
