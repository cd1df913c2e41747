"""The price book: what each SKU costs customers and us, from which moment on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.prices.rules import PRICE_FEN_MAX
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.limits import NOTE_CHARS_MAX
from zhanggui.ground.kernel.models import Record


class PriceEntry(Record):
    """The price of a SKU from a moment on, until the next one begins; never changed.

    Nothing begins before it was entered, and only what has not begun can be withdrawn: so what a
    price was at a moment gone by is the same answer for ever. `deed` names the facts that tell why.
    """

    editions = True

    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="prices")
    price_fen = models.BigIntegerField()
    market_fen = models.BigIntegerField(null=True)
    since_at = models.DateTimeField()
    reason = models.TextField(max_length=NOTE_CHARS_MAX, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    deed = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Price")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price_fen__gte=1, price_fen__lte=PRICE_FEN_MAX), name="price_amount"
            ),
            models.CheckConstraint(
                condition=Q(market_fen__isnull=True)
                | Q(market_fen__gt=F("price_fen"), market_fen__lte=PRICE_FEN_MAX),
                name="price_market_above",
            ),
            models.CheckConstraint(
                condition=Q(since_at__gte=F("set_at")), name="price_not_backwards"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(withdrawn_at__gte=F("set_at"), withdrawn_at__lt=F("since_at")),
                name="price_withdrawn_in_time",
            ),
            models.UniqueConstraint(
                fields=["sku", "since_at"],
                condition=Q(withdrawn_at__isnull=True),
                name="price_of_moment",
            ),
        ]

    def __str__(self) -> str:
        return format_fen(self.price_fen)


class CostEntry(Record):
    """The landed cost of one piece of a SKU from a moment on; never changed."""

    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="costs", db_index=False)
    cost_fen = models.BigIntegerField()
    since_at = models.DateTimeField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    deed = models.UUIDField()

    class Meta:
        verbose_name = _("Cost")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cost_fen__gte=1, cost_fen__lte=PRICE_FEN_MAX), name="cost_amount"
            ),
            models.CheckConstraint(
                condition=Q(since_at__gte=F("set_at")), name="cost_not_backwards"
            ),
            models.UniqueConstraint(fields=["sku", "since_at"], name="cost_of_moment"),
        ]

    def __str__(self) -> str:
        return format_fen(self.cost_fen)
