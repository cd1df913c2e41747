"""All that orders hold of a customer, as an export shows it to him."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.customers.personal import Section, Subject
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.models import Order, OrderLine, Rating, Shortage
from zhanggui.trade.orders.queries.service import full_address
from zhanggui.trade.orders.rules import forgetting


def orders_of_phone(phone_key: str) -> QuerySet[Order]:
    """Return the orders of a phone, whoever placed them and wherever, the latest first."""
    if not phone_key:
        return Order.objects.none()
    return Order.objects.filter(phone_key=phone_key).order_by("-placed_at", "-pk")


def why_not_forget(subject: Subject) -> Refusal | None:
    """Return which order of somebody must still be known as his."""
    found = map(forgetting.why_not_forget, orders_of_phone(subject.phone_key))
    return next((refusal for refusal in found if refusal is not None), None)


def held_here(subject: Subject) -> Sequence[Section]:
    """Return the orders of a phone with their lines, ratings and what was short."""
    orders = list(orders_of_phone(subject.phone_key).order_by("pk"))
    ids = [order.pk for order in orders]
    numbers = {order.pk: order.number for order in orders}
    number = ("order", _("Order"))
    return [
        Section(
            "orders",
            _("Orders"),
            (
                number,
                ("placed_at", _("Placed")),
                ("state", _("State")),
                ("fulfilment", _("Goods")),
                ("money", _("Money")),
                ("recipient", _("Recipient")),
                ("phone", _("Phone")),
                ("address", _("Address")),
                ("note", _("Note")),
                ("wish", _("When goods are short")),
                ("invoice_title", _("Invoice")),
                ("invoice_tax_no", _("Tax number")),
                ("device", _("Key of the device")),
                ("reason", _("Reason")),
                ("goods_fen", _("Goods in fen")),
                ("payment", _("Payment")),
                ("paid_ahead_fen", _("Transferred in fen")),
                ("refunded_fen", _("Paid back in fen")),
                ("taken_fen", _("Paid in fen")),
                ("promised_at", _("Promised by")),
                ("door_at", _("At the door")),
            ),
            [
                {
                    "order": order.number,
                    "placed_at": order.placed_at,
                    "state": order.get_state_display(),
                    "fulfilment": order.get_fulfilment_display(),
                    "money": order.money_said,
                    "recipient": order.recipient,
                    "phone": order.phone,
                    "address": full_address(order.division, order.address),
                    "note": order.note,
                    "wish": order.get_wish_display(),
                    "invoice_title": order.invoice_title,
                    "invoice_tax_no": order.invoice_tax_no,
                    "device": order.device,
                    "reason": order.reason,
                    "goods_fen": order.goods_fen,
                    "payment": order.get_payment_display(),
                    "paid_ahead_fen": order.paid_ahead_fen,
                    "refunded_fen": order.refunded_fen,
                    "taken_fen": order.taken_fen,
                    "promised_at": order.promised_at,
                    "door_at": order.door_at,
                }
                for order in orders
            ],
        ),
        Section(
            "lines",
            _("Goods ordered"),
            (
                number,
                ("goods", _("Goods")),
                ("quantity", _("Ordered")),
                ("dropped", _("Left out")),
                ("delivered", _("Kept")),
                ("price_fen", _("Price in fen")),
            ),
            [
                {
                    "order": numbers[line.order_id],
                    "goods": line.name,
                    "quantity": line.quantity,
                    "dropped": line.dropped,
                    "delivered": line.delivered,
                    "price_fen": line.price_fen,
                }
                for line in OrderLine.objects.filter(order__in=ids).order_by("order", "pk")
            ],
        ),
        Section(
            "ratings",
            pgettext_lazy("of orders", "Ratings"),
            (number, ("stars", _("Stars")), ("words", _("Words")), ("rated_at", _("Rated"))),
            [
                {
                    "order": numbers[rating.order_id],
                    "stars": rating.stars,
                    "words": rating.words,
                    "rated_at": rating.changed_at or rating.rated_at,
                }
                for rating in Rating.objects.filter(order__in=ids).order_by("pk")
            ],
        ),
        Section(
            "shortages",
            _("Short goods"),
            (
                number,
                ("goods", _("Goods")),
                ("pieces", _("Pieces")),
                ("outcome", _("What came of it")),
                ("note", _("What was agreed")),
                ("opened_at", _("Missing since")),
            ),
            [
                {
                    "order": numbers[short.line.order_id],
                    "goods": short.line.name,
                    "pieces": short.pieces,
                    "outcome": short.get_outcome_display(),
                    "note": short.note,
                    "opened_at": short.opened_at,
                }
                for short in Shortage.objects.filter(line__order__in=ids)
                .select_related("line")
                .order_by("pk")
            ],
        ),
    ]
