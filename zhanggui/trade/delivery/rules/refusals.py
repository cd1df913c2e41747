"""What speaks against a deed on a run, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhanggui.ground.kernel.refusal import Refusal, Sentence
from zhanggui.trade.delivery.rules.states import IN_DEPOT, STOPS_MAX, RunState


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
    if run.state == RunState.OUT:
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
