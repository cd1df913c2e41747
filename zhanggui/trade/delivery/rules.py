"""How orders are carried: states of a run and of its stops, reasons of the door, what it costs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal, Sentence

STOPS_MAX = 60
"""Stops of one run: what a courier on an electric bicycle delivers between noon and night."""


class RunState(TextChoices):
    """Where a run stands."""

    PLANNED = "planned", pgettext_lazy("of a run", "Planned")
    PICKED = "picked", pgettext_lazy("of a run", "Packed")
    OUT = "out", pgettext_lazy("of a run", "On the road")
    BACK = "back", pgettext_lazy("of a run", "Back")
    DISSOLVED = "dissolved", pgettext_lazy("of a run", "Dissolved")


R = RunState
MOVES = Moves(
    R,
    start=R.PLANNED,
    verbs={
        "pick_run": ({R.PLANNED}, R.PICKED),
        "load_run": ({R.PICKED}, R.OUT),
        "close_run": ({R.OUT}, R.BACK),
        "dissolve_run": ({R.PLANNED, R.PICKED}, R.DISSOLVED),
    },
)

OPEN: Final = frozenset({R.PLANNED, R.PICKED, R.OUT})
"""Runs that somebody still has to bring to an end."""

IN_DEPOT: Final = frozenset({R.PLANNED, R.PICKED})
"""Runs that have not left: their stops may still be moved and taken off."""


class StopState(TextChoices):
    """What happened at a door."""

    WAITING = "waiting", pgettext_lazy("of a stop", "To come")
    DELIVERED = "delivered", pgettext_lazy("of a stop", "Delivered")
    PARTLY = "partly", pgettext_lazy("of a stop", "Partly delivered")
    REFUSED = "refused", pgettext_lazy("of a stop", "Refused")
    FAILED = "failed", pgettext_lazy("of a stop", "Not delivered")
    DROPPED = "dropped", pgettext_lazy("of a stop", "Taken off the run")


P = StopState
STOP_MOVES = Moves(
    P,
    start=P.WAITING,
    verbs={
        "hand_over": ({P.WAITING}, P.DELIVERED),
        "hand_over_part": ({P.WAITING}, P.PARTLY),
        "refuse_stop": ({P.WAITING}, P.REFUSED),
        "fail_stop": ({P.WAITING}, P.FAILED),
        "drop_stop": ({P.WAITING}, P.DROPPED),
    },
)


CAME_TO_DOOR: Final = frozenset({P.DELIVERED, P.PARTLY, P.REFUSED, P.FAILED})
"""Stops that are done: somebody stood at the door."""

COMES_BACK: Final = frozenset({P.PARTLY, P.REFUSED, P.FAILED})
"""Stops whose goods, or some of them, are still in the bag and belong back on the shelf."""

WITHDRAWN = "withdrawn"
"""Reason code of a stop that came off by itself: its order was no longer ready to be packed."""


class RefusalReason(TextChoices):
    """Why a customer did not take the goods."""

    CHANGED_MIND = "changed_mind", _("Does not want it any more")
    DAMAGED = "damaged", _("Goods damaged")
    WRONG_GOODS = "wrong_goods", _("Not what was ordered")
    PRICE = "price", _("Price not as expected")
    LATE = "late", _("Came too late")
    NO_CASH = "no_cash", _("Has no cash at hand")
    NOT_ORDERED = "not_ordered", _("Says nobody ordered")


class FailureReason(TextChoices):
    """Why nobody could be met."""

    NOBODY_HOME = "nobody_home", _("Nobody at home")
    UNREACHABLE = "unreachable", _("Phone not answered")
    BAD_ADDRESS = "bad_address", _("Address not found")
    POSTPONED = "postponed", _("Customer asks for another day")
    BLOCKED = "blocked", _("Weather, road or breakdown")


# --- the order of the stops, and what a run costs ----------------------------------------------

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
    same = a.division[:9] == b.division[:9] and len(a.division) >= 9
    return SAME_STREET_M if same else SAME_COUNTY_M


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


# --- what speaks against it --------------------------------------------------------------------


class HasState(Protocol):
    """Anything with a state."""

    state: str


def why_not_form(_area: object = None, *, orders: Sequence[int] | None = None) -> Refusal | None:
    """Return why these orders make no run, whatever they are; None before they are known."""
    if orders is None:
        return None
    if not orders:
        return Refusal(
            "no_orders",
            _("A run needs at least one order."),
            settles=_("Tick the orders that go along."),
            status=422,
        )
    if len(orders) > STOPS_MAX:
        return Refusal(
            "too_many_stops",
            _("%(count)s stops are more than one courier can make.") % {"count": len(orders)},
            settles=_("Take at most %(most)s and form a second run.") % {"most": STOPS_MAX},
            status=422,
        )
    return None


def listed(numbers: Sequence[Sentence], most: int = 5) -> str:
    """Return the first of these names, with a sign that there are more."""
    shown = "、".join(str(number) for number in numbers[:most])
    return f"{shown} …" if len(numbers) > most else shown


def not_ready(numbers: Sequence[str]) -> Refusal:
    """Return the answer to planning orders that are not ready to be packed."""
    return Refusal(
        "not_ready",
        ngettext_lazy(
            "%(orders)s is not ready for a run: it is not confirmed and reserved any more, or "
            "already stands on another run.",
            "%(orders)s are not ready for a run: they are not confirmed and reserved any more, or "
            "already stand on another run.",
            len(numbers),
        )
        % {"orders": listed(numbers)},
        settles=_("Leave out what is not ready."),
        data={"orders": list(numbers)},
    )


def two_depots() -> Refusal:
    """Return the answer to orders whose goods lie in different depots."""
    return Refusal(
        "two_depots",
        _("These orders are packed in different depots."),
        settles=_("Form a run for each depot."),
        status=422,
    )


def not_his_area(courier: Sentence, numbers: Sequence[str]) -> Refusal:
    """Return the answer to giving somebody orders of an area in which he does not deliver."""
    return Refusal(
        "not_his_area",
        _("%(courier)s does not deliver where these orders go: %(orders)s.")
        % {"courier": courier, "orders": listed(numbers)},
        settles=_("Choose a courier of that area, or leave them out."),
        status=422,
        data={"orders": list(numbers)},
    )


def too_far_apart(courier: Sentence) -> Refusal:
    """Return the answer to orders in two areas of a courier that no area of his covers."""
    return Refusal(
        "too_far_apart",
        _("These orders go to different areas of %(courier)s.") % {"courier": courier},
        settles=_("Form a run for each area."),
        status=422,
    )


def why_not_arrange(run: HasState) -> Refusal | None:
    """Return why the row of a run cannot be changed any more: it has left."""
    if run.state in IN_DEPOT:
        return None
    return Refusal(
        "illegal_move",  # as of any record at another stage
        _("This run is “%(state)s”: its stops stand.") % {"state": RunState(run.state).label},
        settles=_("What is not handed over is noted at the door and brought back."),
    )


def at_it_now() -> Refusal:
    """Return the answer to changing a run in the very moment in which somebody else does."""
    return Refusal(
        "at_it_now",
        _("Somebody else is changing this run at this moment."),
        settles=_("Look at it again in a second."),
    )


def why_not_at_door(run: HasState) -> Refusal | None:
    """Return why nothing can happen at the doors of a run: it is not on the road."""
    if run.state == R.OUT:
        return None
    return Refusal(
        "not_on_the_road",
        _("This run is “%(state)s”, not on the road.") % {"state": RunState(run.state).label},
        settles=_("Pack and load it first; a run that is back is over."),
    )


def why_not_position(position: int, *, stops: int) -> Refusal | None:
    """Return why a stop cannot stand at this place of the row."""
    if 1 <= position <= stops:
        return None
    return Refusal(
        "no_such_place",
        _("The row has places 1 to %(most)s.") % {"most": stops},
        settles=_("Choose one of them."),
        status=422,
    )


def why_not_reason(code: str, reasons: type[TextChoices]) -> Refusal | None:
    """Return why this is no reason of the door."""
    if code in reasons.values:
        return None
    return Refusal(
        "no_such_reason",
        _("“%(code)s” is none of the reasons.") % {"code": code[:20]},
        settles=_("Choose one of the list."),
        status=422,
    )


def why_not_delivered(delivered: Mapping[int, int], *, wanted: Mapping[int, int]) -> Refusal | None:
    """Return why these pieces (by order line) cannot have been handed over, of those wanted."""
    if any(line not in wanted for line in delivered):
        return Refusal(
            "not_on_order",
            _("There is something among it that is not on this order."),
            settles=_("Name lines of this order only."),
            status=422,
        )
    if any(not 0 <= pieces <= wanted[line] for line, pieces in delivered.items()):
        return Refusal(
            "not_so_many",
            _("More pieces than the order has, or fewer than none, cannot be handed over."),
            settles=_("Count again what the customer keeps."),
            status=422,
        )
    if not any(delivered.values()):
        return Refusal(
            "nothing_kept",
            _("The customer keeps nothing."),
            settles=_("Note the order as refused, with the reason."),
            status=422,
        )
    return None


def kept(delivered: Mapping[int, int] | None, *, wanted: Mapping[int, int]) -> dict[int, int]:
    """Return the pieces handed over by order line; None means all that is wanted."""
    if delivered is None:
        return {line: pieces for line, pieces in wanted.items() if pieces}
    return {line: pieces for line, pieces in delivered.items() if pieces}


def nothing_comes_back() -> Refusal:
    """Return the answer to bringing back what nobody has."""
    return Refusal(
        "nothing_comes_back",
        _("Nothing of this run is in the bag to be brought back."),
        settles=_("Goods come back from doors where they were refused or nobody was met."),
    )


def not_to_come_back(goods: Collection[Sentence]) -> Refusal:
    """Return the answer to bringing back goods that the run did not have to bring."""
    return Refusal(
        "not_to_come_back",
        _("This does not belong to what must come back: %(goods)s.")
        % {"goods": listed(list(goods))},
        settles=_("Put it aside and ask whose it is."),
        status=422,
    )


def goods_missing(goods: Collection[Sentence]) -> Refusal:
    """Return the answer to bringing back less than the run has to bring."""
    return Refusal(
        "goods_missing",
        _("Missing from what must come back: %(goods)s.") % {"goods": listed(list(goods))},
        settles=_("Look for it; report what is damaged or lost, then bring back the rest."),
        status=422,
    )


def not_yet_back(left: int, in_bag: int) -> Refusal:
    """Return the answer to closing a run that is not over."""
    return Refusal(
        "not_yet_back",
        _("Doors to come: %(left)s; pieces to bring back: %(pieces)s.")
        % {"left": left, "pieces": in_bag},
        settles=_("Finish the doors and take back what is in the bag."),
    )


def still_out(number: str) -> Refusal:
    """Return the answer to leaving while an earlier run is on the road."""
    return Refusal(
        "still_out",
        _("The run %(number)s is still on the road.") % {"number": number},
        settles=_("Bring it to its end first: doors, goods, then leave again."),
        data={"run": number},
    )


def nothing_to_pack() -> Refusal:
    """Return the answer to packing or loading a run of which nothing is left."""
    return Refusal(
        "nothing_to_pack",
        _("No order of this run is left to be packed."),
        settles=_("Dissolve the run."),
    )


def why_not_retry(order: HasState) -> Refusal | None:
    """Return why an order cannot be tried again: it did not come back undelivered."""
    fulfilment = getattr(order, "fulfilment", "")
    if order.state == "confirmed" and fulfilment == "returned":
        return None
    return Refusal(
        "not_undelivered",
        _("This order did not come back undelivered, or somebody has settled it already."),
        settles=_("Look at the order again."),
    )
