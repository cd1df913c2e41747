"""What each day brought to the site: visitors, addresses, sources, steps, and the robots."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic.rules.links import CODE_CHARS_MAX, LinkState
from zhanggui.books.traffic.rules.sources import (
    NAME_CHARS_MAX,
    PATH_CHARS_MAX,
    Device,
    Source,
    SourceKind,
)
from zhanggui.books.traffic.rules.views import HASH_CHARS, Counter, RobotReason
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area

SALT_CHARS = 64


class Link(Record):
    """A short address of ours for one place where people see it: what it brings can be told apart.

    `target` is a path of the shop. `source`, `medium` and `campaign` say where the link is shown.
    A link that was ended still leads on, for what is printed stays printed; it is only not counted.
    """

    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    name = models.CharField(max_length=TITLE_CHARS_MAX)
    target = models.CharField(max_length=PATH_CHARS_MAX)
    source = models.CharField(max_length=NAME_CHARS_MAX)
    medium = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    campaign = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=LinkState.choices, default=LinkState.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Tracked link")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=LinkState.OPEN, ended_at__isnull=True)
                | Q(state=LinkState.ENDED, ended_at__isnull=False),
                name="link_ended_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(target__startswith="/shop/"), name="link_leads_into_the_shop"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The short path people type or scan."""
        return f"/l/{self.code}"


class Origin(Record):
    """Where visits and orders come from: one row for each source there has been.

    `name` is the code of a link, what a campaign says, a search engine, or a host. Orders keep
    theirs as long as they exist.
    """

    kind = models.CharField(max_length=10, choices=SourceKind.choices)
    name = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    medium = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    campaign = models.CharField(max_length=NAME_CHARS_MAX, blank=True)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, related_name="origins")
    first_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "name", "medium", "campaign"], name="origin_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=SourceKind.LINK, link__isnull=False)
                | (~Q(kind=SourceKind.LINK) & Q(link__isnull=True)),
                name="origin_of_a_link",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["first_on"], name="origin_first")]

    def __str__(self) -> str:
        return self.name or str(SourceKind(self.kind).label)

    @property
    def as_source(self) -> Source:
        """The same as a value."""
        return Source(self.kind, self.name, self.medium, self.campaign)


class SiteDay(Record):
    """A company day of the site as one counter saw it: its salt, and what the day came to.

    `salt` is "" once it was destroyed; `salted_at` is when it was made. The figures are sums that
    grow with the rows below, so that a year is read from its days. Distinct numbers among them
    (`visitors`, `addresses`) never add up over days.

    Whoever adds to a day locks this row first, so that two processes never count one visitor twice.
    """

    day = models.DateField()
    counter = models.CharField(max_length=6, choices=Counter.choices, default=Counter.SERVER)
    salt = models.CharField(max_length=SALT_CHARS, blank=True)
    salted_at = models.DateTimeField()
    views = models.BigIntegerField(default=0)
    visits = models.BigIntegerField(default=0)
    visitors = models.BigIntegerField(default=0)
    addresses = models.BigIntegerField(default=0)
    bots = models.BigIntegerField(default=0)
    confirmed = models.BigIntegerField(default=0)
    goods = models.BigIntegerField(default=0)
    cart = models.BigIntegerField(default=0)
    checkout = models.BigIntegerField(default=0)
    placed = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "counter"], name="siteday_once"),
            models.CheckConstraint(
                condition=Q(
                    visitors__gte=0,
                    addresses__gte=0,
                    visits__gte=F("visitors"),
                    views__gte=F("visits"),
                    bots__gte=0,
                    confirmed__gte=0,
                ),
                name="siteday_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    goods__gte=0, cart__gte=0, checkout__gte=0, placed__gte=0,
                    goods__lte=F("visitors"), cart__lte=F("visitors"),
                    checkout__lte=F("visitors"), placed__lte=F("visitors"),
                ),
                name="siteday_steps",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.day.isoformat()


class SiteHour(Record):
    """An hour of a day of the site; a visitor of two hours counts in both, and once in the day."""

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="by_hour")
    hour = models.PositiveSmallIntegerField()
    views = models.IntegerField(default=0)
    visits = models.IntegerField(default=0)
    visitors = models.IntegerField(default=0)
    addresses = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "hour"], name="sitehour_once"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="sitehour_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.hour:02d}"


class VisitorDay(Record):
    """What one visitor did in one day; `visitor` is the hash of his key with the salt of the day.

    The hash of another day is another: nobody can be followed from one day to the next. `origin`
    and `device` are those of his first visit of the day; `hours` and `steps` are bits.
    """

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="visitor_rows")
    visitor = models.CharField(max_length=HASH_CHARS)
    views = models.IntegerField()
    visits = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    hours = models.IntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=0)
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, null=True, related_name="+")
    device = models.CharField(max_length=8, choices=Device.choices, blank=True)

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

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="address_rows")
    address = models.CharField(max_length=HASH_CHARS)
    hours = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "address"], name="addressday_once")
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.address}"


class OriginDay(Record):
    """What one source brought on a day: how often its link was opened, visits, and visitors.

    A visit belongs to the source of its first page, a visitor to that of his first visit of the
    day: so the sources of a day add up to the day.
    """

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="by_origin")
    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="days")
    opened = models.IntegerField(default=0)
    visits = models.IntegerField(default=0)
    visitors = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "origin"], name="originday_once"),
            models.CheckConstraint(
                condition=Q(opened__gte=0, visitors__gte=0, visits__gte=F("visitors")),
                name="originday_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.origin_id}"


class VisitDay(Record):
    """How many visits of a day began on one page with one kind of device."""

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="by_landing")
    landing = models.CharField(max_length=PATH_CHARS_MAX, blank=True)
    device = models.CharField(max_length=8, choices=Device.choices, blank=True)
    visits = models.IntegerField(default=0)
    visitors = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "landing", "device"], name="visitday_once"),
            models.CheckConstraint(
                condition=Q(visitors__gte=0, visits__gte=F("visitors")), name="visitday_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.landing}"


class RobotDay(Record):
    """How many views of a day were turned away as not a person's, and why."""

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="robots")
    reason = models.CharField(max_length=10, choices=RobotReason.choices)
    views = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "reason"], name="robotday_once"),
            models.CheckConstraint(condition=Q(views__gte=1), name="robotday_views"),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.reason}"


class LogLine(Record):
    """That a line of a server's log was counted; `mark` is its hash with the salt of its day.

    Destroyed with the salt: a line of such a day adds nothing any more.
    """

    day = models.ForeignKey(SiteDay, on_delete=models.PROTECT, related_name="lines")
    mark = models.CharField(max_length=HASH_CHARS)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "mark"], name="logline_once")
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.mark}"
