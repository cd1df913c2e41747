"""Members with their addresses, sign-ins and codes, tries at the door, and messages."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhanggui.books.customers.rules.accounts import (
    ADDRESS_CHARS_MAX,
    KEY_CHARS_MAX,
    LABEL_CHARS_MAX,
    NAME_CHARS_MAX,
    PHONE_CHARS_MAX,
)
from zhanggui.books.customers.rules.door import DEVICE_WORDS_MAX, TryKind
from zhanggui.books.customers.rules.messages import MessageState
from zhanggui.ground.kernel.models import Record

DIGEST_CHARS = 64
"""Characters of a SHA-256 in hexadecimal."""


class Customer(Record):
    """A member: whoever proved once that a phone is his.

    `phone` is the number as shown, `phone_key` the digits by which his orders are found. `password`
    is the hash of one, "" where he signs in by codes. An erased one keeps its number and moments.
    """

    phone = models.CharField(max_length=PHONE_CHARS_MAX, blank=True)
    phone_key = models.CharField(max_length=KEY_CHARS_MAX, blank=True)
    name = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    password = models.CharField(max_length=128, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    joined_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Member")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone_key"], condition=Q(erased_at__isnull=True), name="customer_of_phone"
            ),
            models.CheckConstraint(
                condition=(Q(erased_at__isnull=True) & ~Q(phone_key=""))
                | Q(erased_at__isnull=False, phone="", phone_key="", name="", password=""),
                name="customer_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number of the member: what may stand where no name or phone may."""
        return f"M{self.pk:06d}"


class SavedAddress(Record):
    """An address a member keeps, with who receives parcels there."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="addresses")
    recipient = models.CharField(max_length=NAME_CHARS_MAX)
    phone = models.CharField(max_length=PHONE_CHARS_MAX)
    division = models.CharField(max_length=12)
    address = models.CharField(max_length=ADDRESS_CHARS_MAX)
    label = models.CharField(max_length=LABEL_CHARS_MAX, blank=True)
    is_default = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Saved address")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="savedaddress_default_once"
            )
        ]

    def __str__(self) -> str:
        return f"M{self.customer_id:06d} · {self.pk}"


class SignIn(Record):
    """A device on which a member is signed in, until it is signed out or not seen for long.

    `key_hash` is the hash of the secret in the device's cookie. `proved_at` is when a code was
    typed on it, None where a password was.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sign_ins")
    key_hash = models.CharField(max_length=DIGEST_CHARS, unique=True)
    device = models.CharField(max_length=DEVICE_WORDS_MAX, blank=True)
    made_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    seen_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Sign-in")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
                name="signin_not_backwards",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "ended_at"], name="signin_of")]

    def __str__(self) -> str:
        return f"M{self.customer_id:06d} · {self.pk}"


class SignInCode(Record):
    """That a code was sent to a phone, whoever's it is.

    The code itself is nowhere: it follows from `nonce` and the installation's secret. `tries` are
    the wrong ones; one code of a phone holds at a time.
    """

    phone_key = models.CharField(max_length=KEY_CHARS_MAX)
    nonce = models.CharField(max_length=DIGEST_CHARS)
    asked_at = models.DateTimeField()
    until_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone_key"],
                condition=Q(ended_at__isnull=True),
                name="signincode_one",
            ),
            models.CheckConstraint(condition=Q(tries__gte=0), name="signincode_tries"),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="signincode_asked")]

    def __str__(self) -> str:
        return str(self.pk)

    def holds(self, at: datetime) -> bool:
        """Tell whether the code may still be typed."""
        return self.ended_at is None and at < self.until_at


class DoorTry(Record):
    """That something was tried at the door of the shop, to be counted for a day.

    `network` is a keyed digest of the address it came from.
    """

    kind = models.CharField(max_length=10, choices=TryKind.choices)
    phone_key = models.CharField(max_length=KEY_CHARS_MAX)
    network = models.CharField(max_length=DIGEST_CHARS, blank=True)
    tried_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "phone_key", "tried_at"], name="doortry_of_phone"),
            models.Index(fields=["kind", "network", "tried_at"], name="doortry_of_network"),
            models.Index(fields=["tried_at"], name="doortry_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Message(Record):
    """Something to be told to a customer's phone, once.

    `data` is what the text of its kind is filled with: never a code, which follows from the row
    named in it. After `until_at` it is no longer worth sending.
    """

    kind = models.CharField(max_length=30)
    phone = models.CharField(max_length=PHONE_CHARS_MAX)
    phone_key = models.CharField(max_length=KEY_CHARS_MAX)
    data = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    state = models.CharField(
        max_length=8, choices=MessageState.choices, default=MessageState.WAITING
    )
    tries = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], ended_at__isnull=True)
                | (~Q(state__in=["waiting", "sending"]) & Q(ended_at__isnull=False)),
                name="message_ended_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["phone_key", "made_at"], name="message_of_phone"),
            models.Index(fields=["state", "made_at"], name="message_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
