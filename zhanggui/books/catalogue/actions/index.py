"""Writing the index of the search: with each change of the goods, and anew from what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.models import IndexEntry, Product
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor

INDEXING = "catalogue.index"
"""No post holds this duty: the index follows from the goods, as the clock does its rounds."""

BATCH = 200
"""Products whose entries are compared at once: some ten thousand rows."""

ROWS = 5_000
"""Entries written in one statement: three values each, well below what SQLite takes."""


def index_products(products: Sequence[Product]) -> int:
    """Make the entries of these products what their words say; return how many products changed.

    For the body of an action alone. Each product comes with its brand and SKUs fetched, or fetches
    them; what says the same as before is not written.
    """
    held = queries.entries_of(product.pk for product in products)
    stale: list[int] = []
    fresh: list[IndexEntry] = []
    changed = 0
    for product in products:
        said, stored = queries.words_of(product), held.get(product.pk, {})
        gone = [pk for token, (pk, weight) in stored.items() if said.get(token) != weight]
        added = [
            IndexEntry(product=product, token=token, weight=weight)
            for token, weight in said.items()
            if token not in stored or stored[token][1] != weight
        ]
        stale += gone
        fresh += added
        changed += bool(gone or added)
    for start in range(0, len(stale), ROWS):
        IndexEntry.objects.filter(pk__in=stale[start : start + ROWS]).delete()
    IndexEntry.objects.bulk_create(fresh, batch_size=ROWS)
    return changed


def in_batches(products: Iterable[Product]) -> Iterator[list[Product]]:
    """Yield products in batches of which each is compared and written at once."""
    batch: list[Product] = []
    for product in products:
        batch.append(product)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@action(
    duty=INDEXING,
    title=_("Bring the index of the search up to date"),
    said=_("brought the index of the search up to date: %(changed)s products"),
)
def rebuild_index(area: None, *, by: Actor, at: datetime) -> int:
    """Make every entry of the index what the goods say; return how many products had others."""
    everything = queries.with_words(Product.objects.order_by("pk"))
    changed = 0
    for batch in in_batches(everything.iterator(chunk_size=BATCH)):
        changed += index_products(batch)
    remember(changed=changed)
    return changed
