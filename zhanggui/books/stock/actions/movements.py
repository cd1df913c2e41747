"""The one way in which goods move: levels change and movements are added, or neither is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    DateTimeField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from zhanggui.books.stock import queries, rules
from zhanggui.books.stock.models import Level, Location, Movement
from zhanggui.books.stock.rules import (
    PROMISES,
    Change,
    Held,
    Line,
    MovementKind,
    PlaceKind,
    Spot,
)
from zhanggui.ground.kernel.action import deed_id, remember
from zhanggui.ground.kernel.prepared import among, insert, prepared_update
from zhanggui.ground.kernel.refusal import Refusal


def move_lines(
    kind: MovementKind,
    lines: Sequence[Line],
    *,
    source: Location,
    target: Location,
    at: datetime,
    reason: str = "",
) -> list[Movement]:
    """Move all these lines from a place to a place, or refuse them all.

    Whether there is enough is decided by the statement that changes the levels, so nobody can come
    in between. Only then is looked how much stands under each reference: the levels' rows are ours
    until the deed ends.
    """
    set_aside = rules.needs_reference(kind, source.kind)
    if refusal := rules.why_not_lines(lines=lines) or rules.why_not_way(
        kind,
        source=source.kind,
        target=target.kind,
        same=source.pk == target.pk,
        references=[line.reference for line in lines],
    ):
        raise refusal
    if source.kind == PlaceKind.CUSTOMER:
        _hold_delivered(lines, source)
    _change_levels(kind, lines, source=source, target=target, at=at)
    if set_aside and kind != MovementKind.RESERVED:
        _prove_set_aside(kind, lines, source)
    deed = deed_id()
    remember(lines=len(lines), pieces=sum(line.quantity for line in lines))
    return insert(
        Movement(
            deed=deed,
            kind=kind,
            sku_id=line.sku,
            source=source,
            target=target,
            quantity=line.quantity,
            reference=line.reference if set_aside else "",
            reason=reason,
            at=at,
        )
        for line in lines
    )


def open_levels(spots: Iterable[Spot], *, short_at: datetime | None = None) -> None:
    """Begin the levels of SKUs at places that have none yet, with nothing on hand."""
    wanted = sorted(spots)
    if not wanted:
        return
    there = set(Level.objects.filter(_at(wanted)).values_list("sku_id", "location_id"))
    Level.objects.bulk_create(
        [
            Level(location_id=spot.place, sku_id=spot.sku, short_at=short_at)
            for spot in wanted
            if spot not in there
        ],
        ignore_conflicts=True,  # somebody else began it meanwhile: as good
    )


def _at(spots: Iterable[Spot]) -> Q:
    by_place: dict[int, list[int]] = {}
    for spot in spots:
        by_place.setdefault(spot.place, []).append(spot.sku)
    found = Q(pk__in=[])
    for place, skus in by_place.items():
        found |= Q(location=place, sku__in=skus)
    return found


def _change_levels(
    kind: MovementKind, lines: Sequence[Line], *, source: Location, target: Location, at: datetime
) -> None:
    ours = frozenset(place.pk for place in (source, target) if place.kind in rules.OURS)
    wanted = rules.changes(kind, lines, source=source.pk, target=target.pk, ours=ours)
    open_levels(spot for spot, change in wanted.items() if change.on_hand > 0)
    if len(wanted) > 1 and connection.features.has_select_for_update:
        rows = Level.objects.filter(_at(wanted)).order_by("sku_id", "location_id")
        list(rows.select_for_update(no_key=True).values_list("pk"))
    for place in dict.fromkeys((source, target)):
        mine = {spot.sku: change for spot, change in wanted.items() if spot.place == place.pk}
        if mine and _apply(kind, mine, place, at=at) != len(mine):
            raise _why_too_few(kind, lines, mine, place)


def _apply(kind: MovementKind, mine: Mapping[int, Change], place: Location, *, at: datetime) -> int:
    """Change the levels that allow it, all in one statement, and return how many did."""
    change = _CHANGING[kind == MovementKind.RESERVED, place.kind == PlaceKind.DEPOT]
    return change(
        place=place.pk,
        skus=list(mine),
        on_hand=_once([change.on_hand for change in mine.values()]),
        reserved=_once([change.reserved for change in mine.values()]),
        at=at,
    )


def _once(numbers: list[int]) -> list[int]:
    """Return numbers, or the one number that all of them are."""
    return numbers[:1] if len(set(numbers)) == 1 else numbers


def _changing(*, promised: bool, shelf: bool) -> Callable[..., int]:
    """Return how the levels of a place change: those promised from, those of a depot's shelf."""

    @prepared_update(
        place=BigIntegerField(),
        skus=[BigIntegerField()],
        on_hand=[IntegerField()],
        reserved=[IntegerField()],
        at=DateTimeField(),
    )
    def change(
        place: int, skus: list[int], on_hand: list[int], reserved: list[int], at: datetime
    ) -> tuple[QuerySet[Level], dict[str, Any]]:
        moved, held = _by_sku(skus, on_hand), _by_sku(skus, reserved)
        rows = Level.objects.filter(among("sku_id", skus), location=place)
        if promised:
            rows = rows.filter(on_hand__gte=F("reserved") + F("safety") + held)
        else:
            left = {"reserved__lte": F("on_hand") + moved - held}
            rows = rows.filter(reserved__gte=0 - held, **left)
        changed = {"on_hand": F("on_hand") + moved, "reserved": F("reserved") + held}
        if shelf:
            none_left = Q(on_hand__lte=F("reserved") + F("safety") + held - moved)
            changed["short_at"] = Case(
                When(none_left, then=Coalesce(F("short_at"), at)),
                default=Value(None),
                output_field=DateTimeField(),
            )
        return rows, changed

    return change


def _by_sku(skus: Sequence[int], numbers: Sequence[int]) -> Any:
    """Return the number of each SKU, as SQL where they differ."""
    if len(numbers) == 1:
        return numbers[0]
    arms = [When(sku=sku, then=number) for sku, number in zip(skus, numbers, strict=True)]
    return Case(*arms, output_field=IntegerField())


_CHANGING = {
    (promised, shelf): _changing(promised=promised, shelf=shelf)
    for promised in (False, True)
    for shelf in (False, True)
}


def _why_too_few(
    kind: MovementKind, lines: Sequence[Line], mine: Mapping[int, Change], place: Location
) -> Refusal:
    if rules.needs_reference(kind, place.kind) and kind != MovementKind.RESERVED:
        _prove_set_aside(kind, lines, place)
    levels = {level.sku_id: level for level in Level.objects.filter(location=place, sku__in=mine)}
    for sku, change in sorted(mine.items()):
        level = levels.get(sku, Level(location=place))
        promise = kind == MovementKind.RESERVED
        left = rules.sellable(level) if promise else level.on_hand - level.reserved
        wanted = change.reserved if promise else -change.on_hand
        if left < wanted:
            return queries.too_few(sku, place, left=left, wanted=wanted, kind=kind.value)
    raise RuntimeError("a level refused a change that it allows")


def _hold_delivered(lines: Sequence[Line], customers: Location) -> None:
    """Let nobody else take the same delivered goods back before this deed ends."""
    references = {line.reference for line in lines}
    delivered = Movement.objects.filter(reference__in=references, target=customers)
    list(delivered.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _prove_set_aside(kind: MovementKind, lines: Sequence[Line], source: Location) -> None:
    """Refuse when more is moved under a reference than stands there under it."""
    there = rules.held(queries.moved_under(line.reference for line in lines))
    wanted: dict[Held, int] = {}
    for line in lines:
        key = Held(line.reference, line.sku, source.pk, kind in PROMISES)
        wanted[key] = wanted.get(key, 0) + line.quantity
    for key, count in sorted(wanted.items()):
        if there.get(key, 0) < count:
            raise queries.not_set_aside(key, there=there.get(key, 0), wanted=count)
