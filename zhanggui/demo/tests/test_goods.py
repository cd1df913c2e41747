"""The goods of the example company: what its sheet says, and that its shelves can be filled."""

from __future__ import annotations

import csv
from datetime import datetime

import pytest

from zhanggui.books.catalogue.models import AttributeValue, Category, Product, ProductPicture, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.rows import read_rows
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.demo.articles import ARTICLES
from zhanggui.demo.goods import NOT_PHOTOGRAPHED, NOT_READY, PICTURES, SHEET, SHELVES, load_goods


def test_sheet_of_the_example_has_no_bad_row_and_says_what_prices_and_stock_need() -> None:
    reading = read_rows(read_table(SHEET.read_bytes()))
    assert reading.faults == []
    assert reading.ignored == ["price", "market_price", "cost", "opening", "safety"]
    assert len(reading.lines) == 101
    assert {line.words["category"] for line in reading.lines} <= {code for code, *_names in SHELVES}
    with SHEET.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            assert float(row["cost"]) < float(row["price"]) < float(row["market_price"]), row["sku"]
            assert int(row["opening"]) > int(row["safety"]) > 0, row["sku"]


def test_every_product_and_article_is_drawn_and_together_they_stay_light() -> None:
    products = {line.product.lower() for line in read_rows(read_table(SHEET.read_bytes())).lines}
    drawn = {file.stem: file.stat().st_size for file in PICTURES.glob("*.webp")}
    assert set(drawn) == products | {article["cover"] for article in ARTICLES}
    assert sum(drawn.values()) < 3_000_000


@pytest.mark.django_db
def test_load_goods_fills_the_shelves_and_leaves_some_work(at: datetime) -> None:
    load_goods(at=at)
    assert (Category.objects.count(), Product.objects.count(), Sku.objects.count()) == (19, 72, 101)
    drafts = Product.objects.filter(state=ProductState.DRAFT)
    assert set(drafts.values_list("code", flat=True)) == NOT_READY
    assert Product.objects.filter(state=ProductState.READY).count() == 69
    bare = Product.objects.filter(pictures__isnull=True)
    assert set(bare.values_list("code", flat=True)) == NOT_PHOTOGRAPHED
    assert ProductPicture.objects.count() == 70
    assert AttributeValue.objects.count() == 168
