"""Requests for goods that were not found, the goods wanted, and reminders of goods out of stock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.customers.models import Customer
from zhanggui.books.customers.rules.accounts import KEY_CHARS_MAX, PHONE_CHARS_MAX
from zhanggui.books.stock.models import Location
from zhanggui.books.wanted.rules import (
    ANSWER_CHARS_MAX,
    DETAILS_CHARS_MAX,
    OPEN,
    WHAT_CHARS_MAX,
    ReminderState,
    RequestState,
    WantedState,
)
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area

_ANONYMOUS = Q(erased_at__isnull=True) | Q(
    erased_at__isnull=False, phone="", phone_key="", customer__isnull=True
)


class WantedGoods(Record):
    """Goods that customers asked for and the shop has not, under one word: the demand for them.

    `answer` is what the customers were told last, `product` what they were offered.
    """

    word = models.CharField(max_length=WHAT_CHARS_MAX, unique=True)
    state = models.CharField(max_length=10, choices=WantedState.choices, default=WantedState.OPEN)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=ANSWER_CHARS_MAX, blank=True)
    wanted_since_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Wanted goods")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=WantedState.values), name="wantedgoods_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(product__isnull=False),
                name="wantedgoods_offered_what",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "wanted_since_at"], name="wantedgoods_waiting")
        ]

    def __str__(self) -> str:
        return self.word


class GoodsRequest(Record):
    """That a customer, a member or not, asks for goods the shop has not.

    `what` is as typed, `details` what was said beside it; `answer` what he was told, `product` what
    he was offered.
    """

    what = models.CharField(max_length=WHAT_CHARS_MAX)
    details = models.CharField(max_length=DETAILS_CHARS_MAX, blank=True)
    phone = models.CharField(max_length=PHONE_CHARS_MAX, blank=True)
    phone_key = models.CharField(max_length=KEY_CHARS_MAX, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    goods = models.ForeignKey(
        WantedGoods, on_delete=models.PROTECT, null=True, related_name="requests"
    )
    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.ASKED
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=ANSWER_CHARS_MAX, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Request for goods")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="goodsrequest_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["routed", "taken_up"]) | Q(goods__isnull=False),
                name="goodsrequest_routed_to",
            ),
            models.CheckConstraint(
                condition=_ANONYMOUS & (Q(erased_at__isnull=True) | Q(details="")),
                name="goodsrequest_erased_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "area", "asked_at"], name="goodsrequest_of_area"),
            models.Index(
                fields=["phone_key", "asked_at"],
                condition=~Q(phone_key=""),
                name="goodsrequest_of_phone",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        """Whether the customer still waits for an answer."""
        return self.state in OPEN


class StockReminder(Record):
    """That a customer wants to be told when a SKU is there again: in a depot, or in any (None)."""

    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    depot = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=PHONE_CHARS_MAX, blank=True)
    phone_key = models.CharField(max_length=KEY_CHARS_MAX, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10)
    state = models.CharField(
        max_length=8, choices=ReminderState.choices, default=ReminderState.WAITING
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Stock reminder")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku", "phone_key"],
                condition=Q(state="waiting"),
                name="stockreminder_once",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (Q(state__in=["told", "ended"]) & Q(ended_at__isnull=False)),
                name="stockreminder_ended_whole",
            ),
            models.CheckConstraint(
                condition=_ANONYMOUS & (Q(erased_at__isnull=True) | ~Q(state="waiting")),
                name="stockreminder_erased_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "sku", "asked_at"], name="stockreminder_waiting"),
            models.Index(
                fields=["phone_key", "asked_at"],
                condition=~Q(phone_key=""),
                name="stockreminder_of_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} · {self.pk}"
