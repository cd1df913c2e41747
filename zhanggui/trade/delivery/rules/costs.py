"""In which row doors are come to, and what a run costs: estimated from addresses alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

COST_GOAL_FEN = 300
"""What bringing an order may cost altogether: the charter's three yuan (S-CO-6, G-6)."""

COST_NEAR_FEN = 360
"""A fifth above the goal: up to here a few more orders on the run bring it back."""

OUT_M = 6_000
"""Metres from the depot to the first door and from the last one back: from the edge of a city of
these counties, where depots stand, to its middle."""

SAME_ROAD_M = 200
"""Metres between two doors of one road: the next gate or the one after it."""

SAME_STREET_M = 700
"""Metres between doors of one street or township (9 digits of the code), unlike roads: 40 doors
scattered over some 10 square kilometres lie about half the root of the area a door apart."""

UNSAID_STREET_M = 1_200
"""Metres between doors of one county whose streets are not said: an address that gets by without
its township lies in the built-up middle, some five streets of 2 to 4 square kilometres."""

SAME_COUNTY_M = 2_500
"""Metres from one street or township to the next of the same county: their centres' distance."""

OTHER_COUNTY_M = 9_000
"""Metres from one county's doors to the next county's: between neighbouring seats of Putian."""

KM_S = 200
"""Seconds a kilometre: 18 km/h, an electric bicycle (limited to 25 km/h) among traffic lights."""

DOOR_S = 150
"""Seconds at a door: park, stairs, a word, count the money, give change."""

PACK_S = 40
"""Seconds to pick, check and pack an order at the depot."""

RUN_S = 900
"""Seconds of every run, however short: taking over, loading, bringing back, handing the cash in."""

HOUR_FEN = 2_400
"""What an hour of a courier costs with insurance: 5,500 yuan a month and 230 hours, rounded up."""

KM_FEN = 12
"""What a kilometre costs: current, tyres, battery and the bicycle itself over 30,000 km."""

_NUMBERS = re.compile(r"(\d+)")


class HasDoor(Protocol):
    """Anything that is brought to a door: the division's code and what comes below it."""

    division: str
    address: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run of so many stops takes: metres, seconds, fen."""

    stops: int
    way_m: int
    work_s: int
    cost_fen: int

    @property
    def per_order_fen(self) -> int | None:
        """What it costs for each order, rounded up; None without any."""
        return per_order_fen(self.cost_fen, self.stops)


def per_order_fen(cost_fen: int, orders: int) -> int | None:
    """Return what a run costs for each of its orders, rounded up; None without any."""
    return -(-cost_fen // orders) if orders else None


def cost_tone(fen: int | None) -> str:
    """Return how the cost of an order stands against the goal: done, wait, stop; rest for none."""
    if fen is None:
        return "rest"
    return "done" if fen <= COST_GOAL_FEN else "wait" if fen <= COST_NEAR_FEN else "stop"


def _plain(address: str) -> str:
    return "".join(unicodedata.normalize("NFKC", address).split())


def road(address: str) -> str:
    """Return the road of an address: what stands before its first number."""
    return _NUMBERS.split(_plain(address), maxsplit=1)[0]


def natural(address: str) -> tuple[tuple[int, str, int], ...]:
    """Return a key by which addresses sort as people read them: 9号 before 10号."""
    parts = _NUMBERS.split(_plain(address))
    return tuple((1, "", int(p)) if n % 2 else (0, p, 0) for n, p in enumerate(parts) if p)


def door_order(door: HasDoor) -> tuple[object, ...]:
    """Return the key of the simple rule of a row of stops: division, then road, then number."""
    return (door.division, natural(door.address))


def hop_m(a: HasDoor, b: HasDoor) -> int:
    """Return about how many metres lie between two doors, judged by their addresses alone."""
    if a.division[:6] != b.division[:6]:
        return OTHER_COUNTY_M
    if road(a.address) and road(a.address) == road(b.address):
        return SAME_ROAD_M
    if a.division[:9] != b.division[:9]:
        return SAME_COUNTY_M
    return SAME_STREET_M if len(a.division) >= 9 else UNSAID_STREET_M


def estimate(doors: Sequence[HasDoor]) -> Estimate:
    """Return what bringing orders to these doors, in this row, is going to take.

    A prior from addresses and constants, not a measurement: it serves to compare ways of forming
    runs, and to see beforehand that three orders are too few for a run of their own.
    """
    if not doors:
        return Estimate(0, 0, 0, 0)
    way_m = 2 * OUT_M + sum(hop_m(a, b) for a, b in pairwise(doors))
    work_s = RUN_S + len(doors) * (PACK_S + DOOR_S) + way_m * KM_S // 1000
    cost_fen = -(-(work_s * HOUR_FEN) // 3600) + -(-(way_m * KM_FEN) // 1000)
    return Estimate(len(doors), way_m, work_s, cost_fen)
