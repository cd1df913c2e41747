"""What is done to goods: entering them, changing them, reading and taking in sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.catalogue.actions.categories import edit_category, open_category
from zhanggui.books.catalogue.actions.pictures import (
    attach_picture,
    describe_pictures,
    put_picture_first,
    take_away_picture,
)
from zhanggui.books.catalogue.actions.products import (
    add_sku,
    edit_product,
    edit_sku,
    enter_product,
    make_ready,
    send_back,
)
from zhanggui.books.catalogue.actions.sheets import read_goods_sheet, take_in_goods
from zhanggui.books.catalogue.models import (
    Brand,
    Category,
    Intake,
    Product,
    ProductPicture,
    Sku,
)
from zhanggui.books.catalogue.queries import pictures_of
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db

SHEET = """货号,商品编号,分类编号,商品名称,英文名称,品牌,单位,单位英文,规格,条码,重量克
TG-125,TG,TEA,安溪铁观音,Anxi Tieguanyin,山野,罐,tin,125g 罐装,6901234567892,180
TG-250,TG,TEA,安溪铁观音,Anxi Tieguanyin,山野,罐,tin,250g 罐装,,320
LY-500,LY,DRY,莆田桂圆干,Putian dried longan,,袋,bag,500g 袋装,,520
"""


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager."""
    return actor("tong")


@pytest.fixture
def tea(tong: Any, at: datetime) -> Category:
    """Return the category of tea."""
    return open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", by=tong, at=at)


@pytest.fixture
def dry(tong: Any, at: datetime) -> Category:
    """Return the category of dry goods."""
    return open_category(None, code="DRY", name_zh="干货", name_en="Dry goods", by=tong, at=at)


@pytest.fixture
def product(tea: Category, tong: Any, at: datetime) -> Product:
    """Return a draft without SKU and picture."""
    return enter_product(
        None,
        code="TG",
        name_zh="安溪铁观音",
        name_en="Anxi Tieguanyin",
        category=tea,
        brand="山野",
        unit_zh="罐",
        unit_en="tin",
        by=tong,
        at=at,
    )


def refused(deed: Callable[[], object]) -> str:
    """Return the sentence a deed was refused with."""
    facts = Fact.objects.count()
    with pytest.raises(Refusal) as no:
        deed()
    assert Fact.objects.count() == facts
    return str(no.value)


def read(text: str, *, by: Any, at: datetime, name: str = "goods.csv") -> Intake:
    return read_goods_sheet(None, name=name, table=read_table(text.encode()), by=by, at=at)


# --- categories --------------------------------------------------------------------------------


def test_open_category_stands_below_another(tea: Category, tong: Any, at: datetime) -> None:
    oolong = open_category(
        None, code="OOLONG", name_zh="乌龙", name_en="Oolong", parent=tea, by=tong, at=at
    )
    assert (oolong.parent, oolong.name) == (tea, "Oolong")
    fact = Fact.objects.get(verb="catalogue.open_category", record_id=oolong.pk)
    assert (fact.kind, fact.data["code"]) == ("catalogue.Category", "OOLONG")


def test_open_category_refuses_a_code_twice_and_a_fourth_level(
    tea: Category, tong: Any, at: datetime
) -> None:
    def deeper(code: str, parent: Category | None) -> Category:
        return open_category(
            None, code=code, name_zh=code, name_en=code, parent=parent, by=tong, at=at
        )

    assert refused(lambda: deeper("TEA", None)) == (
        "The code “TEA” is taken already. Search for it: perhaps it is there already."
    )
    third = deeper("C", deeper("B", tea))
    assert refused(lambda: deeper("D", third)) == (
        "The tree of categories has at most 3 levels. Choose a place nearer to the top."
    )
    assert Category.objects.count() == 3


def test_edit_category_moves_it_but_not_below_itself(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    names = {"name_zh": "茶", "name_en": "Teas"}
    moved = edit_category(tea, **names, parent=dry, position=3, by=tong, at=at)
    assert (moved.name_en, moved.parent, moved.position) == ("Teas", dry, 3)
    said = refused(lambda: edit_category(dry, **names, parent=tea, by=tong, at=at))
    assert (
        said == "A category cannot stand below itself. Choose another place, or none for the top."
    )
    dry.refresh_from_db()
    assert (dry.name_en, dry.parent) == ("Dry goods", None)


def test_open_category_is_for_whoever_prepares_goods(
    actor: Callable[..., Any], at: datetime
) -> None:
    names = {"code": "TEA", "name_zh": "茶叶", "name_en": "Tea"}
    said = refused(lambda: open_category(None, **names, by=actor("zheng"), at=at))
    assert said == (
        "There is no such record among those you answer for. "
        "Check the number, or ask the person who holds this duty for that area."
    )
    assert not Category.objects.exists()


# --- products and SKUs -------------------------------------------------------------------------


def test_enter_product_begins_a_draft_that_can_be_found(product: Product, at: datetime) -> None:
    assert (product.state, product.state_at) == (ProductState.DRAFT, at)
    assert product.brand == Brand.objects.get(name_zh="山野")
    assert product.sought == ("安溪铁观音 anxitieguanyin axtgy anxi tieguanyin 山野 shanye sy tg")


def test_enter_product_refuses_a_code_twice(product: Product, tong: Any, at: datetime) -> None:
    said = refused(lambda: enter_product(None, code="TG", name_zh="别的", by=tong, at=at))
    assert said == "The code “TG” is taken already. Search for it: perhaps it is there already."
    assert Product.objects.count() == 1


def test_edit_product_changes_words_and_keeps_what_is_ready_complete(
    product: Product, tong: Any, at: datetime
) -> None:
    edit_product(product, name_zh="铁观音", origin_zh="福建安溪", by=tong, at=at)
    product.refresh_from_db()
    assert (product.name_zh, product.name_en, product.brand, product.category) == (
        "铁观音",
        "",
        None,
        None,
    )
    assert product.sought == "铁观音 tieguanyin tgy 福建安溪 fujiananxi fjax tg"


def test_add_sku_stores_it_and_its_code_finds_the_product(
    product: Product, tong: Any, at: datetime
) -> None:
    add_sku(product, code="TG-125", variant_zh="125g 罐装", weight_g=180, by=tong, at=at)
    second = add_sku(
        product,
        code="TG-250",
        variant_zh="250g 罐装",
        barcode="6901234567892",
        weight_g=320,
        length_mm=90,
        width_mm=90,
        height_mm=140,
        by=tong,
        at=at,
    )
    assert (second.position, second.barcode) == (1, "6901234567892")
    product.refresh_from_db()
    assert {"tg-125", "6901234567892"} <= set(product.sought.split())


def test_add_sku_refuses_a_code_or_barcode_twice(product: Product, tong: Any, at: datetime) -> None:
    sku = {"variant_zh": "125g", "weight_g": 180, "barcode": "6901234567892"}
    add_sku(product, code="TG-125", **sku, by=tong, at=at)
    said = refused(lambda: add_sku(product, code="TG-250", **sku, by=tong, at=at))
    assert said == (
        "The code “TG-250” or the barcode “6901234567892” is taken already. "
        "Search for it: perhaps it is there already."
    )
    assert Sku.objects.count() == 1


def test_add_sku_refuses_more_than_anybody_chooses_among(
    product: Product, tong: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhanggui.books.catalogue.rules.goods.SKUS_OF_PRODUCT_MAX", 1)
    add_sku(product, code="A", variant_zh="甲", weight_g=1, by=tong, at=at)
    said = refused(lambda: add_sku(product, code="B", variant_zh="乙", weight_g=1, by=tong, at=at))
    assert said == (
        "This product has 1 SKUs already. Enter a second product: nobody chooses among more."
    )


def test_edit_sku_keeps_its_code(product: Product, tong: Any, at: datetime) -> None:
    sku = add_sku(product, code="TG-125", variant_zh="125g", weight_g=180, by=tong, at=at)
    edit_sku(sku, variant_zh="125g 礼盒", variant_en="125 g gift box", weight_g=260, by=tong, at=at)
    sku.refresh_from_db()
    assert (sku.code, sku.variant_en, sku.weight_g, sku.barcode) == (
        "TG-125",
        "125 g gift box",
        260,
        None,
    )


def test_make_ready_says_everything_that_is_still_lacking(
    product: Product, tong: Any, at: datetime
) -> None:
    said = refused(lambda: make_ready(product, by=tong, at=at))
    assert said == (
        "This product still lacks a SKU, a picture. "
        "Add what is missing; nothing goes on sale without it."
    )
    product.refresh_from_db()
    assert product.state == ProductState.DRAFT


def test_send_back_refuses_a_draft(product: Product, tong: Any, at: datetime) -> None:
    said = refused(lambda: send_back(product, reason="?", by=tong, at=at))
    assert said == (
        "This cannot be done while the state is “Draft”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )


# --- pictures ----------------------------------------------------------------------------------


def hang(product: Product, *, by: Any, at: datetime, size: int = 64) -> ProductPicture:
    return attach_picture(
        product, sound=sound(size=(size, 48)), alt_zh=f"茶 {size}", alt_en="Tea", by=by, at=at
    )


def test_attach_picture_hangs_it_last_and_takes_it_into_the_library(
    product: Product, tong: Any, at: datetime
) -> None:
    hung = [hang(product, by=tong, at=at, size=size) for size in (64, 80)]
    assert [(h.position, h.picture.width, h.picture.alt) for h in hung] == [
        (0, 64, "Tea"),
        (1, 80, "Tea"),
    ]
    fact = Fact.objects.filter(verb="catalogue.attach_picture").latest("id")
    assert (fact.kind, fact.record_id) == ("catalogue.Product", product.pk)
    assert [e.verb for e in fact.effects.all()] == ["media.take_in_picture"]


def test_attach_picture_refuses_the_same_one_twice(
    product: Product, tong: Any, at: datetime
) -> None:
    hang(product, by=tong, at=at)
    said = refused(lambda: hang(product, by=tong, at=at))
    assert said == "This product has this picture already. Choose another file."
    assert ProductPicture.objects.count() == 1


def test_put_picture_first_makes_it_the_face(product: Product, tong: Any, at: datetime) -> None:
    first, second = (hang(product, by=tong, at=at, size=size) for size in (64, 80))
    put_picture_first(product, picture=second, by=tong, at=at)
    assert pictures_of(product) == [second, first]


def test_put_picture_first_refuses_another_products_picture(
    product: Product, tong: Any, at: datetime
) -> None:
    hang(product, by=tong, at=at, size=64)
    hang(product, by=tong, at=at, size=80)
    other = enter_product(None, code="OTHER", name_zh="别的", by=tong, at=at)
    theirs = hang(other, by=tong, at=at, size=96)
    said = refused(lambda: put_picture_first(product, picture=theirs, by=tong, at=at))
    assert said == (
        "This product does not have that picture. "
        "Look at the record again: someone may have taken it away meanwhile."
    )


def test_describe_pictures_changes_the_words_of_those_named(
    product: Product, tong: Any, at: datetime
) -> None:
    first, second = (hang(product, by=tong, at=at, size=size) for size in (64, 80))
    kept = (first.picture.alt_zh, first.picture.alt_en)
    words = {str(first.pk): kept, str(second.pk): (" 罐底 ", "The bottom of the tin")}
    describe_pictures(product, words=words, by=tong, at=at)
    told = [(one.picture.alt_zh, one.picture.alt_en) for one in pictures_of(product)]
    assert told == [kept, ("罐底", "The bottom of the tin")]
    fact = Fact.objects.filter(verb="catalogue.describe_pictures").latest("id")
    assert [e.verb for e in fact.effects.all()] == ["media.describe_picture"]


def test_describe_pictures_refuses_no_words_and_another_products_picture(
    product: Product, tea: Category, tong: Any, at: datetime
) -> None:
    said = refused(lambda: describe_pictures(product, words={}, by=tong, at=at))
    assert said == ("This product has no picture yet. Attach one; what it shows is said with it.")
    mine = hang(product, by=tong, at=at)
    said = refused(lambda: describe_pictures(product, words={"0": ("茶", "")}, by=tong, at=at))
    assert said.startswith("This product does not have that picture.")
    words = {str(mine.pk): (" ", "Tea")}
    said = refused(lambda: describe_pictures(product, words=words, by=tong, at=at))
    assert said.startswith("The picture has no Chinese words for those who cannot see it.")
    assert pictures_of(product)[0].picture.alt == mine.picture.alt


def test_take_away_picture_leaves_the_library_alone_and_the_last_one_hanging(
    product: Product, tong: Any, at: datetime
) -> None:
    first, second = (hang(product, by=tong, at=at, size=size) for size in (64, 80))
    add_sku(product, code="TG-125", variant_zh="125g", weight_g=180, by=tong, at=at)
    make_ready(product, by=tong, at=at)
    take_away_picture(product, picture=first, by=tong, at=at)
    assert pictures_of(product) == [second]
    assert Picture.objects.count() == 2
    said = refused(lambda: take_away_picture(product, picture=second, by=tong, at=at))
    assert said == (
        "This is its last picture, and a product past draft cannot be without. "
        "Attach another one first."
    )


def test_make_ready_and_send_back_move_it_and_measure_the_wait(
    product: Product, tong: Any, at: datetime
) -> None:
    hang(product, by=tong, at=at)
    add_sku(product, code="TG-125", variant_zh="125g", weight_g=180, by=tong, at=at)
    later = at + timedelta(hours=2)
    ready = make_ready(product, by=tong, at=later)
    assert (ready.state, ready.state_at) == (ProductState.READY, later)
    assert Fact.objects.get(verb="catalogue.make_ready").wait_s == 7200
    back = send_back(product, reason="照片偏色", by=tong, at=later)
    assert (back.state, back.reason) == (ProductState.DRAFT, "照片偏色")


# --- sheets of goods ---------------------------------------------------------------------------


def test_read_goods_sheet_changes_nothing_and_says_what_each_row_would_do(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    sheet = read(SHEET, by=tong, at=at)
    assert (sheet.rows, sheet.bad, len(sheet.lines)) == (3, 0, 3)
    assert sheet.outcome == {
        "new_products": 2,
        "changed_products": 0,
        "new_skus": 3,
        "changed_skus": 0,
        "described": 0,
        "same": 0,
        "ignored": [],
    }
    assert not Product.objects.exists()
    fact = Fact.objects.get(verb="catalogue.read_goods_sheet")
    assert fact.data == {"name": "goods.csv", "table": sheet.sha256, "rows": 3, "bad": 0}


def test_take_in_goods_takes_in_the_good_rows_and_is_idempotent(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    sheet = take_in_goods(read(SHEET, by=tong, at=at), by=tong, at=at)
    assert (sheet.taken_at, sheet.lines) == (at, [])
    assert list(Sku.objects.order_by("code").values_list("code", "product__code", "position")) == [
        ("LY-500", "LY", 0),
        ("TG-125", "TG", 0),
        ("TG-250", "TG", 1),
    ]
    product = Product.objects.get(code="TG")
    assert (product.category, product.name_en, product.state, product.created_at) == (
        tea,
        "Anxi Tieguanyin",
        ProductState.DRAFT,
        at,
    )
    assert str(product.brand) == "山野"
    assert {"axtgy", "tg-250", "6901234567892"} <= set(product.sought.split())
    facts = Fact.objects.filter(verb="catalogue.take_in_goods")
    assert [fact.data["new_skus"] for fact in facts] == [3]
    again = take_in_goods(read(SHEET, by=tong, at=at), by=tong, at=at)
    assert again.outcome is not None
    assert (again.outcome["same"], again.outcome["new_skus"]) == (3, 0)
    assert (Product.objects.count(), Sku.objects.count(), Brand.objects.count()) == (2, 3, 1)


def test_take_in_goods_changes_known_codes_and_leaves_empty_cells_alone(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    take_in_goods(read(SHEET, by=tong, at=at), by=tong, at=at)
    later = at + timedelta(hours=1)
    text = (
        "sku,product,category,name_zh,variant_zh,weight_g,barcode\n"
        "TG-125,TG,DRY,铁观音,125g 罐装,185,\nTG-500,TG,,,500g 袋装,510,\n"
    )
    text = text.replace("TG-500,TG,,,", "TG-500,TG,,铁观音,")
    sheet = take_in_goods(read(text, by=tong, at=later), by=tong, at=later)
    assert sheet.outcome is not None
    assert {k: v for k, v in sheet.outcome.items() if v} == {
        "changed_products": 1,
        "new_skus": 1,
        "changed_skus": 1,
    }
    product = Product.objects.get(code="TG")
    assert (product.name_zh, product.category, product.name_en) == (
        "铁观音",
        dry,
        "Anxi Tieguanyin",
    )
    sku = Sku.objects.get(code="TG-125")
    assert (sku.weight_g, sku.barcode) == (185, "6901234567892")
    assert Sku.objects.get(code="TG-500").position == 2
    assert {"tieguanyin", "tg-500"} <= set(product.sought.split())


def test_read_goods_sheet_names_row_and_column_of_everything_that_is_wrong(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    from zhanggui.books.catalogue.rules.rows import fault_said

    take_in_goods(read(SHEET, by=tong, at=at), by=tong, at=at)
    text = (
        "sku,product,category,name_zh,variant_zh,weight_g,barcode,width_mm,颜色\n"
        "A 1,A,TEA,甲,小,10,,,红\n"  # a space in the code
        "A2,A,TEA,甲,小,很重,,,\n"
        "A3,A,TEA,甲,小,0,,,\n"
        "A4,B,NONE,乙,小,10,,,\n"
        "A5,A,TEA,,小,10,,,\n"
        "A6,A,TEA,甲,小,10,6901234567893,,\n"
        "A7,A,TEA,甲,小,10,6901234567892,,\n"
        "A8,A,TEA,甲,小,10,,30,\n"
        "TG-125,A,TEA,甲,小,10,,,\n"
        "A9,A,TEA,甲,小,10,,,\n"
        "A9,A,TEA,甲,小,10,,,\n"
        "A10,A,DRY,甲,小,10,,,\n"
    )
    sheet = read(text, by=tong, at=at)
    said = [(r, str(c), s) for r, c, s in map(fault_said, sheet.faults)]
    assert said == [
        (2, "货号 (SKU code)", "“A 1” is no code: use letters, digits and single hyphens."),
        (3, "重量克 (Weight in grams)", "“很重” is not a whole number."),
        (4, "重量克 (Weight in grams)", "0 is not between 1 and 100000."),
        (5, "分类编号 (Category code)", "there is no category “NONE”."),
        (6, "商品名称 (Chinese name)", "must not be empty."),
        (
            7,
            "条码 (Barcode)",
            "“6901234567893” is no barcode: wrong number of digits, or a wrong check digit.",
        ),
        (8, "条码 (Barcode)", "“6901234567892” is the barcode of the SKU “TG-125”."),
        (9, "长毫米 (Length in mm)", "give all three sides or none."),
        (10, "货号 (SKU code)", "this SKU belongs to the product “TG”."),
        (12, "货号 (SKU code)", "“A9” already stands in row 11."),
        (13, "分类编号 (Category code)", "“DRY” differs from row 8 of the same product."),
    ]
    assert (sheet.rows, sheet.bad, len(sheet.lines)) == (12, 11, 1)
    assert sheet.outcome is not None
    assert sheet.outcome["ignored"] == ["颜色"]


def test_take_in_goods_leaves_out_what_no_longer_fits(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    sheet = read(SHEET, by=tong, at=at)
    other = enter_product(None, code="OTHER", name_zh="别的", by=tong, at=at)
    add_sku(other, code="TG-125", variant_zh="别的", weight_g=1, by=tong, at=at)
    taken = take_in_goods(sheet, by=tong, at=at)
    assert (taken.bad, taken.faults[-1]["code"], taken.faults[-1]["row"]) == (1, "moved", 2)
    assert Sku.objects.get(code="TG-125").product == other
    assert Sku.objects.filter(product__code="TG").count() == 1


def test_take_in_goods_refuses_twice_and_a_sheet_without_good_rows(
    tea: Category, dry: Category, tong: Any, at: datetime
) -> None:
    sheet = take_in_goods(read(SHEET, by=tong, at=at), by=tong, at=at)
    assert refused(lambda: take_in_goods(sheet, by=tong, at=at)) == (
        "The good rows of this sheet have been taken in already. "
        "Read the corrected sheet as a new one; known SKUs are changed, not doubled."
    )
    bad = read("sku,product,name_zh,variant_zh,weight_g\nA,A,甲,小,x\n", by=tong, at=at)
    assert refused(lambda: take_in_goods(bad, by=tong, at=at)) == (
        "There is no good row in this sheet. Correct what is listed below and read the sheet again."
    )


def test_read_goods_sheet_refuses_missing_columns_and_missing_rows(tong: Any, at: datetime) -> None:
    assert refused(lambda: read("货号,商品名称\nA,甲\n", by=tong, at=at)) == (
        "The first row lacks these columns: 商品编号 (Product code), 规格 (Variant in Chinese), "
        "重量克 (Weight in grams). Download the template and keep its titles."
    )
    titles = "sku,product,name_zh,variant_zh,weight_g\n"
    assert refused(lambda: read(titles, by=tong, at=at)) == (
        "There are no goods in this sheet. "
        "Put the titles of the columns in the first row and one SKU in each row below."
    )
    assert not Intake.objects.exists()


def test_take_in_goods_costs_the_same_statements_for_many_rows(
    tea: Category, tong: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    rows = [f"S{n},P{n // 3},TEA,名{n // 3},规{n % 3},{n + 1}" for n in range(450)]
    text = "sku,product,category,name_zh,variant_zh,weight_g\n" + "\n".join(rows)
    sheet = read(text, by=tong, at=at)
    with django_assert_max_num_queries(24):
        take_in_goods(sheet, by=tong, at=at)
    assert (Product.objects.count(), Sku.objects.count()) == (150, 450)
