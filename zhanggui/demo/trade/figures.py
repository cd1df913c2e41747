"""What a lived day came to, in a few figures, and a digest of all that stands in the books."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Q, Sum

from zhanggui.books.traffic.queries import day_figures
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.ground.kernel.models import Record
from zhanggui.ground.ledger.models import Account
from zhanggui.ground.ledger.queries import balances
from zhanggui.ground.ledger.rules import AccountKind
from zhanggui.trade.cash.models import Collection, Purse, Remittance
from zhanggui.trade.cash.rules import RemittanceState
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import CAME_TO_DOOR, StopState, per_order_fen
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.rules.states import OrderState


@dataclass(frozen=True, slots=True)
class DayLived:
    """The figures of a day.

    `valid`: orders placed that day that were let through, or still may be. `turnover_fen`: taken at
    doors that day; `settled_fen`: counted that day; `cash_outside_fen`: with couriers or uncounted
    at its end. `cost_per_order_fen`: of the runs that came back that day, by stops; none without.
    """

    day: str
    visits: int
    placed: int
    valid: int
    delivered: int
    partly: int
    refused: int
    failed: int
    turnover_fen: int
    settled_fen: int
    cash_outside_fen: int
    shortages: int
    cost_per_order_fen: int | None


def day_lived(day: date) -> DayLived:
    """Return the figures of a day that has just been lived to its end."""
    begin, end = moment_of_day(day, 0), moment_of_day(day + timedelta(days=1), 0)
    placed = Order.objects.filter(**_within("placed_at", begin, end))
    doors = _by_state(Stop.objects.filter(**_within("done_at", begin, end)))
    taken = Collection.objects.filter(**_within("taken_at", begin, end))
    settled = Order.objects.filter(**_within("settled_at", begin, end))
    runs = Run.objects.filter(**_within("back_at", begin, end))
    stops = Stop.objects.filter(run__in=runs, state__in=CAME_TO_DOOR).count()
    cost = runs.aggregate(n=Sum("cost_fen", default=0))["n"]
    return DayLived(
        day=day.isoformat(),
        visits=day_figures(day).visits,
        placed=placed.count(),
        valid=placed.exclude(
            Q(state=OrderState.VOID) | Q(state=OrderState.CANCELLED, confirmed_at=None)
        ).count(),
        delivered=doors.get(StopState.DELIVERED, 0),
        partly=doors.get(StopState.PARTLY, 0),
        refused=doors.get(StopState.REFUSED, 0),
        failed=doors.get(StopState.FAILED, 0),
        turnover_fen=sum(one.taken_fen for one in taken),
        settled_fen=settled.aggregate(n=Sum("taken_fen", default=0))["n"],
        cash_outside_fen=_cash_outside(),
        shortages=Shortage.objects.filter(**_within("opened_at", begin, end)).count(),
        cost_per_order_fen=per_order_fen(cost, stops),
    )


def _within(field: str, begin: datetime, end: datetime) -> dict[str, datetime]:
    return {f"{field}__gte": begin, f"{field}__lt": end}


def _by_state(stops: models.QuerySet[Stop]) -> dict[str, int]:
    return dict(stops.order_by().values_list("state").annotate(n=Count("pk")))


def _cash_outside() -> int:
    """Return what couriers carry and what lies with finance uncounted, floats included."""
    accounts = Account.objects.filter(pk__in=Purse.objects.values("account"))
    carried = sum(b.net(AccountKind.ASSET) - b.credits_pending for b in balances(accounts).values())
    uncounted = Remittance.objects.filter(state=RemittanceState.DECLARED)
    return int(carried + uncounted.aggregate(n=Sum("expected_fen", default=0))["n"])


# --- the digest -------------------------------------------------------------------------------

CHANCE = frozenset({"token", "password", "salt", "key", "key_digest", "key_hash", "nonce", "deed"})
"""Columns that are random by intention."""

SALTED = frozenset({"visitor", "address"})
"""Columns of the site's traffic that are hashed with a day's salt."""

NO_BUSINESS = frozenset({"media", "kernel.Seal"})
"""What is no business of a trading day: pictures, and the seals over the facts."""


def digest() -> str:
    """Return the SHA-256 of every business row of every room, the same for the same history.

    Random columns (secret links, passwords, salted hashes) are left out.
    """
    found = hashlib.sha256()
    for line in _lines():
        found.update(line.encode() + b"\n")
    return found.hexdigest()


def _lines() -> Iterator[str]:
    labels = {room.rsplit(".", 1)[-1] for room in settings.ROOMS}
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        meta = model._meta
        if not issubclass(model, Record) or meta.app_label not in labels:
            continue
        if {meta.app_label, meta.label} & NO_BUSINESS:
            continue
        names, order = _columns(model)
        yield f"{meta.label} {' '.join(names)}"
        for row in model._base_manager.order_by(*order).values_list(*names):
            yield json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True)


def _columns(model: type[models.Model]) -> tuple[list[str], list[str]]:
    """Return the columns of a table that follow from its history, and those it is sorted by.

    Rows of the site's traffic are numbered by their salted hashes, so by chance too.
    """
    fields = list(model._meta.concrete_fields)
    salted = model._meta.app_label == "traffic" and {f.name for f in fields} & SALTED
    kept = [
        field.attname
        for field in fields
        if not isinstance(field, models.UUIDField | models.FileField)
        and field.name not in CHANCE
        and not (salted and (field.name in SALTED or field.primary_key))
    ]
    return kept, kept if salted else ["pk"]
