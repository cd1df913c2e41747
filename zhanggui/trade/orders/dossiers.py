"""The pages of an order, of a shortage, and of what an area promises."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment, yuan
from zhanggui.trade.orders import duties, queries
from zhanggui.trade.orders.actions.screening import reveal_phone
from zhanggui.trade.orders.actions.shortages import reveal_short_phone
from zhanggui.trade.orders.models import DeliveryPromise, Hold, Order, OrderLine, Rating, Shortage
from zhanggui.trade.orders.queries.service import full_address
from zhanggui.trade.orders.rules.payments import Terms
from zhanggui.trade.orders.rules.ratings import may_rate
from zhanggui.trade.orders.rules.screening import sentence
from zhanggui.trade.orders.rules.states import (
    LIVE,
    CancelReason,
    Money,
    OrderState,
    Payment,
    Resolution,
    VoidReason,
)


def _phone(order: Order, verb: str) -> Line:
    return Line(
        _("Phone"),
        duties.masked_phone(order) or _("none given"),
        hidden=order.phone,
        reveal=verb,
    )


def _reason(order: Order) -> str:
    known = dict(VoidReason.choices if order.state == OrderState.VOID else CancelReason.choices)
    said = str(known.get(order.reason_code, order.reason_code))
    return f"{said} · {order.reason}" if order.reason else said


def rating_said(rating: Rating) -> str:
    """Return a rating in a line: stars, words and when."""
    stars = "★" * rating.stars + "☆" * (5 - rating.stars)
    when = moment(rating.changed_at or rating.rated_at)
    return " · ".join(filter(None, (f"{stars} {rating.stars}/5", rating.words, when)))


def _door(order: Order, holds: list[Hold]) -> list[Line]:
    if order.erased_at is not None:
        when = {"when": moment(order.erased_at)}
        return [Line(_("Customer"), gettext("erased %(when)s at the customer's wish") % when)]
    return [
        Line(_("Recipient"), order.recipient or _("none given")),
        _phone(order, reveal_phone.verb),
        Line(_("Address"), duties.marked_address(order, holds) or _("none given")),
    ]


def _ahead(order: Order) -> list[Line]:
    """Return what came in ahead for an order, what is missing of it, and what is owed back."""
    if order.payment != Payment.TRANSFER:
        return []
    lines = [Line(_("Paid ahead"), yuan(order.paid_ahead_fen))]
    if order.money == Money.AWAITED:
        lines.append(Line(_("Still to be transferred"), yuan(order.due_fen)))
        if order.pay_until_at is not None:
            lines.append(Line(_("Goods wait for the money until"), moment(order.pay_until_at)))
    if order.refunded_fen:
        lines.append(Line(pgettext_lazy("money", "Paid back"), yuan(order.refunded_fen)))
    if order.owed_fen:
        lines.append(Line(_("To be paid back"), yuan(order.owed_fen)))
    return lines


def _lines(order: Order, holds: list[Hold]) -> list[Line]:
    lines = _door(order, holds)
    if order.note:
        lines.append(Line(_("Customer's note"), order.note))
    lines += [
        Line(_("Payment"), order.get_payment_display()),
        *_ahead(order),
        Line(_("When goods are short"), order.get_wish_display()),
        Line(_("Promised by"), moment(order.promised_at)),
        Line(_("Area"), str(order.area)),
        Line(_("Depot"), order.depot.name),
    ]
    lines += [
        Line(label, moment(when))
        for label, when in (
            (_("Confirmed"), order.confirmed_at),
            (_("At the door"), order.door_at),
            (_("Settled"), order.settled_at),
            (_("Ended"), order.ended_at),
        )
        if when is not None
    ]
    if order.invoice_title:
        said = " · ".join(filter(None, (order.invoice_title, order.invoice_tax_no)))
        lines.append(Line(_("Invoice"), said))
    if may_rate(order) and (rating := queries.rating_of(order)) is not None:
        lines.append(Line(pgettext_lazy("of an order", "Rating"), rating_said(rating)))
    if order.reason_code:
        lines.append(Line(_("Reason"), _reason(order)))
    return lines


def _hold(hold: Hold) -> dict[str, Any]:
    other = hold.evidence.get("order")
    return {
        "badge": duties.hold_badge(hold)
        if hold.resolved_at is None
        else Badge("rest", hold.get_code_display()),
        "said": sentence(hold.code, hold.evidence),
        "asks": hold.get_severity_display(),
        "version": hold.version,
        "raised_at": hold.raised_at,
        "ended": Resolution(hold.resolution).label if hold.resolved_at else "",
        "resolved_at": hold.resolved_at,
        "url": url_of(Order(pk=other)) if other else "",
    }


def _goods(line: OrderLine) -> dict[str, Any]:
    notes = []
    if line.dropped:
        words = {"pieces": line.dropped, "ordered": line.quantity}
        notes.append(gettext("%(pieces)s of %(ordered)s left out") % words)
    if line.instead_of_id:
        notes.append(gettext("instead of missing goods"))
    if line.delivered:
        notes.append(gettext("%(pieces)s kept") % {"pieces": line.delivered})
    return {
        "name": line.name,
        "url": url_of(line.sku.product),
        "code": line.sku.code,
        "pieces": line.wanted,
        "price_fen": line.price_fen,
        "amount_fen": line.amount_fen,
        "notes": notes,
    }


def history_said(order: Order) -> str:
    """Return what is known of the phone of an order, in a sentence."""
    known = queries.history_of(order)
    if not known.orders:
        return gettext("The first order of this phone.")
    said = ngettext(
        "%(count)s other order of this phone: %(taken)s taken, %(refused)s refused, %(void)s void.",
        "%(count)s other orders of this phone: %(taken)s taken, %(refused)s refused, "
        "%(void)s void.",
        known.orders,
    )
    return said % {
        "count": known.orders,
        "taken": known.taken,
        "refused": known.refused,
        "void": known.void,
    }


def order_face(order: Order, by: DeskActor) -> Face:
    """Return what the page of an order shows: where it stands on all axes, and why it is held."""
    holds = list(Hold.objects.filter(order=order).order_by("-resolved_at", "pk"))
    still = [hold for hold in holds if hold.resolved_at is None]
    placed = {"when": moment(order.placed_at), "channel": order.get_channel_display()}
    return Face(
        title=order.number,
        subtitle=gettext("placed %(when)s · %(channel)s") % placed,
        state=duties.state_badge(order),
        money=yuan(order.sum_fen),
        lines=_lines(order, still),
        template="orders/order.html",
        context={
            "fulfilment": duties.fulfilment_badge(order),
            "money": duties.money_badge(order),
            "history": history_said(order),
            "holds": [_hold(hold) for hold in (*still, *(h for h in holds if h.resolved_at))],
            "goods": [_goods(line) for line in queries.lines_of(order)],
            "goods_fen": order.goods_fen,
            "due_fen": order.due_fen,
            "taken_fen": order.taken_fen,
            "live": order.state in LIVE,
            "cases": [
                {
                    "url": url_of(case),
                    "said": f"{case.line.name} × {case.pieces}",
                    "badge": duties.shortage_badge(case),
                }
                for case in queries.cases_of(order)
            ],
        },
    )


def shortage_face(shortage: Shortage, by: DeskActor) -> Face:
    """Return what the page of a shortage shows: what to tell the customer, and what he wishes."""
    order = shortage.line.order
    lines = [
        Line(_("Order"), order.number, url=url_of(order)),
        Line(_("Recipient"), order.recipient or _("none given")),
        _phone(order, reveal_short_phone.verb),
        Line(_("Address"), full_address(order.division, order.address)),
        Line(_("Customer's wish"), order.get_wish_display()),
        Line(_("Missing since"), moment(shortage.opened_at)),
        Line(_("Order promised by"), moment(order.promised_at)),
    ]
    if shortage.expected_at:
        lines.append(Line(_("Customer was told"), moment(shortage.expected_at)))
    if shortage.note:
        lines.append(Line(_("What was agreed"), shortage.note))
    if shortage.settled_at:
        lines.append(Line(_("Settled"), moment(shortage.settled_at)))
    return Face(
        title=f"{shortage.line.name} × {shortage.pieces}",
        subtitle=order.number,
        state=duties.shortage_badge(shortage),
        money=yuan(order.due_fen),
        lines=lines,
        template="orders/shortage.html",
        context={
            "settled": shortage.settled_at is not None,
            "outlook": duties.outlook(queries.with_outlook(shortage)),
            "goods": [_goods(line) for line in queries.lines_of(order)],
        },
    )


def promise_face(promise: DeliveryPromise, by: DeskActor) -> Face:
    """Return what the page of a promise shows."""
    return Face(
        title=str(promise.area),
        state=promise_badge(promise),
        lines=[
            Line(_("Order until"), duties.clock(promise.cutoff_s)),
            Line(_("Then there the same day by"), duties.clock(promise.same_day_s)),
            Line(_("Otherwise there the next day by"), duties.clock(promise.next_day_s)),
            Line(_("Smallest order"), yuan(promise.least_fen)),
            Line(_("Cash at the door"), cash_said(promise.terms)),
            Line(_("Transfer ahead"), transfer_said(promise.terms)),
            Line(_("Published"), moment(promise.published_at)),
        ],
    )


def cash_said(terms: Terms) -> str:
    """Return up to how much cash is taken at doors."""
    if not terms.cash_open:
        return gettext("not offered")
    words = {"first": yuan(terms.cash_first_fen), "most": yuan(terms.cash_most_fen)}
    return gettext("up to %(first)s for a first order, growing to %(most)s") % words


def transfer_said(terms: Terms) -> str:
    """Return from how much a transfer ahead is taken."""
    if not terms.transfer_open:
        return gettext("not offered")
    if not terms.transfer_least_fen:
        return gettext("for any amount")
    return gettext("from %(least)s") % {"least": yuan(terms.transfer_least_fen)}


def promise_badge(promise: DeliveryPromise) -> Badge:
    """Return whether a promise is open to customers."""
    return (
        Badge("done", pgettext_lazy("of a promise", "open"))
        if promise.open
        else Badge("rest", pgettext_lazy("of a promise", "closed"))
    )


declare_dossier(
    Dossier(
        Order,
        queries.order_of,
        order_face,
        duties=queries.DUTIES,
        scope="who screens, delivers, settles or answers for orders, each in the duty's areas",
    )
)
declare_dossier(
    Dossier(
        Shortage,
        queries.shortage_of,
        shortage_face,
        duties=queries.DUTIES,
        scope="who may see the order, each in the duty's areas",
    )
)
declare_dossier(
    Dossier(
        DeliveryPromise,
        queries.promise_of,
        promise_face,
        duties=("orders.promises",),
        scope="who answers for deliveries in the promise's area",
    )
)
