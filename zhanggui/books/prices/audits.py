"""What must never be so in the price book."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from zhanggui.books.prices.models import CostEntry, PriceEntry
from zhanggui.ground.kernel.audit import audit
from zhanggui.ground.kernel.models import Fact

Found = tuple[str, str, int]


def _each(
    wrong: QuerySet[PriceEntry] | QuerySet[CostEntry], kind: str, sentence: str
) -> Iterator[Found]:
    for pk in wrong.order_by("pk").values_list("pk", flat=True).iterator():
        yield f"{kind} {pk} {sentence}.", wrong.model._meta.label, pk


@audit("prices.book")
def audit_book() -> Iterator[Found]:
    """Yield each price or cost that changes the past, or that no fact tells of."""
    told = Exists(Fact.objects.filter(deed=OuterRef("deed")))
    for kind, rows in (("Price", PriceEntry.objects.all()), ("Cost", CostEntry.objects.all())):
        yield from _each(rows.filter(since_at__lt=F("set_at")), kind, "begins before it was set")
        yield from _each(rows.filter(~told), kind, "has no fact that tells why")
    prices = PriceEntry.objects.filter(withdrawn_at__isnull=False)
    late = prices.filter(Q(withdrawn_at__gte=F("since_at")))
    yield from _each(late, "Price", "was withdrawn after it had begun")
