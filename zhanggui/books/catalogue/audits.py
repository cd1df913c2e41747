"""What must never be so in the catalogue: an index of the search that says other than the goods."""

from __future__ import annotations

from collections.abc import Iterator

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.models import Product
from zhanggui.ground.kernel.audit import audit

Found = tuple[str, str, int]

BATCH = 500
"""Products looked at with one statement."""


@audit("catalogue.index")
def audit_index() -> Iterator[Found]:
    """Yield each product whose entries in the index are not what its words say."""
    for start in queries.product_ids_in_steps(BATCH):
        held = queries.entries_of(start)
        for product in queries.with_words(Product.objects.filter(pk__in=start).order_by("pk")):
            said = queries.words_of(product)
            stored = {token: weight for token, (_pk, weight) in held.get(product.pk, {}).items()}
            if stored == said:
                continue
            missing = sum(stored.get(token) != weight for token, weight in said.items())
            spare = sum(token not in said for token in stored)
            said_of_it = f"{product.code} is not found by {missing} of its words"
            sentence = f"{said_of_it}, and by {spare} that are none of its."
            yield sentence, Product._meta.label, product.pk
