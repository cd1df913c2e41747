"""The axes by which SKUs differ: rules, the act, and the form of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.catalogue.actions.options import place_skus
from zhanggui.books.catalogue.actions.products import add_sku, edit_sku, enter_product
from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.rules.options import (
    along,
    option_in,
    option_out,
    variant_of,
    why_not_options,
)
from zhanggui.ground.kernel.refusal import Refusal

SIZE, COLOUR = {"zh": "尺码", "en": "Size"}, {"zh": "颜色", "en": "Colour"}
SMALL, LARGE = {"zh": "38 码", "en": "size 38"}, {"zh": "42 码", "en": "size 42"}
BLACK, RED = {"zh": "黑", "en": "black"}, {"zh": "红", "en": "red"}
SETTLES = "Give every SKU a place of its own: no two may be the same on all axes."


@dataclass
class Placed:
    """A SKU as the rules see it."""

    pk: int
    options: list[dict[str, str]]


def test_an_option_is_read_as_it_is_written() -> None:
    assert option_in("黑 | black") == BLACK
    assert option_in("黑｜ black ") == BLACK
    assert option_in("黑") == {"zh": "黑", "en": ""}
    assert option_in(option_out(SMALL)) == SMALL
    assert variant_of([SMALL, BLACK]) == ("38 码 黑", "size 38, black")


@pytest.mark.parametrize(
    ("axes", "options", "sentence"),
    [
        ([SIZE, COLOUR, SIZE], {}, "There are at most two axes, and each has a Chinese name."),
        (
            [{"zh": "", "en": "Size"}],
            {},
            "There are at most two axes, and each has a Chinese name.",
        ),
        ([SIZE, SIZE], {}, "Both axes have the same name."),
        ([SIZE], {"A": []}, "“A” lacks its place on an axis."),
        ([SIZE], {"A": [{"zh": "", "en": "x"}]}, "“A” lacks its place on an axis."),
        ([SIZE], {"A": [SMALL], "B": [SMALL]}, "“B” and “A” are the same."),
        (
            [SIZE],
            {"A": [{"zh": "长" * 41, "en": ""}]},
            "The name of “A” would be longer than 40 characters.",
        ),
    ],
)
def test_why_not_options(axes: Any, options: Any, sentence: str) -> None:
    assert str(why_not_options(axes, options)) == f"{sentence} {SETTLES}"


def test_why_not_options_lets_a_gap_be() -> None:
    assert why_not_options([SIZE, COLOUR], {"A": [SMALL, BLACK], "B": [LARGE, RED]}) is None
    assert why_not_options([], {"A": [], "B": []}) is None


def test_along_leads_to_the_same_other_choice_where_there_is_one() -> None:
    skus = [Placed(1, [SMALL, BLACK]), Placed(2, [SMALL, RED]), Placed(3, [LARGE, BLACK])]
    sizes, colours = along(skus, skus[1], axes=2)
    assert [(o.name, o.pk, o.current, o.apart) for o in sizes] == [
        (SMALL, 2, True, False),
        (LARGE, 3, False, True),
    ]
    assert [(o.name, o.pk, o.current, o.apart) for o in colours] == [
        (BLACK, 1, False, False),
        (RED, 2, True, False),
    ]


def test_along_is_one_list_where_a_sku_has_no_place() -> None:
    assert along([Placed(1, [SMALL]), Placed(2, [])], Placed(1, [SMALL]), axes=1) == []
    assert along([Placed(1, [])], Placed(1, []), axes=0) == []


# --- the act ------------------------------------------------------------------------------------


@pytest.fixture
def act(actor: Callable[..., Any], at: datetime) -> dict[str, Any]:
    """Return who acts, and when."""
    return {"by": actor("tong"), "at": at}


@pytest.fixture
def shoes(db: None, act: dict[str, Any]) -> Product:
    """Return shoes in two SKUs."""
    made = enter_product(None, code="XZ", name_zh="布鞋", name_en="Shoes", **act)
    for code in ("XZ-1", "XZ-2"):
        add_sku(made, code=code, variant_zh=code, variant_en=code, weight_g=600, **act)
    return Product.objects.get()


PLACES = {"XZ-1": [SMALL, BLACK], "XZ-2": [LARGE, RED]}


def test_place_skus_names_the_variants(shoes: Product, act: dict[str, Any]) -> None:
    place_skus(shoes, axes=[SIZE, COLOUR], options=PLACES, **act)
    skus = list(Sku.objects.order_by("pk"))
    assert [sku.variant_zh for sku in skus] == ["38 码 黑", "42 码 红"]
    assert [sku.variant_en for sku in skus] == ["size 38, black", "size 42, red"]
    shoes.refresh_from_db()
    assert shoes.axes == [SIZE, COLOUR]
    assert "42" in shoes.sought
    edit_sku(skus[0], variant_zh="别的", weight_g=700, **act)
    skus[0].refresh_from_db()
    assert (skus[0].variant_zh, skus[0].weight_g) == ("38 码 黑", 700)
    place_skus(Product.objects.get(), axes=[], options={}, **act)
    assert [(s.options, s.variant_zh) for s in Sku.objects.order_by("pk")] == [
        ([], "38 码 黑"),
        ([], "42 码 红"),
    ]


def test_place_skus_is_refused_for_two_at_one_place(shoes: Product, act: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as no:
        place_skus(shoes, axes=[SIZE], options={"XZ-1": [SMALL], "XZ-2": [SMALL]}, **act)
    assert str(no.value) == f"“XZ-2” and “XZ-1” are the same. {SETTLES}"
    assert Product.objects.get().axes == []


def test_place_skus_is_refused_where_there_are_not_two(shoes: Product, act: dict[str, Any]) -> None:
    bare = enter_product(None, code="YS", name_zh="雨伞", **act)
    with pytest.raises(Refusal) as no:
        place_skus(bare, axes=[SIZE], options={}, **act)
    assert str(no.value) == "There are not two SKUs to tell apart. Add another SKU first."


def test_place_skus_is_refused_without_the_duty(
    shoes: Product, actor: Callable[..., Any], at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        place_skus(shoes, axes=[SIZE, COLOUR], options=PLACES, by=actor("hu"), at=at)
    assert no.value.code == "not_yours"


def test_the_form_begins_with_the_variants_and_keeps_what_was_typed(
    shoes: Product, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("tong")
    path = f"/desk/catalogue/product/{shoes.pk}/place_skus/"
    assert 'value="XZ-1 | XZ-1"' in browser.get(path).content.decode()
    one, two = Sku.objects.order_by("pk")
    typed = {
        "axis_0": "尺码 | Size",
        f"o_{one.pk}_0": "38 码 | size 38",
        f"o_{two.pk}_0": "38 码 | size 38",
    }
    answer = browser.post(path, typed)
    assert answer.status_code == 422
    assert "are the same" in answer.content.decode()
    assert browser.post(path, typed | {f"o_{two.pk}_0": "42 码 | size 42"}).status_code == 303
    assert [sku.variant_en for sku in Sku.objects.order_by("pk")] == ["size 38", "size 42"]
    page = browser.get(f"/desk/catalogue/sku/{one.pk}/edit_sku/").content.decode()
    assert "Named by the options of the product." in page
