"""Accounts, and the transfers between them, which are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhanggui.ground.kernel.limits import FEN_MAX, TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.ledger.rules import CODE_CHARS_MAX, AccountKind, Bound, Phase


class Account(Record):
    """Where money is, or why it came or went; only its closing ever changes.

    `area_id` is the code of an area and `holder_kind`, `holder_id` the kind and id of whoever holds
    the money (a courier, a cash box): plain values, because what they name stands above the ledger.
    """

    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    kind = models.CharField(max_length=10, choices=AccountKind.choices)
    bound = models.CharField(max_length=40, choices=Bound.choices, blank=True)
    name = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    area_id = models.CharField(max_length=CODE_CHARS_MAX, blank=True)
    holder_kind = models.CharField(max_length=60, blank=True)
    holder_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind"),
            models.CheckConstraint(condition=Q(bound__in=Bound.values), name="account_bound"),
            models.CheckConstraint(condition=~Q(code=""), name="account_code"),
            models.CheckConstraint(
                condition=Q(holder_kind="", holder_id__isnull=True)
                | (~Q(holder_kind="") & Q(holder_id__isnull=False)),
                name="account_holder_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder_kind", "holder_id"], name="account_of_holder"),
            models.Index(fields=["area_id"], name="account_of_area"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Transfer(Record):
    """Money from one account (credit) to another (debit); never changed, never deleted.

    A posting or voiding ends the pending transfer it names, and `releases_fen` of it are no longer
    pending. `corrects` names a transfer that this one takes back, wholly or in part. `deed` is the
    id of the deed whose facts tell why.
    """

    deed = models.UUIDField()
    phase = models.CharField(max_length=10, choices=Phase.choices)
    debit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="debits", db_index=False
    )
    credit = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="credits", db_index=False
    )
    amount_fen = models.BigIntegerField()
    releases_fen = models.BigIntegerField(default=0)
    pending = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="ended_by"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    entry = models.CharField(max_length=CODE_CHARS_MAX)
    memo = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=1, amount_fen__lte=FEN_MAX), name="transfer_amount"
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_two_accounts"),
            models.CheckConstraint(
                condition=Q(
                    phase__in=[Phase.POSTED, Phase.PENDING], pending__isnull=True, releases_fen=0
                )
                | Q(
                    phase=Phase.POSTING,
                    pending__isnull=False,
                    releases_fen__gte=F("amount_fen"),
                    releases_fen__lte=FEN_MAX,
                )
                | Q(phase=Phase.VOIDING, pending__isnull=False, releases_fen=F("amount_fen")),
                name="transfer_phase",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | Q(phase=Phase.POSTED), name="transfer_corrects"
            ),
        ]
        indexes: ClassVar = [
            # They hold all that a balance is summed from, so the rows need not be visited.
            models.Index(
                fields=["debit", "phase", "amount_fen", "releases_fen"], name="transfer_debited"
            ),
            models.Index(
                fields=["credit", "phase", "amount_fen", "releases_fen"], name="transfer_credited"
            ),
            models.Index(fields=["deed"], name="transfer_of_deed"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.pk}"
