"""Screening: an order is let through, corrected, cancelled or declared void."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.gazetteer import gazetteer
from zhanggui.ground.places.rules.phones import read_phone
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.steps import (
    await_until,
    ending_money,
    goods_of,
    raise_holds,
    release_held,
    reserve_lines,
    settle_holds,
    take,
)
from zhanggui.trade.orders.models import Order, OrderLine, Shortage
from zhanggui.trade.orders.queries.screening import SCREENING
from zhanggui.trade.orders.rules import orders as rules
from zhanggui.trade.orders.rules.payments import cash_not_here
from zhanggui.trade.orders.rules.progress import REASON_CHARS_MAX
from zhanggui.trade.orders.rules.screening import find, shown_phone
from zhanggui.trade.orders.rules.states import (
    MOVES,
    CancelReason,
    Money,
    Outcome,
    Payment,
    Resolution,
    ShortageState,
    VoidReason,
)

CONTACT = "orders.contact"
"""The duty of whoever talks with customers about their orders."""


@action(
    duty=SCREENING,
    title=pgettext_lazy("of an order", "Confirm"),
    said=_("let the order through"),
    guard=queries.why_not_confirm,
    since="waits_since_at",
)
def confirm_order(order: Order, *, by: Actor, at: datetime) -> Order:
    """Let an order through, setting its goods aside; what is missing becomes a shortage.

    Where it is paid by transfer the goods wait for the money from now on.
    """
    settle_holds(order, Resolution.CONFIRMED, at=at)
    short = reserve_lines(order, queries.lines_of(order), by=by, at=at)
    order.confirmed_at = at
    if order.money == Money.AWAITED:
        await_until(order, at=at)
    verbs = ["confirm_order", *([] if short else ["reserve"])]
    take(order, *verbs, at=at, changed=["confirmed_at", "pay_until_at", "promised_at"])
    return order


def why_not_correct(
    order: Order, *, recipient: str | None = None, address: str | None = None
) -> Refusal | None:
    """Return why an order cannot be corrected like this; None before the values are known."""
    if refusal := MOVES.why_not("correct_order", order.state):
        return refusal
    if recipient is None or address is None:
        return None
    return rules.why_not_text(
        recipient=rules.tidy_text(recipient), address=rules.tidy_text(address)
    )


@action(
    duty=SCREENING,
    title=pgettext_lazy("of an order", "Correct"),
    said=_("corrected name, phone or address"),
    guard=why_not_correct,
    since="waits_since_at",
    private=["recipient", "phone", "division", "address"],
)
def correct_order(
    order: Order,
    *,
    recipient: str,
    phone: str,
    division: str,
    address: str,
    by: Actor,
    at: datetime,
) -> Order:
    """Put right where and to whom an order goes, and screen it anew.

    Where nothing speaks against it any more it goes through at once. In another area the hours of
    that area are promised.
    """
    read = read_phone(phone)
    changed = [
        name
        for name, old, new in (
            ("recipient", order.recipient, rules.tidy_text(recipient)),
            ("phone", order.phone, shown_phone(rules.tidy_text(phone), read)),
            ("division", order.division, division),
            ("address", order.address, rules.tidy_text(address)),
        )
        if old != new
    ]
    order.recipient, order.address = rules.tidy_text(recipient), rules.tidy_text(address)
    order.phone = shown_phone(rules.tidy_text(phone), read)
    order.phone_key = queries.phone_key_of(read)
    service = queries.service_of(division, at=at)
    if division != order.division:
        _move_house(order, division, service, at=at)
    settle_holds(order, Resolution.CORRECTED, at=at)
    goods = goods_of(list(OrderLine.objects.filter(order=order)))
    findings = find(
        queries.case_of(
            recipient=order.recipient,
            phone=order.phone,
            division=order.division,
            address=order.address,
            goods=frozenset(goods.items()),
            due_fen=order.due_fen,
            earlier=queries.earlier_orders(
                phone_key=order.phone_key, device=order.device, at=at, without=order.pk
            ),
            payment=order.payment,
            terms=service.terms if service else None,
            at=at,
        )
    )
    raise_holds(order, findings, at=at)
    take(order, "correct_order", at=at)
    remember(corrected=changed, holds=[finding.code for finding in findings])
    return order if findings else confirm_order(order, by=by, at=at)


def _move_house(
    order: Order, division: str, service: queries.Service | None, *, at: datetime
) -> None:
    if service is None:
        raise rules.not_served(gazetteer().full_name(division))
    if order.payment == Payment.CASH and not service.terms.cash_open:
        raise cash_not_here()
    order.division = division
    if service.area.code != order.area_id or service.depot.pk != order.depot_id:
        order.area_id, order.depot = service.area.code, service.depot
        order.promised_at = service.promised_at(at)


def _why_not_reason(word: str | None, known: list[str]) -> Refusal | None:
    if word is None or word in known:
        return None
    return Refusal(
        "unknown_word",
        _("“%(word)s” is not among the choices.") % {"word": word[:40]},
        settles=_("Choose one of those offered."),
        status=422,
    )


def why_not_cancel(order: Order, *, reason_code: str | None = None) -> Refusal | None:
    """Return why an order cannot be cancelled, or not for this reason; None before it is known."""
    return queries.why_not_cancel(order) or _why_not_reason(reason_code, CancelReason.values)


@action(
    duty=SCREENING,
    title=pgettext_lazy("of an order", "Cancel"),
    said=_("cancelled the order"),
    guard=why_not_cancel,
    since="waits_since_at",
    private=["reason"],
)
def cancel_order(
    order: Order, *, reason_code: str, reason: str = "", by: Actor, at: datetime
) -> Order:
    """End an order whose goods nobody has touched yet; what was set aside for it is free again."""
    _end(order, reason_code, reason, at=at)
    settle_holds(order, Resolution.CANCELLED, at=at)
    if order.confirmed_at is not None:
        Shortage.objects.filter(line__order=order).exclude(state=ShortageState.SETTLED).update(
            state=ShortageState.SETTLED, outcome=Outcome.CANCELLED, settled_at=at
        )
        release_held(order, by=by, at=at)
    take(order, "cancel_order", "release", ending_money(order), at=at)
    return order


def why_not_void(order: Order, *, reason_code: str | None = None) -> Refusal | None:
    """Return why an order cannot be declared void; None for the reason before it is known."""
    return MOVES.why_not("void_order", order.state) or _why_not_reason(
        reason_code, VoidReason.values
    )


@action(
    duty=SCREENING,
    title=pgettext_lazy("of an order", "Declare void"),
    said=_("declared the order void"),
    guard=why_not_void,
    since="waits_since_at",
    private=["reason"],
)
def void_order(
    order: Order, *, reason_code: str, reason: str = "", by: Actor, at: datetime
) -> Order:
    """Declare that this never was an order; it stays on record with the reason."""
    _end(order, reason_code, reason, at=at)
    settle_holds(order, Resolution.VOID, at=at)
    take(order, "void_order", ending_money(order), at=at)
    return order


def _end(order: Order, reason_code: str, reason: str, *, at: datetime) -> None:
    order.reason_code = reason_code
    order.reason = rules.tidy_text(reason)[:REASON_CHARS_MAX]
    order.due_fen = 0
    order.ended_at = at


def why_not_reveal(order: Order) -> Refusal | None:
    """Return why there is no number to show."""
    if order.phone:
        return None
    return Refusal(
        "no_phone",
        _("The customer has given no phone number."),
        settles=_("The order can only be cancelled, or wait until the customer calls."),
    )


@action(
    duty=CONTACT,
    title=_("Show the phone number"),
    said=_("looked at the phone number"),
    guard=why_not_reveal,
)
def reveal_phone(order: Order, *, by: Actor, at: datetime) -> Order:
    """Put on record that someone looked at the whole phone number of an order."""
    return order
