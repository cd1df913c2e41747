"""What a shelf with facets costs at 10,000 products: the page, plain, narrowed, and twice narrowed.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_shelves.py -n
0 -s`; on PostgreSQL with `.venv/bin/python tests/postgres.py` before it. The shop has 10,000
products, of which a shelf holds 2,000 and all of them stand below one shelf; three attributes are
said of each. Each page is asked 30 times after 3 to warm up, through the whole stack. Printed are
median and 95th percentile of elapsed milliseconds, the median of this process's own processor time,
how many products are left, and the statements.
"""

from __future__ import annotations

import gc
import os
import time
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.shelves import BATCH, lay_out
from bench.test_search import _measured
from zhanggui.books.catalogue.models import Attribute, AttributeValue, Category, Product
from zhanggui.ground.kernel import guard

ATTRIBUTES = (("roast", 3), ("harvest", 4), ("grade", 6))
PAGES = (
    ("a shelf", "/shop/c/B0/"),
    ("a shelf, narrowed", "/shop/c/B0/?a-roast=c1"),
    ("a shelf, twice", "/shop/c/B0/?a-roast=c1&a-grade=c4"),
    ("a shelf, by price", "/shop/c/B0/?a-roast=c1&sort=low"),
    ("all below one", "/shop/c/ALL/"),
    ("all, narrowed", "/shop/c/ALL/?a-roast=c1"),
)


def _describe() -> None:
    """Put all shelves below one that asks three attributes, and say them of every product."""
    with guard.writes_open():
        top = Category.objects.create(code="ALL", name_zh="全部", name_en="All")
        Category.objects.filter(code__startswith="B").update(parent=top)
        asked = [
            Attribute.objects.create(
                category=top, code=code, name_zh=code, name_en=code, kind="choice", facet=True,
                choices=[{"code": f"c{n}", "zh": f"选{n}", "en": f"c{n}"} for n in range(size)],
            )
            for code, size in ATTRIBUTES
        ]  # fmt: skip
        ids = Product.objects.filter(code__startswith="BN-").values_list("pk", flat=True)
        AttributeValue.objects.bulk_create(
            (
                AttributeValue(product_id=pk, attribute=one, choice=f"c{pk * 7 % len(one.choices)}")
                for pk in ids
                for one in asked
            ),
            batch_size=BATCH,
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.mark.django_db
@pytest.mark.books_broken
def test_a_shelf_with_facets_at_ten_thousand_products(at: datetime) -> None:
    began = time.perf_counter()
    shop = lay_out(at)
    _describe()
    print(
        f"\n{connection.vendor}: {shop.products} products, "
        f"{AttributeValue.objects.count()} values, laid out in {time.perf_counter() - began:.0f} s"
    )
    gc.collect()
    gc.freeze()  # what the layout left behind is no part of a page
    print("page; products left; median, p95, processor; statements")
    visitor = Client()
    for title, path in PAGES:
        page = visitor.get(path)
        times = _measured(lambda path=path: visitor.get(path))
        with CaptureQueriesContext(connection) as statements:
            assert visitor.get(path).status_code == 200
        total = page.context["list"]["total"]
        said = " ".join(f"{ms:6.1f}" for ms in times)
        print(f"{title:20} {total:6} {said} {len(statements):3}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
