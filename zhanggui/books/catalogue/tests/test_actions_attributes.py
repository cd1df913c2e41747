"""Asking something of the goods of a category, and describing products by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions.attributes import (
    add_attribute,
    describe_product,
    edit_attribute,
    retire_attribute,
)
from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import (
    add_sku,
    enter_product,
    make_ready,
    move_product,
)
from zhanggui.books.catalogue.actions.sheets import read_goods_sheet, take_in_goods
from zhanggui.books.catalogue.models import Attribute, AttributeValue, Category, Intake, Product
from zhanggui.books.catalogue.rules.attributes import Value
from zhanggui.books.catalogue.rules.rows import fault_said
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db
ROAST = "light | 清香 | Light roast\ndark | 浓香 | Dark roast"


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager."""
    return actor("tong")


@pytest.fixture
def act(tong: Any, at: datetime) -> dict[str, Any]:
    """Return who acts, and when."""
    return {"by": tong, "at": at}


@pytest.fixture
def tea(act: dict[str, Any]) -> Category:
    """Return the category of tea."""
    return open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", **act)


@pytest.fixture
def oolong(tea: Category, act: dict[str, Any]) -> Category:
    """Return oolong, below tea."""
    return open_category(None, code="OOLONG", name_zh="乌龙茶", name_en="Oolong", parent=tea, **act)


def ask(category: Category, code: str, act: dict[str, Any], **how: Any) -> Attribute:
    words = {"name_zh": f"属性{code}", "name_en": code.title(), "kind": "text"}
    return add_attribute(category, code=code, **{**words, **how}, **act)


@pytest.fixture
def roast(oolong: Category, act: dict[str, Any]) -> Attribute:
    """Return what is required of every oolong: its roast."""
    said = {"name_zh": "焙火", "name_en": "Roast", "kind": "choice", "choices": ROAST}
    return ask(oolong, "roast", act, **said, required=True, facet=True)


@pytest.fixture
def product(oolong: Category, act: dict[str, Any]) -> Product:
    """Return an oolong with everything but its attributes."""
    made = enter_product(
        None, code="TG", name_zh="铁观音", name_en="Tieguanyin", category=oolong, unit_zh="罐",
        unit_en="tin", **act,
    )  # fmt: skip
    add_sku(made, code="TG-1", variant_zh="125g", weight_g=125, **act)
    attach_picture(made, sound=sound(), alt_zh="茶", **act)
    return Product.objects.get()


def put_on_sale(product: Product, at: datetime) -> Product:
    """Put a product on sale as the room above does it."""
    make_ready(product, by=CLOCKWORK, at=at)
    with guard.writes_open():
        return move_product(Product.objects.get(), "list_product", at=at)


# --- asking -------------------------------------------------------------------------------------


def test_add_attribute_asks_of_the_category_and_below(
    tea: Category, oolong: Category, roast: Attribute, act: dict[str, Any]
) -> None:
    harvest = ask(tea, "harvest", act, kind="text")
    assert queries.attributes_of(oolong) == [harvest, roast]
    assert queries.attributes_of(tea) == [harvest]
    assert roast.choices == [
        {"code": "light", "zh": "清香", "en": "Light roast"},
        {"code": "dark", "zh": "浓香", "en": "Dark roast"},
    ]
    assert Fact.objects.filter(verb="catalogue.add_attribute").count() == 2


def test_add_attribute_is_refused_for_a_code_that_is_taken(
    roast: Attribute, tea: Category, act: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as no:
        ask(tea, "roast", act)
    assert str(no.value) == (
        "The code “roast” is taken already. Search for it: perhaps it is there already."
    )
    assert Attribute.objects.count() == 1


def test_add_attribute_is_refused_for_a_facet_that_is_no_list(
    tea: Category, act: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as no:
        ask(tea, "weight", act, kind="number", facet=True)
    assert no.value.code == "no_facet"
    assert not Attribute.objects.exists()


def test_add_attribute_is_refused_without_the_duty(
    tea: Category, actor: Callable[..., Any], at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        ask(tea, "weight", {"by": actor("hu"), "at": at})
    assert no.value.code == "not_yours"


def test_edit_attribute_keeps_every_choice_a_product_has(
    roast: Attribute, product: Product, act: dict[str, Any]
) -> None:
    describe_product(product, values={"roast": Value("dark")}, **act)
    words = {"name_zh": "火功", "name_en": "Firing"}
    with pytest.raises(Refusal) as no:
        edit_attribute(roast, **words, choices="light | 清香\nraw | 生", **act)
    assert str(no.value) == (
        "“Dark roast” is said of 1 products. "
        "Describe them otherwise first; the name of a choice may be changed."
    )
    roast.refresh_from_db()
    assert roast.name_en == "Roast"
    edit_attribute(roast, **words, choices="dark | 足火\nraw | 生", facet=True, **act)
    roast.refresh_from_db()
    assert (roast.name_en, roast.required, [c["code"] for c in roast.choices]) == (
        "Firing", False, ["dark", "raw"],
    )  # fmt: skip


def test_edit_attribute_brings_the_index_up_to_date(
    roast: Attribute, product: Product, act: dict[str, Any], at: datetime
) -> None:
    describe_product(product, values={"roast": Value("dark")}, **act)
    put_on_sale(product, at)
    assert "浓香" in queries.words_of(Product.objects.get())
    edit_attribute(roast, name_zh="焙火", name_en="Roast", choices="dark | 足火\nraw | 生", **act)
    assert {"足火"} <= set(queries.entries_of([product.pk])[product.pk])
    retire_attribute(Attribute.objects.get(), **act)
    assert "足火" not in queries.entries_of([product.pk])[product.pk]


def test_retire_attribute_asks_and_shows_it_nowhere(
    roast: Attribute, oolong: Category, product: Product, act: dict[str, Any]
) -> None:
    describe_product(product, values={"roast": Value("dark")}, **act)
    retire_attribute(roast, **act)
    assert queries.attributes_of(oolong) == []
    assert queries.missing_attributes(product) == []
    assert AttributeValue.objects.count() == 1
    for verb in (retire_attribute, edit_attribute):
        with pytest.raises(Refusal) as no:
            words = {} if verb is retire_attribute else {"name_zh": "火", "name_en": "F"}
            verb(Attribute.objects.get(), **words, **act)  # type: ignore[operator]
        assert str(no.value) == (
            "This attribute is retired already. "
            "Look at the record again: someone may have moved it on meanwhile."
        )


# --- describing ---------------------------------------------------------------------------------


def test_describe_product_says_changes_and_takes_away(
    roast: Attribute, tea: Category, product: Product, act: dict[str, Any]
) -> None:
    ask(tea, "net", act, kind="number", unit_zh="克", unit_en="g")
    describe_product(product, values={"roast": Value("dark"), "net": Value("", 2500)}, **act)
    said = [
        (v.attribute.code, v.said) for v in queries.said_of(product.pk, (tea.pk, roast.category_id))
    ]
    assert said == [("net", "2.5 g"), ("roast", "Dark roast")]
    describe_product(product, values={"net": Value()}, **act)
    assert [v.attribute.code for v in queries.values_of(product).values()] == ["roast"]
    fact = Fact.objects.filter(verb="catalogue.describe_product").order_by("pk").last()
    assert fact is not None
    assert fact.data["changed"] == 1


def test_describe_product_refuses_what_its_category_does_not_ask(
    product: Product, act: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as no:
        describe_product(product, values={"roast": Value("dark")}, **act)
    assert str(no.value) == (
        "The category of this product does not ask for “roast”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


def test_describe_product_refuses_what_is_no_choice(
    roast: Attribute, product: Product, act: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as no:
        describe_product(product, values={"roast": Value("raw")}, **act)
    assert str(no.value) == "“raw” cannot be said under “Roast”. Choose one of the list."
    assert not AttributeValue.objects.exists()


def test_describe_product_keeps_what_is_required_past_draft(
    roast: Attribute, product: Product, act: dict[str, Any]
) -> None:
    describe_product(product, values={"roast": Value("dark")}, **act)
    make_ready(product, **act)
    with pytest.raises(Refusal) as no:
        describe_product(Product.objects.get(), values={"roast": Value()}, **act)
    assert str(no.value) == (
        "A product that is Ready cannot be without Roast. "
        "Fill it in, or send the product back to be a draft first."
    )
    assert AttributeValue.objects.get().choice == "dark"


def test_describe_product_is_refused_without_the_duty(
    roast: Attribute, product: Product, actor: Callable[..., Any], at: datetime
) -> None:
    with pytest.raises(Refusal) as no:
        describe_product(product, values={"roast": Value("dark")}, by=actor("hu"), at=at)
    assert no.value.code == "not_yours"


def test_make_ready_names_the_attributes_that_are_missing(
    roast: Attribute, product: Product, act: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as no:
        make_ready(product, **act)
    assert str(no.value) == (
        "This product still lacks Roast. Add what is missing; nothing goes on sale without it."
    )
    assert Product.objects.get().state == "draft"


# --- the desk -----------------------------------------------------------------------------------


def test_goods_that_lack_what_became_required_wait_to_be_described(
    oolong: Category,
    product: Product,
    tong: Any,
    act: dict[str, Any],
    sign_in: Callable[..., Client],
) -> None:
    """They stay as they are: what was sold yesterday is not taken away because a form grew."""
    make_ready(product, **act)
    queue = "/desk/queue/catalogue.products/"
    browser = sign_in("tong")
    assert not queries.products_to_prepare(tong).exists()
    roast = ask(oolong, "roast", act, required=True)
    (row,) = queries.products_to_prepare(tong)
    assert (row.pk, row.lacking_n, row.waits_since) == (product.pk, 1, None)
    page = browser.get(queue).content.decode()
    assert "1 attribute" in page and "Ready" in page
    record = browser.get(f"/desk/catalogue/product/{product.pk}/").content.decode()
    assert "Still lacks" in record and "describe_product" in record
    assert Product.objects.get().state == "ready"
    describe_product(product, values={"roast": Value(text_zh="清香", text_en="Light")}, **act)
    assert not queries.products_to_prepare(tong).exists()
    assert "Still lacks" not in browser.get(
        f"/desk/catalogue/product/{product.pk}/"
    ).content.decode()  # fmt: skip
    retire_attribute(roast, **act)
    ask(oolong, "harvest", act, required=True)
    assert queries.products_to_prepare(tong).count() == 1


def test_the_queue_counts_missing_attributes_in_one_statement_for_all(
    roast: Attribute, product: Product, tong: Any, act: dict[str, Any]
) -> None:
    def counted() -> list[int]:
        return [row.lacking_n for row in queries.products_to_prepare(tong)]

    assert counted() == [1]
    with CaptureQueriesContext(connection) as asked:
        counted()
    assert len(asked) == 2  # whether any past draft lacks something is kept, but not in tests
    describe_product(product, values={"roast": Value("light")}, **act)
    assert counted() == [0]


def test_the_form_asks_what_the_category_asks(
    roast: Attribute, tea: Category, product: Product, act: dict[str, Any],
    sign_in: Callable[..., Client],
) -> None:  # fmt: skip
    net = ask(tea, "net", act, kind="number", unit_zh="克", unit_en="g")
    browser = sign_in("tong")
    path = f"/desk/catalogue/product/{product.pk}/describe_product/"
    page = browser.get(path).content.decode()
    assert "Net (g)" in page
    assert '<option value="dark">Dark roast</option>' in page
    answer = browser.post(path, {f"a_{roast.pk}": "dark", f"a_{net.pk}": "heavy"})
    assert answer.status_code == 422
    assert "“heavy” cannot be said under “Net”." in answer.content.decode()
    assert not AttributeValue.objects.exists()
    answer = browser.post(path, {f"a_{roast.pk}": "dark", f"a_{net.pk}": "2.5"})
    assert answer.status_code == 303
    page = browser.get(f"/desk/catalogue/product/{product.pk}/").content.decode()
    assert "<dt>Net</dt><dd>2.5 g</dd><dt>Roast</dt><dd>Dark roast</dd>" in page


def test_the_form_of_a_category_that_asks_nothing_says_so(
    product: Product, sign_in: Callable[..., Client]
) -> None:
    path = f"/desk/catalogue/product/{product.pk}/describe_product/"
    answer = sign_in("tong").post(path, {})
    assert answer.status_code == 422
    assert "asks for nothing yet" in answer.content.decode()


def test_a_category_lists_what_it_asks_and_what_comes_from_above(
    roast: Attribute, tea: Category, oolong: Category, act: dict[str, Any],
    sign_in: Callable[..., Client],
) -> None:  # fmt: skip
    ask(tea, "harvest", act)
    page = sign_in("hu").get(f"/desk/catalogue/category/{oolong.pk}/").content.decode()
    assert "Light roast, Dark roast" in page
    assert page.count("from above") == 1
    assert f"/desk/catalogue/attribute/{roast.pk}/" in page
    record = sign_in("hu").get(f"/desk/catalogue/attribute/{roast.pk}/").content.decode()
    assert "required for sale, customers narrow by it" in record


def test_the_form_of_an_attribute_shows_its_choices(
    roast: Attribute, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in("tong")
    path = f"/desk/catalogue/attribute/{roast.pk}/edit_attribute/"
    assert "light | 清香 | Light roast" in browser.get(path).content.decode()
    said = {"name_zh": "焙火", "name_en": "Roast", "position": "3", "choices": ROAST}
    assert browser.post(path, said).status_code == 303
    roast.refresh_from_db()
    assert (roast.position, roast.required) == (3, False)


# --- sheets of goods ----------------------------------------------------------------------------

HEAD = "货号,商品编号,分类编号,商品名称,规格,重量克,焙火,Net,产区"
SHEET = f"""{HEAD}
TG-1,TG,,铁观音,125g,125,浓香,2.5,西坪 | Xiping
LY-1,LY,TEA,桂圆,500g,500,,500,
LY-2,LY,,桂圆,1kg,1000,,500,
"""


@pytest.fixture
def asked(roast: Attribute, tea: Category, act: dict[str, Any]) -> None:
    """Ask for the roast of oolong, and for weight and place of every tea."""
    ask(tea, "net", act, kind="number", name_zh="净含量", name_en="Net")
    ask(tea, "place", act, kind="text", name_zh="产区", name_en="Growing place")


def read(text: str, act: dict[str, Any]) -> Intake:
    return read_goods_sheet(None, name="g.csv", table=read_table(text.encode()), **act)


def said_now() -> set[tuple[str, str, str]]:
    rows = AttributeValue.objects.select_related("product", "attribute")
    return {(v.product.code, v.attribute.code, v.said) for v in rows}


@pytest.mark.usefixtures("asked")
def test_take_in_goods_describes_them_by_columns_named_as_attributes(
    product: Product, act: dict[str, Any], at: datetime
) -> None:
    describe_product(product, values={"roast": Value("light")}, **act)
    put_on_sale(product, at)
    sheet = read(SHEET, act)
    assert (sheet.bad, sheet.outcome["described"], sheet.outcome["ignored"]) == (0, 2, [])
    assert said_now() == {("TG", "roast", "Light roast")}
    take_in_goods(sheet, **act)
    assert said_now() == {
        ("TG", "roast", "Dark roast"),
        ("TG", "net", "2.5"),
        ("TG", "place", "Xiping"),
        ("LY", "net", "500"),
    }
    assert "浓香" in queries.entries_of([product.pk])[product.pk]
    again = read(SHEET, act)
    assert (again.outcome["described"], again.outcome["same"]) == (0, 3)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("TG-1,TG,,铁观音,125g,125,生,,", "“生” is none of the choices."),
        (
            "TG-1,TG,,铁观音,125g,125,,heavy,",
            "“heavy” is no number with at most three places behind the point.",
        ),
        ("LY-1,LY,TEA,桂圆,500g,500,浓香,,", "the category “TEA” does not ask for this."),
        ("LY-1,LY,,桂圆,500g,500,浓香,,", "the category “—” does not ask for this."),
    ],
)
def test_read_goods_sheet_says_what_is_wrong_under_an_attribute(
    product: Product, act: dict[str, Any], row: str, sentence: str
) -> None:
    sheet = read(f"{HEAD}\n{row}\n", act)
    assert (sheet.bad, sheet.lines) == (1, [])
    number, column, said = fault_said(sheet.faults[0])
    assert (number, said) == (2, sentence)
    assert column in {"焙火", "Net"}


@pytest.mark.usefixtures("asked")
def test_read_goods_sheet_refuses_rows_of_one_product_that_differ(
    product: Product, act: dict[str, Any]
) -> None:
    rows = "LY-1,LY,TEA,桂圆,500g,500,,500,\nLY-2,LY,,桂圆,1kg,1000,,600,"
    sheet = read(f"{HEAD}\n{rows}\n", act)
    assert [fault_said(fault)[2] for fault in sheet.faults] == [
        "“600” differs from row 2 of the same product."
    ]


def test_a_column_of_no_attribute_is_not_used(product: Product, act: dict[str, Any]) -> None:
    sheet = read(SHEET, act)
    assert sheet.outcome["ignored"] == ["焙火", "Net", "产区"]


@pytest.mark.usefixtures("asked")
def test_the_template_tells_which_columns_may_be_added(sign_in: Callable[..., Client]) -> None:
    answer = sign_in("tong").get("/desk/goods/template.xlsx")
    book = load_workbook(BytesIO(b"".join(answer)))
    told = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert told["焙火 Roast"] == (
        "A column one may add, for goods of this category and below: Oolong. "
        "Light roast, Dark roast"
    )
