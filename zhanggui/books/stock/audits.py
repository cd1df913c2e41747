"""What must never be so in the stock: each breach a sentence, with the record it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.stock import rules
from zhanggui.books.stock.models import Level, Location, Movement
from zhanggui.books.stock.rules import OURS, PROMISES, Moved, PlaceKind, Spot
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.models import Fact

Found = tuple[str, str, int]


def _each(wrong: QuerySet[Movement], sentence: str) -> Iterator[Found]:
    for pk in wrong.order_by("pk").values_list("pk", flat=True).iterator():
        yield f"Movement {pk} {sentence}.", Movement._meta.label, pk


def _sums(side: str, signed: Any) -> Iterator[tuple[Spot, int]]:
    rows: QuerySet[Movement, Any] = (
        Movement.objects.filter(**{f"{side}__kind__in": OURS})
        .order_by()
        .values_list("sku", side)
        .annotate(pieces=Sum(signed))
    )
    for sku, place, pieces in rows:
        yield Spot(sku, place), int(pieces or 0)


def _added_up() -> dict[Spot, tuple[int, int]]:
    """Return what the movements of each SKU at each of our places add up to: there, promised."""
    on_hand: dict[Spot, int] = defaultdict(int)
    promised: dict[Spot, int] = defaultdict(int)
    for spot, pieces in _sums("target", F("quantity")):
        on_hand[spot] += pieces
    for spot, pieces in _sums("source", F("quantity")):
        on_hand[spot] -= pieces
    arms = [When(kind=kind, then=F("quantity") * sign) for kind, sign in PROMISES.items()]
    for spot, pieces in _sums("source", Case(*arms, default=Value(0))):
        promised[spot] += pieces
    return {spot: (on_hand[spot], promised[spot]) for spot in {*on_hand, *promised}}


@audit("stock.levels")
def audit_levels() -> Iterator[Found]:
    """Yield each level that is not the sum of its movements."""
    added_up = _added_up()
    label = Level._meta.label
    for level in Level.objects.order_by("pk"):
        there, promised = added_up.pop(Spot(level.sku_id, level.location_id), (0, 0))
        if (level.on_hand, level.reserved) != (there, promised):
            said = f"Level {level.pk} says {level.on_hand} on hand and {level.reserved} reserved"
            yield f"{said}, its movements say {there} and {promised}.", label, level.pk
    for spot, (there, promised) in sorted(added_up.items()):
        if there or promised:
            yield (
                f"SKU {spot.sku} moved at place {spot.place}, which has no level of it.",
                Location._meta.label,
                spot.place,
            )


@audit("stock.movements")
def audit_movements() -> Iterator[Found]:
    """Yield each movement that no action could have written by itself."""
    every = Movement.objects.all()
    for name, model in (("source", Location), ("target", Location), ("sku", Sku)):
        there = Exists(model._default_manager.filter(pk=OuterRef(f"{name}_id")))
        yield from _each(every.filter(~there), f"has a {name} that is not there")
    known = Q(pk__in=[])
    aside = Q(kind__in=PROMISES) | Q(
        source__kind__in=[PlaceKind.PACKED, PlaceKind.BAG, PlaceKind.CUSTOMER]
    )
    for kind, ways in rules.WAYS.items():
        for source, target in ways:
            known |= Q(kind=kind, source__kind=source, target__kind=target)
    yield from _each(every.exclude(known), "leads where its kind does not lead")
    yield from _each(every.filter(aside, reference=""), "has no reference")
    yield from _each(every.exclude(aside).exclude(reference=""), "has a reference it cannot have")


@audit("stock.references")
def audit_references() -> Iterator[str]:
    """Yield each reference under which more went on than was set aside."""
    rows: QuerySet[Movement, Any] = (
        Movement.objects.exclude(reference="")
        .order_by()
        .values_list("kind", "reference", "sku", "source", "target")
        .annotate(pieces=Sum("quantity"))
    )
    moved = (Moved(*row) for row in rows.iterator())
    for key, count in sorted(rules.held(moved).items()):
        if count < 0:
            yield (
                f"Under the number {key.reference} {-count} more of SKU {key.sku} left place "
                f"{key.place} than were set aside there."
            )


@audit("stock.deeds")
def audit_deeds() -> Iterator[Found]:
    """Yield each movement without a fact that tells why."""
    told = Exists(Fact.objects.filter(deed=OuterRef("deed")))
    yield from _each(Movement.objects.filter(~told), "has no fact that tells why")
