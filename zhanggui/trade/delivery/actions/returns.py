"""Coming home: goods brought back to the shelf, what is damaged or lost, and the end of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock.actions.goods import return_goods, write_off_goods
from zhanggui.books.stock.models import Location
from zhanggui.books.stock.queries import bag_of
from zhanggui.books.stock.rules import Held, Line, why_not_lines
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.delivery.actions.planning import batches
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import MOVES, StopState
from zhanggui.trade.orders.actions.progress import advance_orders
from zhanggui.trade.orders.rules.states import Fulfilment


def _why_not_take_back(run: Run, *, lines: Sequence[Line] | None = None) -> Refusal | None:
    if refusal := MOVES.why_not("close_run", run.state):
        return refusal
    if lines is not None and (refusal := why_not_lines(lines=lines)):
        return refusal
    return None if queries.must_come_back(run) else rules.nothing_comes_back()


def _why_not_close(run: Run) -> Refusal | None:
    if refusal := MOVES.why_not("close_run", run.state):
        return refusal
    left = Stop.objects.filter(run=run, state=StopState.WAITING).count()
    in_bag = sum(queries.must_come_back(run).values())
    return rules.not_yet_back(left, in_bag) if left or in_bag else None


def is_over(run: Run) -> bool:
    """Tell whether all doors of a run are done and nothing of it is left in the bag."""
    if Stop.objects.filter(run=run, state=StopState.WAITING).exists():
        return False
    return not queries.must_come_back(run)


@action(
    duty=queries.OWN_RUNS,
    title=_("Take goods back"),
    said=_("brought goods back (pieces: %(pieces)s)"),
    guard=_why_not_take_back,
    private=["lines"],
)
def take_back_goods(run: Run, *, lines: Sequence[Line], by: Actor, at: datetime) -> Run:
    """Put what was refused or not delivered back on the shelf, counted by SKU.

    `lines` have to be exactly what must come back: goods that do not belong to it and goods that
    are missing are named. The run ends when its doors are done.
    """
    there = queries.must_come_back(run)
    _compare(lines, queries.by_sku(there), all_of_it=True)
    goods = [Line(key.sku, count, key.reference) for key, count in there.items()]
    for part in batches(goods):
        return_goods(run.area_id, source=_bag(run), depot=run.depot, lines=part, by=by, at=at)
    remember(pieces=sum(there.values()))
    return _back(run, by=by, at=at)


@action(
    duty=queries.OWN_RUNS,
    title=_("Report damage or loss"),
    said=_("reported damage or loss (pieces: %(pieces)s): %(reason)s"),
    guard=_why_not_take_back,
    private=["lines"],
)
def report_loss(
    run: Run, *, lines: Sequence[Line], lost: bool = False, reason: str, by: Actor, at: datetime
) -> Run:
    """Write off goods that should have come back and are damaged, or lost, and say why."""
    there = queries.must_come_back(run)
    _compare(lines, queries.by_sku(there), all_of_it=False)
    goods = _under_references(lines, there)
    write_off_goods(
        run.area_id, place=_bag(run), lines=goods, lost=lost, reason=reason, by=by, at=at
    )
    remember(pieces=sum(line.quantity for line in goods))
    return _back(run, by=by, at=at)


def _bag(run: Run) -> Location:
    bag = bag_of(run.courier_id)
    assert bag is not None, "a run on the road was loaded into a bag"
    return bag


def _compare(lines: Iterable[Line], wanted: dict[int, int], *, all_of_it: bool) -> None:
    """Refuse goods that do not belong to what must come back, and, if asked, what is missing."""
    brought: dict[int, int] = {}
    for line in lines:
        brought[line.sku] = brought.get(line.sku, 0) + line.quantity
    wrong = {s: n - wanted.get(s, 0) for s, n in brought.items() if n > wanted.get(s, 0)}
    if wrong:
        raise rules.not_to_come_back(_told(wrong))
    missing = {s: n - brought.get(s, 0) for s, n in wanted.items() if n > brought.get(s, 0)}
    if missing and all_of_it:
        raise rules.goods_missing(_told(missing))


def _told(goods: dict[int, int]) -> list[str]:
    """Return goods with their pieces as people say them."""
    skus = queries.skus_of(goods)
    return [f"{skus[sku]} × {count}" for sku, count in sorted(goods.items())]


def _under_references(lines: Iterable[Line], there: dict[Held, int]) -> list[Line]:
    """Spread pieces over the references under which they are in the bag."""
    left = dict(there)
    spread: list[Line] = []
    for line in lines:
        wanted = line.quantity
        for key in [key for key in left if key.sku == line.sku and left[key]]:
            count = min(wanted, left[key])
            if count:
                spread.append(Line(key.sku, count, key.reference))
                left[key] -= count
                wanted -= count
    return spread


def _back(run: Run, *, by: Actor, at: datetime) -> Run:
    """Note the orders whose goods have left the bag as returned, and end a run that is over."""
    still = {key.reference for key in queries.must_come_back(run)}
    stops = Stop.objects.filter(run=run, state__in=[StopState.REFUSED, StopState.FAILED])
    home = [
        stop.order_id
        for stop in stops.select_related("order")
        if stop.order.fulfilment in {Fulfilment.REFUSED, Fulfilment.FAILED}
        and stop.order.reference not in still
    ]
    if home:
        advance_orders(run.area_id, orders=home, step="take_back", by=by, at=at)
    if is_over(run):
        return close_run(run, by=by, at=at)
    return run


@action(
    duty=queries.OWN_RUNS,
    title=_("Close the run"),
    said=_("came back from the run"),
    guard=_why_not_close,
    since="left_at",
)
def close_run(run: Run, *, by: Actor, at: datetime) -> Run:
    """End a run: its doors are done and nothing of it is left in the bag."""
    run.state, run.back_at = MOVES.to("close_run", run.state), at
    run.save(update_fields=["state", "back_at"])
    return run
