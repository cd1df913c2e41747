"""How orders move along their three axes: each step leaves its verbs in the fact of the deed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock import queries as stock
from zhanggui.books.stock.actions.goods import release_goods, reserve_goods
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.action import remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.prepared import insert, save
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.models import Hold, Order, OrderLine, Shortage
from zhanggui.trade.orders.rules.payments import PAY_WITHIN
from zhanggui.trade.orders.rules.screening import Finding
from zhanggui.trade.orders.rules.states import AXES, Money, Resolution, axis_of


def take(order: Order, *verbs: str, at: datetime, changed: Collection[str] | None = None) -> None:
    """Move an order by these verbs, and save it; raise the refusal of a verb that leads nowhere.

    Called once in a deed: its fact keeps the verbs, by which the audit knows the way of each order.
    `changed` names the columns that the caller has changed; all are written where he does not say.
    """
    for verb in verbs:
        axis = axis_of(verb)
        setattr(order, axis, AXES[axis].to(verb, getattr(order, axis)))
    order.waits_since_at = at
    note_owed(order, at=at)
    own = {"waits_since_at", "owed_since_at", *map(axis_of, verbs)}
    save(order, only=() if changed is None else own.union(changed))
    remember(moves=list(verbs), orders=[order.pk])


def note_owed(order: Order, *, at: datetime) -> None:
    """Note since when more money of an order is here than its goods cost; save it afterwards."""
    order.owed_since_at = (order.owed_since_at or at) if order.owed_fen else None


def ending_money(order: Order) -> str:
    """Return the verb by which the money of an order ends of which nothing is kept."""
    return "owe" if order.held_fen else "waive"


def await_until(order: Order, *, at: datetime) -> None:
    """Let the goods of an order wait for its transfer; it is promised as if the money came last."""
    order.pay_until_at = at + PAY_WITHIN
    if service := queries.service_of(order.division, at=at):
        order.promised_at = max(order.promised_at, service.promised_at(order.pay_until_at))


def reckon(order: Order) -> list[str]:
    """Set what is still to be paid of an order under way; return the verbs that follow from it."""
    order.due_fen = max(0, order.goods_fen - order.held_fen)
    if order.money == Money.AWAITED and not order.due_fen:
        return ["prepay"]
    if order.money == Money.PREPAID and order.due_fen:
        return ["await_rest"]
    return []


def take_all(orders: Sequence[int], verb: str, *, at: datetime, **also: object) -> None:
    """Move all these orders (ids) by one verb, or refuse naming the first that cannot.

    They are locked in the order of their ids before they are looked at, so nobody comes in between.
    """
    axis = axis_of(verb)
    origins, to = AXES[axis].verbs[verb]
    ids = sorted(set(orders))
    rows = Order.objects.filter(pk__in=ids)
    found = list(rows.order_by("pk").select_for_update(no_key=True))
    unfit = next((order for order in found if getattr(order, axis) not in origins), None)
    if unfit is not None:
        raise _why_not_all(unfit, axis)
    if len(found) != len(ids):
        raise Refusal(
            "no_such_order",
            _("One of these orders is not there."),
            settles=_("Look at the list again."),
        )
    rows.update(**{axis: to, "waits_since_at": at, **also})
    remember(moves=[verb], orders=ids)


def _why_not_all(order: Order, axis: str) -> Refusal:
    now = AXES[axis].states(getattr(order, axis))
    return Refusal(
        "order_moved_on",
        _("Order %(number)s cannot go this way: it is “%(state)s”.")
        % {"number": order.number, "state": now.label},
        settles=_("Look at the list again: somebody may have moved it on meanwhile."),
        data={"order": order.pk, "state": str(now)},
    )


def raise_holds(order: Order, findings: Sequence[Finding], *, at: datetime) -> list[Hold]:
    """Keep what was found against an order."""
    return insert(
        Hold(
            order=order,
            code=finding.code,
            severity=finding.severity,
            evidence=finding.evidence,
            version=finding.version,
            raised_at=at,
        )
        for finding in findings
    )


def settle_holds(order: Order, resolution: Resolution, *, at: datetime) -> None:
    """Settle every open hold of an order."""
    if order.known is not None and not order.known.holds:
        return
    Hold.objects.filter(order=order, resolved_at__isnull=True).update(
        resolved_at=at, resolution=resolution
    )


def goods_of(lines: Sequence[OrderLine]) -> dict[int, int]:
    """Return by SKU how many pieces of these lines the customer still wants."""
    wanted: dict[int, int] = {}
    for line in lines:
        if line.wanted:
            wanted[line.sku_id] = wanted.get(line.sku_id, 0) + line.wanted
    return wanted


def reserve_lines(
    order: Order, lines: Sequence[OrderLine], *, by: Actor, at: datetime
) -> list[Shortage]:
    """Set aside what is there of these lines, and open a shortage for each piece that is not.

    Where two lines want the same goods, the earlier one gets them.
    """
    wanted = goods_of(lines)
    asked = [Line(sku, count, order.reference) for sku, count in sorted(wanted.items())]
    proven = order.known is not None and order.known.there
    missing = {} if proven else stock.shortages(order.depot, asked)
    there = [
        Line(line.sku, line.quantity - missing.get(line.sku, 0), line.reference)
        for line in asked
        if line.quantity > missing.get(line.sku, 0)
    ]
    if there:
        reserve_goods(order.area_id, depot=order.depot, lines=there, by=by, at=at)
    return _opened(order, lines, missing, at=at) if missing else []


def _opened(
    order: Order, lines: Sequence[OrderLine], missing: dict[int, int], *, at: datetime
) -> list[Shortage]:
    left = dict(missing)
    opened = []
    for line in sorted(lines, key=lambda line: -line.pk):
        if pieces := min(line.wanted, left.get(line.sku_id, 0)):
            left[line.sku_id] -= pieces
            opened.append(Shortage(line=line, area_id=order.area_id, pieces=pieces, opened_at=at))
    remember(short={str(s.line_id): s.pieces for s in opened})
    return Shortage.objects.bulk_create(reversed(opened))


def release_held(order: Order, *, by: Actor, at: datetime) -> None:
    """Give back everything the depot's shelf holds for an order."""
    held = sorted(queries.held_pieces(order).items())
    if held:
        lines = [Line(sku, count, order.reference) for sku, count in held]
        release_goods(order.area_id, depot=order.depot, lines=lines, by=by, at=at)
