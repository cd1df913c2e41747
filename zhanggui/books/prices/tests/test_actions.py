"""Setting and withdrawing prices, putting goods on sale, taking them off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from zhanggui.books.catalogue.actions.attributes import add_attribute, describe_product
from zhanggui.books.catalogue.actions.products import add_sku
from zhanggui.books.catalogue.models import Product, ProductPicture, Sku
from zhanggui.books.catalogue.rules.attributes import Value
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.actions import (
    delist_product,
    list_product,
    set_cost,
    set_price,
    set_prices,
    turn_back_product,
    withdraw_price,
)
from zhanggui.books.prices.models import CostEntry, PriceEntry
from zhanggui.books.prices.queries import price_at
from zhanggui.books.prices.rules import Asked
from zhanggui.books.prices.tests.conftest import refused
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.tests.errands import at_once, tamper

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NOT_YOURS = (
    "There is no such record among those you answer for. "
    "Check the number, or ask the person who holds this duty for that area."
)


# --- prices -------------------------------------------------------------------------------------


def test_set_price_holds_at_once_and_says_who_set_it(sku: Sku, tong: Any, at: datetime) -> None:
    entry = set_price(sku, price_fen=6_800, market_fen=8_800, by=tong, at=at)
    assert (entry.price_fen, entry.market_fen, entry.since_at, entry.set_by_id) == (
        6_800,
        8_800,
        at,
        tong.person_id,
    )
    fact = Fact.objects.get(verb="prices.set_price")
    assert (fact.kind, fact.record_id, fact.deed) == ("catalogue.Sku", sku.pk, entry.deed)
    assert (fact.data["price"], fact.data["starts"]) == ("68.00", "2026-11-23 12:00")


def test_set_price_leaves_what_was_before_as_it_was(sku: Sku, tong: Any, at: datetime) -> None:
    first = set_price(sku, price_fen=6_800, by=tong, at=at)
    second = set_price(sku, price_fen=7_200, by=tong, at=at + HOUR)
    third = set_price(sku, price_fen=6_500, since=at + 5 * HOUR, by=tong, at=at + HOUR)
    moments = [at - HOUR, at, at + HOUR - timedelta(microseconds=1), at + HOUR, at + 5 * HOUR]
    assert [price_at(sku, at=moment) for moment in moments] == [None, first, first, second, third]


def test_set_price_refuses_the_past_and_the_same_again(sku: Sku, tong: Any, at: datetime) -> None:
    set_price(sku, price_fen=6_800, by=tong, at=at)
    assert refused(
        lambda: set_price(sku, price_fen=7_000, since=at - HOUR, by=tong, at=at + HOUR)
    ) == (
        "A price or a cost cannot begin in the past. "
        "Leave the moment empty for at once, or choose one that is still to come."
    )
    assert refused(lambda: set_price(sku, price_fen=6_800, by=tong, at=at + HOUR)) == (
        "The book says so already. Type what ought to change."
    )
    assert refused(lambda: set_price(sku, price_fen=7_000, by=tong, at=at)) == (
        "Something holds for TG-125 from this very moment already. "
        "Choose another moment, or withdraw what is still to come."
    )
    assert PriceEntry.objects.count() == 1


def test_set_price_below_cost_wants_a_reason_which_stays(sku: Sku, tong: Any, at: datetime) -> None:
    set_cost(sku, cost_fen=3_400, by=tong, at=at)
    assert refused(lambda: set_price(sku, price_fen=3_300, by=tong, at=at)) == (
        "33.00 yuan for TG-125 is below its landed cost of 34.00 yuan. "
        "Ask more, or give the reason: it stays beside the price."
    )
    assert not PriceEntry.objects.exists()
    entry = set_price(sku, price_fen=3_300, reason="Last tins", by=tong, at=at)
    assert entry.reason == "Last tins"


def test_set_price_is_for_whoever_sets_prices(
    sku: Sku, actor: Callable[..., Any], at: datetime
) -> None:
    for user in ("ye", "lin", "cai"):
        by = actor(user)
        assert refused(lambda by=by: set_price(sku, price_fen=1, by=by, at=at)) == NOT_YOURS
    assert not PriceEntry.objects.exists()


def test_set_price_cannot_be_changed_or_deleted_by_sql(sku: Sku, tong: Any, at: datetime) -> None:
    set_price(sku, price_fen=6_800, by=tong, at=at)
    set_cost(sku, cost_fen=3_400, by=tong, at=at)
    columns = "sku_id, price_fen, since_at, set_at, deed, reason"
    statements = [
        "UPDATE prices_priceentry SET price_fen = 1",
        "UPDATE prices_priceentry SET since_at = set_at",
        "DELETE FROM prices_priceentry",
        "UPDATE prices_costentry SET cost_fen = 1",
        "DELETE FROM prices_costentry",
    ]
    if connection.vendor == "sqlite":
        statements.append(
            f"INSERT OR REPLACE INTO prices_priceentry ({columns}) "
            "SELECT sku_id, 1, since_at, set_at, deed, reason FROM prices_priceentry"
        )
    for sql in statements:
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            guard.writes_open(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert PriceEntry.objects.get().price_fen == 6_800
    assert CostEntry.objects.get().cost_fen == 3_400


@pytest.mark.django_db(transaction=True)
def test_set_price_by_two_at_the_same_moment_enters_one(
    make: Callable[..., Product], tong: Any, at: datetime
) -> None:
    sku = make("TG").skus.get()
    answers = at_once(
        [
            lambda price=price: set_price(sku, price_fen=price, by=tong, at=at)
            for price in (6_800, 7_200, 7_600, 8_000)
        ]
    )
    entered = [answer for answer in answers if isinstance(answer, PriceEntry)]
    assert len(entered) == 1
    assert [no.code for no in answers if no is not entered[0]] == ["moment_taken"] * 3
    assert PriceEntry.objects.get() == entered[0]


# --- costs --------------------------------------------------------------------------------------


def test_set_cost_keeps_its_figure_out_of_the_fact(sku: Sku, tong: Any, at: datetime) -> None:
    entry = set_cost(sku, cost_fen=3_417, by=tong, at=at)
    fact = Fact.objects.get(verb="prices.set_cost")
    assert (entry.cost_fen, entry.since_at, fact.deed) == (3_417, at, entry.deed)
    assert "3417" not in str(fact.data) and "34.17" not in str(fact.data)


def test_set_cost_refuses_nothing_and_strangers(sku: Sku, tong: Any, ye: Any, at: datetime) -> None:
    assert refused(lambda: set_cost(sku, cost_fen=0, by=tong, at=at)) == (
        "A price or a cost lies between 0.01 and 100,000.00 yuan; TG-125 would not. "
        "Check the number of digits."
    )
    assert refused(lambda: set_cost(sku, cost_fen=1, by=ye, at=at)) == NOT_YOURS
    assert not CostEntry.objects.exists()


# --- several at once ----------------------------------------------------------------------------


def test_set_prices_enters_what_differs_in_one_fact(
    product: Product, tong: Any, at: datetime
) -> None:
    small, large = product.skus.order_by("position")
    set_price(small, price_fen=6_800, by=tong, at=at - HOUR)
    asked = [Asked(small.pk, 6_800, cost_fen=3_400), Asked(large.pk, 12_800, 15_800, 6_400)]
    set_prices(product, asked=asked, by=tong, at=at)
    entries = PriceEntry.objects.filter(since_at=at)
    assert [(e.sku, e.price_fen, e.market_fen) for e in entries] == [(large, 12_800, 15_800)]
    assert dict(CostEntry.objects.values_list("sku", "cost_fen")) == {
        small.pk: 3_400,
        large.pk: 6_400,
    }
    fact = Fact.objects.get(verb="prices.set_prices")
    assert fact.data["starts"] == "2026-11-23 12:00"
    assert fact.data["changed"] == "TG-125 · TG-250 128.00"
    assert "3400" not in str(fact.data) and "6400" not in str(fact.data)


def test_set_prices_enters_all_or_nothing(product: Product, tong: Any, at: datetime) -> None:
    small, large = product.skus.order_by("position")
    asked = [Asked(small.pk, 6_800), Asked(large.pk, 6_000, cost_fen=6_400)]
    assert refused(lambda: set_prices(product, asked=asked, by=tong, at=at)) == (
        "60.00 yuan for TG-250 is below its landed cost of 64.00 yuan. "
        "Ask more, or give the reason: it stays beside the price."
    )
    assert not PriceEntry.objects.exists() and not CostEntry.objects.exists()


def test_set_prices_refuses_a_sku_of_another_product(
    product: Product, make: Callable[..., Product], tong: Any, at: datetime
) -> None:
    other = make("LY").skus.get()
    asked = [Asked(other.pk, 6_800)]
    assert refused(lambda: set_prices(product, asked=asked, by=tong, at=at)) == NOT_YOURS
    assert not PriceEntry.objects.exists()


def test_set_prices_costs_the_same_statements_for_many_skus(
    make: Callable[..., Product], tong: Any, at: datetime
) -> None:
    counts = []
    for code, variants in (("A", ["125"]), ("B", [str(n) for n in range(100, 120)])):
        product = make(code, *variants)
        asked = [Asked(sku.pk, 6_800, 8_800, 3_400) for sku in product.skus.all()]
        with CaptureQueriesContext(connection) as counted:
            set_prices(product, asked=asked, by=tong, at=at)
        counts.append(len(counted))
    assert counts[0] == counts[1]


# --- withdrawing --------------------------------------------------------------------------------


def test_withdraw_price_lets_what_holds_go_on(sku: Sku, tong: Any, at: datetime) -> None:
    first = set_price(sku, price_fen=6_800, by=tong, at=at)
    wrong = set_price(sku, price_fen=720, since=at + 9 * HOUR, by=tong, at=at)
    withdraw_price(sku, entry=wrong, reason="A digit short", by=tong, at=at + HOUR)
    wrong.refresh_from_db()
    assert wrong.withdrawn_at == at + HOUR
    assert price_at(sku, at=at + 10 * HOUR) == first
    right = set_price(sku, price_fen=7_200, since=at + 9 * HOUR, by=tong, at=at + 2 * HOUR)
    assert price_at(sku, at=at + 10 * HOUR) == right
    fact = Fact.objects.get(verb="prices.withdraw_price")
    assert fact.data["price"] == "7.20"
    assert fact.data["starts"] == localtime(at + 9 * HOUR).strftime("%Y-%m-%d %H:%M")


def test_withdraw_price_refuses_what_holds(sku: Sku, tong: Any, at: datetime) -> None:
    first = set_price(sku, price_fen=6_800, by=tong, at=at)
    for moment in (at, at + HOUR):
        said = refused(
            lambda m=moment: withdraw_price(sku, entry=first, reason="No", by=tong, at=m)
        )
        assert said == (
            "This price holds already or was withdrawn. "
            "What was so stays so: set another price from now on."
        )
    no = withdraw_price.why_not(sku, by=tong, at=at)
    assert str(no) == "No price is still to come for this SKU."
    assert PriceEntry.objects.get().withdrawn_at is None


def test_withdraw_price_refuses_the_price_of_another_sku(
    sku: Sku, product: Product, tong: Any, at: datetime
) -> None:
    other = product.skus.get(code="TG-250")
    entry = set_price(other, price_fen=1_000, since=at + HOUR, by=tong, at=at)
    said = refused(lambda: withdraw_price(sku, entry=entry, reason="No", by=tong, at=at))
    assert said.startswith("This price holds already or was withdrawn.")


# --- putting on sale ----------------------------------------------------------------------------


@pytest.fixture
def priced(product: Product, tong: Any, at: datetime) -> Product:
    """Return a product that may go on sale."""
    asked = [Asked(sku.pk, 6_800) for sku in product.skus.all()]
    return set_prices(product, asked=asked, by=tong, at=at)


def test_list_product_puts_it_on_sale_and_measures_the_wait(
    priced: Product, ye: Any, at: datetime
) -> None:
    listed = list_product(priced, by=ye, at=at)
    assert (listed.state, listed.state_at, listed.reason) == (ProductState.LISTED, at, "")
    fact = Fact.objects.get(verb="prices.list_product")
    assert (fact.wait_s, fact.duty, fact.post) == (2 * 86_400, "prices.listing", "listing_clerk")


def test_list_product_refuses_what_has_no_price_for_each_sku(
    product: Product, sku: Sku, tong: Any, ye: Any, at: datetime
) -> None:
    set_price(sku, price_fen=6_800, by=tong, at=at)
    large = product.skus.get(code="TG-250")
    set_price(large, price_fen=12_800, since=at + HOUR, by=tong, at=at)
    said = refused(lambda: list_product(product, by=ye, at=at))
    assert said == (
        "This product still lacks a price for TG-250. "
        "It stays off sale until the product manager has added it."
    )
    product.refresh_from_db()
    assert product.state == ProductState.READY
    assert list_product(product, by=ye, at=at + HOUR).state == ProductState.LISTED


def test_list_product_refuses_what_lost_its_picture(priced: Product, ye: Any, at: datetime) -> None:
    with guard.writes_open():
        ProductPicture.objects.all().delete()
    assert refused(lambda: list_product(priced, by=ye, at=at)) == (
        "This product still lacks a picture. "
        "It stays off sale until the product manager has added it."
    )


def test_list_product_refuses_what_lacks_an_attribute_required_since(
    priced: Product, tong: Any, ye: Any, at: datetime
) -> None:
    category = priced.category
    assert category is not None
    add_attribute(
        category, code="harvest", name_zh="采制", name_en="Harvest", kind="text", required=True,
        by=tong, at=at,
    )  # fmt: skip
    assert refused(lambda: list_product(priced, by=ye, at=at)) == (
        "This product still lacks Harvest. "
        "It stays off sale until the product manager has added it."
    )
    describe_product(priced, values={"harvest": Value(text_zh="秋茶")}, by=tong, at=at)
    assert list_product(priced, by=ye, at=at).state == ProductState.LISTED


def test_list_product_refuses_drafts_and_strangers(
    make: Callable[..., Product], priced: Product, tong: Any, ye: Any, at: datetime
) -> None:
    draft = make("LY", ready=False)
    assert refused(lambda: list_product(draft, by=ye, at=at)) == (
        "This cannot be done while the state is “Draft”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )
    assert refused(lambda: list_product(priced, by=tong, at=at)) == NOT_YOURS
    assert not Product.objects.filter(state=ProductState.LISTED).exists()


def test_delist_product_says_why_and_may_be_listed_again(
    priced: Product, ye: Any, at: datetime
) -> None:
    list_product(priced, by=ye, at=at)
    gone = delist_product(priced, reason="Tins dented", by=ye, at=at + HOUR)
    assert (gone.state, gone.reason) == (ProductState.DELISTED, "Tins dented")
    back = list_product(gone, by=ye, at=at + 2 * HOUR)
    assert (back.state, back.reason) == (ProductState.LISTED, "")
    waits = Fact.objects.filter(verb="prices.list_product").order_by("pk")
    assert [fact.wait_s for fact in waits] == [2 * 86_400, None]


def test_delist_product_refuses_what_is_not_on_sale(priced: Product, ye: Any, at: datetime) -> None:
    assert refused(lambda: delist_product(priced, reason="No", by=ye, at=at)) == (
        "This cannot be done while the state is “Ready”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_turn_back_product_makes_it_a_draft_with_what_is_wrong(
    priced: Product, ye: Any, at: datetime
) -> None:
    draft = turn_back_product(priced, reason="The picture shows another tin", by=ye, at=at)
    assert (draft.state, draft.reason) == (ProductState.DRAFT, "The picture shows another tin")
    outer = Fact.objects.get(verb="prices.turn_back_product")
    inner = Fact.objects.get(verb="catalogue.send_back")
    assert (inner.cause, outer.wait_s) == (outer, 2 * 86_400)


def test_turn_back_product_refuses_what_is_on_sale(priced: Product, ye: Any, at: datetime) -> None:
    list_product(priced, by=ye, at=at)
    assert refused(lambda: turn_back_product(priced, reason="No", by=ye, at=at)) == (
        "This cannot be done while the state is “On sale”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_a_sku_added_to_goods_on_sale_has_no_price_of_its_own(
    priced: Product, tong: Any, ye: Any, at: datetime
) -> None:
    list_product(priced, by=ye, at=at)
    fresh = add_sku(priced, code="TG-500", variant_zh="500g", weight_g=500, by=tong, at=at)
    assert price_at(fresh, at=at + HOUR) is None


# --- the audit ----------------------------------------------------------------------------------


@pytest.mark.books_broken
@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (
            "UPDATE prices_priceentry SET deed = '00000000000000000000000000000000'",
            "Price {pk} has no fact that tells why.",
        ),
        (
            "UPDATE prices_costentry SET deed = '00000000000000000000000000000000'",
            "Cost {pk} has no fact that tells why.",
        ),
    ],
)
def test_audit_finds_what_no_action_wrote(
    sku: Sku, tong: Any, at: datetime, sql: str, sentence: str
) -> None:
    from zhanggui.ground.kernel.audit import run_audits

    price = set_price(sku, price_fen=6_800, by=tong, at=at)
    cost = set_cost(sku, cost_fen=3_400, by=tong, at=at)
    assert list(run_audits()) == []
    tamper(sql)
    entry = price if "price" in sql.split()[1].removeprefix("prices_") else cost
    assert [breach.sentence for breach in run_audits()] == [sentence.format(pk=entry.pk)]
