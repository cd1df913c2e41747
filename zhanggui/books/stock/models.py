"""Places where goods lie, the movements between them, the levels they add up to, and arrivals."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.stock import rules
from zhanggui.books.stock.rules import (
    CODE_CHARS_MAX,
    QUANTITY_MAX,
    REFERENCE_CHARS_MAX,
    ArrivalState,
    MovementKind,
    PlaceKind,
)
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area

AT_ONE_PLACE = sorted(rules.AT_ONE_PLACE)
OUTSIDE = sorted(rules.OUTSIDE)


class Location(Record):
    """Where goods are, or where they came from or went; it never changes and is never deleted.

    Packed goods stand at a depot (`depot`), a bag is carried by a person (`holder`). Suppliers,
    customers, losses and count differences are one place each for the whole company.
    """

    editions = True

    code = models.CharField(max_length=CODE_CHARS_MAX + 10, unique=True)
    kind = models.CharField(max_length=10, choices=PlaceKind.choices)
    name_zh = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    name_en = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    depot = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="packed")
    holder = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Place of goods")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=PlaceKind.values), name="location_kind"),
            models.CheckConstraint(
                condition=Q(kind=PlaceKind.DEPOT, area__isnull=False, depot__isnull=True)
                | Q(kind=PlaceKind.PACKED, area__isnull=False, depot__isnull=False)
                | Q(kind=PlaceKind.BAG, holder__isnull=False, depot__isnull=True)
                | Q(
                    kind__in=OUTSIDE,
                    area__isnull=True,
                    depot__isnull=True,
                    holder__isnull=True,
                ),
                name="location_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "area"], name="location_of_area")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; what kind of place it is where it has none."""
        own = (self.name_en if get_language() == "en" else "") or self.name_zh
        return own or str(self.get_kind_display())


class Movement(Record):
    """Pieces of one SKU from a place to a place; never changed, never deleted.

    `reference` is the number they are set aside for. `deed` is the id of the deed whose facts tell
    why. The database does not ask on every line whether the places are there, which would make
    every buyer wait for whoever receives goods: places are never deleted, and the audit looks.
    """

    deed = models.UUIDField()
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    sku = models.ForeignKey(
        Sku, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    target = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    quantity = models.IntegerField()
    reference = models.CharField(max_length=REFERENCE_CHARS_MAX, blank=True)
    reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=QUANTITY_MAX), name="movement_quantity"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AT_ONE_PLACE, source=F("target"))
                | (~Q(kind__in=AT_ONE_PLACE) & ~Q(source=F("target"))),
                name="movement_places",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MovementKind.values), name="movement_kind_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sku", "source"], name="movement_out"),
            models.Index(fields=["sku", "target"], name="movement_in"),
            models.Index(
                fields=["reference"], condition=~Q(reference=""), name="movement_of_reference"
            ),
            models.Index(fields=["deed"], name="movement_of_deed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"


class Level(Record):
    """How many pieces of a SKU are at a place, and how many of them are promised.

    Always the sum of the movements. `safety` is what is kept back from sale; `short_at` since when
    nothing more can be promised.
    """

    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        related_name="levels",
        db_index=False,
        db_constraint=False,
    )
    sku = models.ForeignKey(
        Sku, on_delete=models.PROTECT, related_name="levels", db_constraint=False
    )
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    safety = models.IntegerField(default=0)
    short_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Stock level")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["location", "sku"], name="level_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="level_on_hand"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="level_reserved"
            ),
            models.CheckConstraint(condition=Q(safety__gte=0), name="level_safety"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["location", "short_at"],
                condition=Q(short_at__isnull=False),
                name="level_short",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku} · {self.location}"

    @property
    def area_id(self) -> str | None:
        """The code of the area whose people answer for the place."""
        return self.location.area_id

    @property
    def sellable(self) -> int:
        """How many pieces may still be promised."""
        return rules.sellable(self)


class Arrival(Record):
    """Goods announced for a depot: how many pieces of a SKU, and until when."""

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="arrivals")
    quantity = models.IntegerField()
    due_at = models.DateTimeField()
    note = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    state = models.CharField(
        max_length=10, choices=ArrivalState.choices, default=ArrivalState.EXPECTED
    )
    announced_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Expected arrival")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=QUANTITY_MAX), name="arrival_quantity"
            ),
            models.CheckConstraint(
                condition=Q(state=ArrivalState.EXPECTED, ended_at__isnull=True)
                | Q(
                    state__in=[ArrivalState.ARRIVED, ArrivalState.CANCELLED],
                    ended_at__isnull=False,
                ),
                name="arrival_ended",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["level", "due_at"],
                condition=Q(state=ArrivalState.EXPECTED),
                name="arrival_expected",
            )
        ]

    def __str__(self) -> str:
        return str(self.level)

    @property
    def area_id(self) -> str | None:
        """The code of the area whose people answer for the depot."""
        return self.level.area_id
