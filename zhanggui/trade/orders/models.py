"""Orders with their lines, the holds on them, what is short, and what each city promises."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku, in_language
from zhanggui.books.catalogue.rules.goods import NAME_CHARS_MAX, WORD_CHARS_MAX
from zhanggui.books.stock.models import Location
from zhanggui.books.traffic.models import Origin
from zhanggui.ground.kernel.limits import FEN_MAX, NOTE_CHARS_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area
from zhanggui.trade.orders.rules.invoices import TAX_NO_CHARS
from zhanggui.trade.orders.rules.invoices import TITLE_CHARS_MAX as TITLE_CHARS
from zhanggui.trade.orders.rules.orders import (
    ADDRESS_CHARS_MAX,
    DAY_S,
    DEVICE_CHARS_MAX,
    PHONE_CHARS_MAX,
    PIECES_MAX,
    RECIPIENT_CHARS_MAX,
)
from zhanggui.trade.orders.rules.payments import (
    CAP_FEN_MAX,
    COD_FEN_MAX,
    COD_FIRST_FEN_MAX,
    Terms,
)
from zhanggui.trade.orders.rules.ratings import WORDS_CHARS_MAX
from zhanggui.trade.orders.rules.states import (
    LIVE,
    OF_CASH,
    OF_TRANSFER,
    Channel,
    Fulfilment,
    HoldCode,
    Money,
    OrderState,
    Outcome,
    Payment,
    Severity,
    ShortageState,
    Wish,
)


def order_number(pk: int, placed_at: datetime) -> str:
    """Return the number people say: ZG, the day it was placed, and the order's own number."""
    return f"ZG{localtime(placed_at):%y%m%d}{pk:05d}"


class DeliveryPromise(Record):
    """What an area publishes to customers: until when to order, by when it is there, from how much.

    Times are seconds after midnight of the company's day. Ordered before `cutoff_s` it is there the
    same day by `same_day_s`, afterwards the next day by `next_day_s`. `least_fen` is the smallest
    order delivered there. An area without one is served as the area above it. How customers there
    may pay goes with it: cash at the door and up to how much, a transfer ahead and from how much.
    """

    editions = True

    area = models.OneToOneField(Area, on_delete=models.PROTECT, related_name="+")
    cutoff_s = models.IntegerField()
    same_day_s = models.IntegerField()
    next_day_s = models.IntegerField()
    least_fen = models.BigIntegerField(default=0)
    open = models.BooleanField(default=True)
    cash_open = models.BooleanField(default=True)
    cash_first_fen = models.BigIntegerField(default=COD_FIRST_FEN_MAX)
    cash_most_fen = models.BigIntegerField(default=COD_FEN_MAX)
    transfer_open = models.BooleanField(default=True)
    transfer_least_fen = models.BigIntegerField(default=0)
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Delivery promise")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cutoff_s__gte=0, cutoff_s__lt=F("same_day_s"), same_day_s__lt=DAY_S)
                & Q(next_day_s__gt=0, next_day_s__lt=DAY_S),
                name="promise_hours",
            ),
            models.CheckConstraint(
                condition=Q(least_fen__gte=0, least_fen__lte=FEN_MAX), name="promise_least"
            ),
            models.CheckConstraint(
                condition=Q(cash_first_fen__gte=1, cash_first_fen__lte=F("cash_most_fen"))
                & Q(cash_most_fen__lte=CAP_FEN_MAX, transfer_least_fen__gte=0)
                & Q(transfer_least_fen__lte=CAP_FEN_MAX),
                name="promise_terms",
            ),
            models.CheckConstraint(
                condition=Q(cash_open=True) | Q(transfer_open=True), name="promise_payable"
            ),
        ]

    def __str__(self) -> str:
        return str(self.area)

    @property
    def terms(self) -> Terms:
        """How customers there may pay."""
        return Terms(**{one.name: getattr(self, one.name) for one in fields(Terms)})


@dataclass(frozen=True, slots=True)
class Known:
    """The lines of an order and its open holds, where a deed has just made them.

    `there`: the same deed has seen that all of it can be reserved, and has held the levels since.
    """

    lines: tuple[OrderLine, ...]
    holds: tuple[Hold, ...]
    there: bool = False


class Order(Record):
    """What a customer wants brought to a door, and how far it has come on three axes.

    `token` is the secret of the customer's tracking link. `phone` is as shown, `phone_key` the
    digits by which orders of one phone are found, "" for a number that cannot be called.
    `division` is the code of the narrowest administrative division, `address` what comes below it.
    `invoice_title` and `invoice_tax_no` are of the invoice the customer wishes, "" for none.
    `goods_fen` is what the wanted goods cost, `due_fen` what is still to be paid for them,
    `taken_fen` what was paid for those kept. Of an order paid by transfer `paid_ahead_fen` came in,
    `refunded_fen` went back; `pay_until_at` is until when its goods wait for the money,
    `owed_since_at` since when more of it is here than the goods cost. `origin` is where the
    customer came from, None where nobody saw. `waits_since_at` is when it came into the state it is
    in, `erased_at` when its customer had himself forgotten. `known` is what the deed that placed it
    knows of it, so that the same deed need not ask.
    """

    known: Known | None = None

    token = models.CharField(max_length=43, unique=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(
        max_length=12, choices=OrderState.choices, default=OrderState.SCREENING
    )
    fulfilment = models.CharField(
        max_length=12, choices=Fulfilment.choices, default=Fulfilment.UNALLOCATED
    )
    money = models.CharField(max_length=12, choices=Money.choices, default=Money.DUE)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    depot = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=RECIPIENT_CHARS_MAX, blank=True)
    phone = models.CharField(max_length=PHONE_CHARS_MAX, blank=True)
    phone_key = models.CharField(max_length=24, blank=True)
    division = models.CharField(max_length=12)
    address = models.CharField(max_length=ADDRESS_CHARS_MAX, blank=True)
    note = models.CharField(max_length=ADDRESS_CHARS_MAX, blank=True)
    wish = models.CharField(max_length=10, choices=Wish.choices, default=Wish.CALL)
    device = models.CharField(max_length=DEVICE_CHARS_MAX, blank=True)
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, null=True, related_name="+")
    invoice_title = models.CharField(max_length=TITLE_CHARS, blank=True)
    invoice_tax_no = models.CharField(max_length=TAX_NO_CHARS, blank=True)
    goods_fen = models.BigIntegerField()
    due_fen = models.BigIntegerField()
    taken_fen = models.BigIntegerField(default=0)
    payment = models.CharField(max_length=8, choices=Payment.choices, default=Payment.CASH)
    paid_ahead_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    pay_until_at = models.DateTimeField(null=True)
    owed_since_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField()
    placed_at = models.DateTimeField()
    waits_since_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    door_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Order")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(
                    recipient="",
                    phone="",
                    phone_key="",
                    address="",
                    note="",
                    device="",
                    invoice_title="",
                    invoice_tax_no="",
                    reason="",
                ),
                name="order_erased_whole",
            ),
            models.CheckConstraint(
                condition=Q(goods_fen__gte=0, goods_fen__lte=FEN_MAX, due_fen__gte=0)
                & Q(due_fen__lte=F("goods_fen"), taken_fen__gte=0),
                name="order_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values)
                & Q(fulfilment__in=Fulfilment.values)
                & Q(money__in=Money.values),
                name="order_axes_known",
            ),
            models.CheckConstraint(
                condition=~Q(money__in=[Money.COLLECTED, Money.HANDED_IN, Money.SETTLED])
                | Q(taken_fen__gt=0),
                name="order_money_was_taken",
            ),
            models.CheckConstraint(
                condition=Q(money=Money.SETTLED, settled_at__isnull=False)
                | (~Q(money=Money.SETTLED) & Q(settled_at__isnull=True)),
                name="order_settled_whole",
            ),
            models.CheckConstraint(
                condition=Q(payment=Payment.CASH, paid_ahead_fen=0, refunded_fen=0)
                & ~Q(money__in=OF_TRANSFER)
                | Q(payment=Payment.TRANSFER, paid_ahead_fen__gte=F("refunded_fen"))
                & Q(refunded_fen__gte=0)
                & ~Q(money__in=OF_CASH),
                name="order_paid_one_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "area", "placed_at"], name="order_of_area"),
            models.Index(fields=["fulfilment", "state", "area"], name="order_where_goods"),
            models.Index(fields=["money", "area"], name="order_where_money"),
            # Of all rows: SQLite cannot see that a phone asked for is not the one left out.
            models.Index(fields=["phone_key", "placed_at"], name="order_of_phone"),
            models.Index(fields=["device", "placed_at"], name="order_of_device"),
            models.Index(fields=["placed_at"], name="order_placed"),
            models.Index(fields=["door_at"], name="order_at_door"),
            models.Index(fields=["settled_at"], name="order_settled"),
            models.Index(
                fields=["pay_until_at"],
                condition=Q(money=Money.AWAITED),
                name="order_awaiting_transfer",
            ),
            models.Index(
                fields=["owed_since_at"],
                condition=Q(owed_since_at__isnull=False),
                name="order_owed_back",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people say."""
        return order_number(self.pk, self.placed_at)

    @property
    def reference(self) -> str:
        """The number under which its goods are set aside."""
        return self.number

    @property
    def sum_fen(self) -> int:
        """What the goods cost: those wanted while it is under way, those kept afterwards."""
        return self.goods_fen if self.state in LIVE else self.taken_fen

    @property
    def money_said(self) -> str:
        """Where the money is, in words: what came ahead was in the bank, and nobody counted it."""
        if self.payment == Payment.TRANSFER and self.money == Money.SETTLED:
            return gettext("Paid ahead, settled")
        return self.get_money_display()

    @property
    def held_fen(self) -> int:
        """What came in ahead and has not gone back."""
        return self.paid_ahead_fen - self.refunded_fen

    @property
    def owed_fen(self) -> int:
        """What of the money that came ahead is to be paid back: more than the goods cost."""
        claim = self.goods_fen if self.state in LIVE else self.taken_fen
        return max(0, self.held_fen - claim) if self.payment == Payment.TRANSFER else 0


class OrderLine(Record):
    """So many pieces of a SKU at the price that was shown, and what became of them.

    `quantity` was ordered, `dropped` of them the customer gave up, `delivered` he kept at the door.
    The names are those under which it was sold. `instead_of` is the line this one replaces.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    name_zh = models.CharField(max_length=NAME_CHARS_MAX + WORD_CHARS_MAX + 3)
    name_en = models.CharField(max_length=NAME_CHARS_MAX + WORD_CHARS_MAX + 3, blank=True)
    quantity = models.IntegerField()
    dropped = models.IntegerField(default=0)
    delivered = models.IntegerField(default=0)
    price_fen = models.BigIntegerField()
    instead_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replacements"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=PIECES_MAX), name="orderline_quantity"
            ),
            models.CheckConstraint(
                condition=Q(dropped__gte=0, delivered__gte=0)
                & Q(quantity__gte=F("dropped") + F("delivered")),
                name="orderline_adds_up",
            ),
            models.CheckConstraint(condition=Q(price_fen__gte=1), name="orderline_price"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What was sold, in the reader's language."""
        return in_language(self.name_zh, self.name_en)

    @property
    def wanted(self) -> int:
        """How many pieces the customer still wants."""
        return self.quantity - self.dropped

    @property
    def amount_fen(self) -> int:
        """What the wanted pieces cost."""
        return self.wanted * self.price_fen


class Hold(Record):
    """Why an order may not go on by itself: what was found, on what evidence, and how it ended."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="holds")
    code = models.CharField(max_length=16, choices=HoldCode.choices)
    severity = models.CharField(max_length=6, choices=Severity.choices)
    evidence = models.JSONField(default=dict)
    version = models.IntegerField()
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "code"],
                condition=Q(resolved_at__isnull=True),
                name="hold_open_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution="")
                | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
                name="hold_resolved_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())


class Shortage(Record):
    """Pieces of an order's line that could not be reserved: a talk with the customer.

    `pieces` are missing. `expected_at` is what the customer was told.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shortages")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    pieces = models.IntegerField()
    state = models.CharField(
        max_length=8, choices=ShortageState.choices, default=ShortageState.OPEN
    )
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    note = models.CharField(max_length=NOTE_CHARS_MAX, blank=True)
    expected_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Shortage")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line"],
                condition=~Q(state=ShortageState.SETTLED),
                name="shortage_open_once",
            ),
            models.CheckConstraint(
                condition=Q(pieces__gte=1, pieces__lte=PIECES_MAX), name="shortage_pieces"
            ),
            models.CheckConstraint(
                condition=Q(state=ShortageState.SETTLED, settled_at__isnull=False) & ~Q(outcome="")
                | Q(
                    state__in=[ShortageState.OPEN, ShortageState.WAITING],
                    settled_at__isnull=True,
                    outcome="",
                ),
                name="shortage_settled_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "area", "opened_at"],
                condition=~Q(state=ShortageState.SETTLED),
                name="shortage_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.line.order.number} · {self.line.name}"


class Rating(Record):
    """What a customer said of an order he was handed: one to five stars and a few words."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="rating")
    stars = models.IntegerField()
    words = models.CharField(max_length=WORDS_CHARS_MAX, blank=True)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("of an order", "Rating")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_stars"),
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True) | Q(changed_at__gte=F("rated_at")),
                name="rating_changed_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.stars}"
