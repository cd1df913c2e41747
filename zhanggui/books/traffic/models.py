"""What each day brought to the site: its visitors, their addresses, and the robots turned away."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from zhanggui.books.traffic.rules import HASH_CHARS, RobotReason
from zhanggui.ground.kernel.models import Record

SALT_CHARS = 64


class SiteDay(Record):
    """A company day of the site: its salt, "" once that was destroyed, and how many views it had.

    Whoever adds to a day locks this row first, so that two processes never count one visitor twice.
    """

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=SALT_CHARS, blank=True)
    views = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(views__gte=0), name="siteday_views")
        ]

    def __str__(self) -> str:
        return self.day.isoformat()


class VisitorDay(Record):
    """What one visitor did in one day; `visitor` is the hash of his key with the salt of the day.

    The hash of another day is another: nobody can be followed from one day to the next.
    """

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="visitors")
    visitor = models.CharField(max_length=HASH_CHARS)
    views = models.IntegerField()
    visits = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "visitor"], name="visitorday_once"),
            models.CheckConstraint(
                condition=Q(visits__gte=1, views__gte=F("visits"), last_at__gte=F("first_at")),
                name="visitorday_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.visitor}"


class AddressDay(Record):
    """That somebody came from an address on a day; `address` is its hash with the day's salt."""

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="addresses")
    address = models.CharField(max_length=HASH_CHARS)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "address"], name="addressday_once")
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.address}"


class RobotDay(Record):
    """How many views of a day were turned away as not a person's, and why."""

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="robots")
    reason = models.CharField(max_length=10, choices=RobotReason.choices)
    views = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "reason"], name="robotday_once"),
            models.CheckConstraint(condition=Q(views__gte=1), name="robotday_views"),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.reason}"
