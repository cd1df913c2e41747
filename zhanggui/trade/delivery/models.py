"""Runs, and the stops they are made of."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock.models import Location
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.org.models import Area
from zhanggui.trade.delivery.rules import RunState, StopState
from zhanggui.trade.orders.models import Order


class Run(Record):
    """A round of stops by one courier from one depot.

    `area` is the narrowest area that covers its doors: who plans or delivers there has the run
    before him. The books of a city go by the area of the depot. `way_m`, `work_s` and `cost_fen`
    are what it was planned to take: metres, seconds and fen.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    depot = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    courier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs"
    )
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.PLANNED)
    way_m = models.IntegerField(default=0)
    work_s = models.IntegerField(default=0)
    cost_fen = models.BigIntegerField(default=0)
    planned_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Run")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(way_m__gte=0, work_s__gte=0, cost_fen__gte=0), name="run_estimate"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.PLANNED, picked_at__isnull=True, left_at__isnull=True)
                | Q(state=RunState.DISSOLVED, left_at__isnull=True)
                | Q(state=RunState.PICKED, picked_at__isnull=False, left_at__isnull=True)
                | Q(state=RunState.OUT, left_at__isnull=False, back_at__isnull=True)
                | Q(state=RunState.BACK, left_at__isnull=False, back_at__isnull=False),
                name="run_moments",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["courier", "state"], name="run_of_courier"),
            models.Index(fields=["area", "state", "planned_at"], name="run_of_area"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people say."""
        return f"R{localtime(self.planned_at):%m%d}-{self.pk}"

    def names_person(self, person_id: int) -> bool:
        """Tell whether this is a person's own run."""
        return self.courier_id == person_id


class Stop(Record):
    """One order on a run, at its place in the row, and what happened at the door.

    `done_at` is when the server heard of it, `device_at` when the courier's phone noted it. An
    order waits on one run at a time.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="stops")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="stops")
    position = models.IntegerField()
    state = models.CharField(max_length=10, choices=StopState.choices, default=StopState.WAITING)
    reason_code = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=TITLE_CHARS_MAX, blank=True)
    done_at = models.DateTimeField(null=True)
    device_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Stop")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=StopState.WAITING), name="stop_of_order_once"
            ),
            models.CheckConstraint(
                condition=Q(state=StopState.WAITING, done_at__isnull=True)
                | (~Q(state=StopState.WAITING) & Q(done_at__isnull=False)),
                name="stop_done_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "position"], name="stop_of_run")]

    def __str__(self) -> str:
        return f"{self.run.number} · {self.position}"

    @property
    def area_id(self) -> str:
        """The code of the area of the run."""
        return self.run.area_id

    def names_person(self, person_id: int) -> bool:
        """Tell whether this is a stop on a person's own run."""
        return self.run.courier_id == person_id
