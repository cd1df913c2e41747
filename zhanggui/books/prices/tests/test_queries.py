"""What the price book answers: at a moment, to whom, in how many statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.prices import queries
from zhanggui.books.prices.actions import list_product, set_cost, set_price, set_prices
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.rules import Asked

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def price_all(product: Product, by: Any, at: datetime, price_fen: int = 6_800) -> None:
    asked = [Asked(sku.pk, price_fen + 100 * sku.position) for sku in product.skus.all()]
    set_prices(product, asked=asked, by=by, at=at)


def test_prices_at_answers_for_many_skus_in_one_statement_at_most(
    make: Callable[..., Product],
    tong: Any,
    at: datetime,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    skus = list(make("TG", *(str(n) for n in range(100, 130))).skus.all())
    for sku in skus[:-1]:
        set_price(sku, price_fen=1_000, by=tong, at=at)
        set_price(sku, price_fen=1_000 + sku.position + 1, by=tong, at=at + HOUR)
        set_price(sku, price_fen=9_000, since=at + 9 * HOUR, by=tong, at=at + HOUR)
    with django_assert_num_queries(2):  # the editions, and the book
        found = queries.prices_at(skus, at=at + 2 * HOUR)
    with django_assert_num_queries(1):
        assert queries.prices_at(skus[:9], at=at + 2 * HOUR).keys() == {sku.pk for sku in skus[:9]}
    assert {pk: entry.price_fen for pk, entry in found.items()} == {
        sku.pk: 1_001 + sku.position for sku in skus[:-1]
    }


@settings(max_examples=20, deadline=None)
@given(data=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=12))
def test_price_at_any_moment_is_what_was_last_set(data: list[tuple[int, int]]) -> None:
    from datetime import UTC

    from django.db import transaction

    from zhanggui.books.catalogue.models import Category
    from zhanggui.ground.kernel import guard

    zero = datetime(2026, 1, 1, tzinfo=UTC)
    undo = transaction.atomic()
    with undo, guard.writes_open():
        shelf = Category.objects.create(code="X", name_zh="x", name_en="x")
        product = Product.objects.create(
            code="X", name_zh="x", category=shelf, state_at=zero, created_at=zero
        )
        sku = Sku.objects.create(product=product, code="X", variant_zh="x", weight_g=1)
        book: dict[int, int] = {}
        for number, (since, withdrawn) in enumerate(data):
            if since in book:
                continue
            gone = withdrawn < since and withdrawn % 3 == 0
            PriceEntry.objects.create(
                sku=sku, price_fen=number + 1, since_at=zero + since * HOUR, set_at=zero,
                deed="0" * 32, withdrawn_at=zero + withdrawn * HOUR if gone else None,
            )  # fmt: skip
            if not gone:
                book[since] = number + 1
        for hour in range(22):
            begun = [since for since in book if since <= hour]
            held = queries.price_at(sku, at=zero + hour * HOUR)
            assert (held.price_fen if held else None) == (book[max(begun)] if begun else None)
        transaction.set_rollback(True)


def test_skus_to_price_are_those_of_goods_ready_without_a_price(
    make: Callable[..., Product], tong: Any, ye: Any, actor: Callable[..., Any], at: datetime
) -> None:
    product = make("TG", "125", "250")
    make("LY", ready=False)
    small, large = product.skus.order_by("position")
    assert list(queries.skus_to_price(tong)) == [small, large]
    assert queries.skus_to_price(tong)[0].waits_since == product.state_at
    set_price(small, price_fen=6_800, since=at + HOUR, by=tong, at=at)
    assert list(queries.skus_to_price(tong)) == [large]
    for user in ("ye", "lin", "cai"):
        assert list(queries.skus_to_price(actor(user))) == []


def test_products_to_list_show_their_prices_to_whoever_lists(
    make: Callable[..., Product], tong: Any, ye: Any, actor: Callable[..., Any], at: datetime
) -> None:
    first, second = make("TG", "125", "250"), make("LY")
    make("WY", ready=False)
    price_all(first, tong, at)
    found = {p.code: (p.priced_n, p.low_fen, p.high_fen) for p in queries.products_to_list(ye)}
    assert found == {"TG": (2, 6_800, 6_900), "LY": (0, None, None)}
    whole = queries.complete(queries.products_to_list(ye), "yes")
    rest = queries.complete(queries.products_to_list(ye), "no")
    assert (list(whole), list(rest)) == ([first], [second])
    list_product(first, by=ye, at=at)
    assert list(queries.products_to_list(ye)) == [second]
    for user in ("tong", "lin", "cai"):
        assert list(queries.products_to_list(actor(user))) == []


def test_book_of_shows_costs_only_to_whoever_sets_prices(
    product: Product, tong: Any, ye: Any, at: datetime
) -> None:
    small, large = product.skus.order_by("position")
    set_cost(small, cost_fen=3_400, by=tong, at=at)
    now = set_price(small, price_fen=6_800, market_fen=8_800, by=tong, at=at)
    later = set_price(small, price_fen=7_200, since=at + HOUR, by=tong, at=at)
    first, second = queries.book_of(product, by=tong)
    assert (first.price, first.next, first.cost_fen, first.floor_fen, first.margin_bp) == (
        now,
        later,
        3_400,
        3_836,
        5_000,
    )
    assert (second.sku, second.price, second.cost_fen) == (large, None, None)
    outside = queries.book_of(product, by=ye)[0]
    assert (outside.price, outside.next) == (now, later)
    assert (outside.cost_fen, outside.floor_fen, outside.margin_bp) == (None, None, None)
    assert queries.cost_history(small, by=ye).count() == 0
    assert queries.cost_history(small, by=tong).count() == 1


def test_book_of_costs_few_statements_however_many_skus(
    make: Callable[..., Product],
    tong: Any,
    at: datetime,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    product = make("TG", *(str(n) for n in range(100, 140)))
    price_all(product, tong, at)
    with django_assert_num_queries(5):  # the editions too
        assert len(queries.book_of(product, by=tong)) == 40


def test_skus_sought_finds_by_pinyin_and_code(make: Callable[..., Product], tong: Any) -> None:
    product = make("TG")
    make("LY")
    rows = queries.skus_to_price(tong)
    assert [sku.product for sku in queries.skus_sought(rows, "cha tg-125")] == [product]
