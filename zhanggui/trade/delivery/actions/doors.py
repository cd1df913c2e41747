"""What happens at a door: handed over whole or in part, refused, or nobody met."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.stock.actions.goods import deliver_goods
from zhanggui.books.stock.queries import bag_of
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.delivery.actions.returns import close_run, is_over
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import STOP_MOVES, FailureReason, RefusalReason
from zhanggui.trade.orders.actions.progress import finish_at_door
from zhanggui.trade.orders.models import OrderLine

INNER = "delivery.hand_over"
"""No post holds this duty: goods change hands only together with the money, in the room of cash."""


def _why_not_hand_over(stop: Stop, *, delivered: Mapping[int, int] | None = None) -> Refusal | None:
    wrong = STOP_MOVES.why_not("hand_over", stop.state) or rules.why_not_at_door(stop.run)
    if wrong or delivered is None:
        return wrong
    return rules.why_not_delivered(delivered, wanted=_wanted(stop))


def _why_not_refuse(stop: Stop, *, reason_code: str | None = None) -> Refusal | None:
    wrong = STOP_MOVES.why_not("refuse_stop", stop.state) or rules.why_not_at_door(stop.run)
    if wrong or reason_code is None:
        return wrong
    return rules.why_not_reason(reason_code, RefusalReason)


def _why_not_fail(stop: Stop, *, reason_code: str | None = None) -> Refusal | None:
    wrong = STOP_MOVES.why_not("fail_stop", stop.state) or rules.why_not_at_door(stop.run)
    if wrong or reason_code is None:
        return wrong
    return rules.why_not_reason(reason_code, FailureReason)


def _lines(stop: Stop) -> list[OrderLine]:
    return [line for line in OrderLine.objects.filter(order=stop.order_id) if line.wanted]


def _wanted(stop: Stop) -> dict[int, int]:
    return {line.pk: line.wanted for line in _lines(stop)}


@action(
    duty=INNER,
    title=_("Hand over"),
    said=_("handed goods over (pieces: %(pieces)s)"),
    guard=_why_not_hand_over,
    private=["note"],
)
def hand_over(
    stop: Stop,
    *,
    delivered: Mapping[int, int] | None,
    taken_fen: int,
    device_at: datetime | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Stop:
    """Hand an order over at its door, all of it (None) or so many pieces of each line (ids).

    What the customer does not keep stays in the bag and must come back. `taken_fen` is what he
    paid, `device_at` when the courier's phone noted it. The run ends with its last door when
    nothing has to come back.
    """
    lines = _lines(stop)
    wanted = {line.pk: line.wanted for line in lines}
    kept = rules.kept(delivered, wanted=wanted)
    pieces: dict[int, int] = {}
    for line in lines:
        if count := kept.get(line.pk, 0):
            pieces[line.sku_id] = pieces.get(line.sku_id, 0) + count
    bag = bag_of(stop.run.courier_id)
    assert bag is not None, "a run on the road was loaded into a bag"
    goods = [Line(sku, count, stop.order.reference) for sku, count in pieces.items()]
    deliver_goods(stop.area_id, bag=bag, lines=goods, by=by, at=at)
    whole = kept == wanted
    finish_at_door(
        stop.order,
        step="deliver" if whole else "deliver_part",
        delivered=kept,
        taken_fen=taken_fen,
        by=by,
        at=at,
    )
    remember(pieces=sum(pieces.values()))
    _done(stop, "hand_over" if whole else "hand_over_part", note=note, device_at=device_at, at=at)
    _end_run(stop.run, by=by, at=at)
    return stop


def _done(
    stop: Stop,
    verb: str,
    *,
    reason_code: str = "",
    note: str = "",
    device_at: datetime | None,
    at: datetime,
) -> None:
    stop.state = STOP_MOVES.to(verb, stop.state)
    stop.reason_code, stop.note, stop.done_at, stop.device_at = reason_code, note, at, device_at
    stop.save(update_fields=["state", "reason_code", "note", "done_at", "device_at"])


def _end_run(run: Run, *, by: Actor, at: datetime) -> None:
    """Close a run whose last door is done and of which nothing is left in the bag.

    The run is locked before one looks, so that of two last doors the later one sees the earlier.
    """
    run = Run.objects.select_for_update().get(pk=run.pk)
    if is_over(run):
        close_run(run, by=by, at=at)


@action(
    duty=queries.DOOR,
    title=pgettext_lazy("of a stop", "Refused"),
    said=_("noted that the customer refused it"),
    guard=_why_not_refuse,
    private=["note"],
)
def refuse_stop(
    stop: Stop,
    *,
    reason_code: str,
    note: str = "",
    device_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Stop:
    """Note that the customer takes nothing, and why; the goods come back, the order is over."""
    finish_at_door(stop.order, step="refuse", delivered={}, taken_fen=0, by=by, at=at)
    _done(stop, "refuse_stop", reason_code=reason_code, note=note, device_at=device_at, at=at)
    return stop


@action(
    duty=queries.DOOR,
    title=_("Nobody met"),
    said=_("noted that it could not be delivered"),
    guard=_why_not_fail,
    private=["note"],
)
def fail_stop(
    stop: Stop,
    *,
    reason_code: str,
    note: str = "",
    device_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Stop:
    """Note that nobody could be met, and why; the goods come back, the order may be tried again."""
    finish_at_door(stop.order, step="fail", delivered={}, taken_fen=0, by=by, at=at)
    _done(stop, "fail_stop", reason_code=reason_code, note=note, device_at=device_at, at=at)
    return stop
