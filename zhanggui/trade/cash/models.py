"""Who holds money since when, what was taken at doors, what was handed in and counted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import FEN_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.ledger.models import Account, Transfer
from zhanggui.ground.org.models import Area
from zhanggui.trade.cash.rules import (
    REFERENCE_CHARS_MAX,
    BankKind,
    Decision,
    LateEnd,
    RemittanceState,
)
from zhanggui.trade.delivery.models import Stop
from zhanggui.trade.orders.models import Order


class Purse(Record):
    """The money a courier carries for the company: its account, and since when it is not empty.

    Whoever changes what he carries locks this row first, so that two devices never both hand it in.
    """

    courier = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Purse")
        indexes: ClassVar = [models.Index(fields=["area", "since_at"], name="purse_of_area")]

    def __str__(self) -> str:
        return str(self.courier)

    def names_person(self, person_id: int) -> bool:
        """Tell whether this is a person's own purse."""
        return self.courier_id == person_id


class Remittance(Record):
    """Money a courier says he hands in, by denomination, and what finance counted.

    `expected_fen` is what the books said he carried, of which `float_fen` is the float he was
    given; `declared` and `counted` are pieces by denomination in fen ({"10000": 3}).
    `pending` is the transfer that was set aside for it. `acknowledged_at` is when the courier took
    note of a difference.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    courier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="remittances"
    )
    state = models.CharField(
        max_length=10, choices=RemittanceState.choices, default=RemittanceState.DECLARED
    )
    expected_fen = models.BigIntegerField()
    float_fen = models.BigIntegerField(default=0)
    declared = models.JSONField(default=dict)
    declared_fen = models.BigIntegerField()
    declared_at = models.DateTimeField()
    counted = models.JSONField(null=True)
    counted_fen = models.BigIntegerField(null=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    counted_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    resolved_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    pending = models.OneToOneField(Transfer, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Hand-in")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["courier"],
                condition=Q(state=RemittanceState.DECLARED),
                name="remittance_open_once",
            ),
            models.CheckConstraint(
                condition=Q(expected_fen__gte=0, declared_fen__gte=0, declared_fen__lte=FEN_MAX)
                & Q(float_fen__gte=0, float_fen__lte=F("expected_fen")),
                name="remittance_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state=RemittanceState.DECLARED, counted_fen__isnull=True)
                | (~Q(state=RemittanceState.DECLARED) & Q(counted_fen__isnull=False)),
                name="remittance_counted_whole",
            ),
            models.CheckConstraint(
                condition=Q(counted_by__isnull=True) | ~Q(counted_by=F("courier")),
                name="remittance_two_people",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "area", "declared_at"], name="remittance_of_area"),
            models.Index(fields=["courier", "declared_at"], name="remittance_of_courier"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people say."""
        return f"H{localtime(self.declared_at):%m%d}-{self.pk}"

    @property
    def difference_fen(self) -> int:
        """What was counted less what the books expected; 0 before the count."""
        return 0 if self.counted_fen is None else self.counted_fen - self.expected_fen

    def names_person(self, person_id: int) -> bool:
        """Tell whether this is a person's own hand-in."""
        return self.courier_id == person_id


class Collection(Record):
    """Money taken at a door: what was due, what the customer gave, what he got back.

    `late` marks money for a stop that had been closed otherwise meanwhile: it was really taken, so
    it is booked, apart from the order, until the city manager has cleared it up (`cleared_as`).
    """

    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="collections")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="collections")
    courier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="collections"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    due_fen = models.BigIntegerField()
    tendered_fen = models.BigIntegerField()
    change_fen = models.BigIntegerField()
    late = models.BooleanField(default=False)
    cleared_at = models.DateTimeField(null=True)
    cleared_as = models.CharField(max_length=8, choices=LateEnd.choices, blank=True)
    remittance = models.ForeignKey(
        Remittance, on_delete=models.PROTECT, null=True, related_name="collections"
    )
    device_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Collection")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stop"], condition=Q(late=False), name="collection_once"
            ),
            models.CheckConstraint(
                condition=Q(due_fen__gte=0, change_fen__gte=0, tendered_fen__gt=0)
                & Q(tendered_fen__gt=F("change_fen")),
                name="collection_amounts",
            ),
            models.CheckConstraint(
                condition=Q(late=True) | Q(tendered_fen=F("due_fen") + F("change_fen")),
                name="collection_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_as="")
                | Q(late=True, cleared_at__isnull=False, cleared_as__in=LateEnd.values),
                name="collection_cleared_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["courier", "taken_at"],
                condition=Q(remittance__isnull=True),
                name="collection_carried",
            ),
            models.Index(fields=["taken_at"], name="collection_taken"),
            models.Index(
                fields=["area", "taken_at"],
                condition=Q(late=True, cleared_at__isnull=True),
                name="collection_to_clear",
            ),
        ]

    def __str__(self) -> str:
        return self.order.number

    @property
    def taken_fen(self) -> int:
        """What stayed with the courier."""
        return self.tendered_fen - self.change_fen


class BankEntry(Record):
    """Money of an order that went through the bank: paid ahead by its customer, or paid back.

    `reference` is the bank's own number of the transfer. A receipt entered by mistake is withdrawn
    with the reason, and its number is free again.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="bank_entries")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=BankKind.choices)
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=REFERENCE_CHARS_MAX)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)

    class Meta:
        verbose_name = _("Bank entry")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="bankentry_entered_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=1, amount_fen__lte=FEN_MAX)
                & Q(kind__in=BankKind.values)
                & ~Q(reference=""),
                name="bankentry_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, reason="")
                | Q(withdrawn_at__isnull=False, kind=BankKind.RECEIVED) & ~Q(reason=""),
                name="bankentry_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.reference}"
