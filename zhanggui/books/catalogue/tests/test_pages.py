"""The goods over HTTP: shelves, queue, records, uploads, templates; and who may look."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import add_sku, edit_product, enter_product
from zhanggui.books.catalogue.models import Intake, Product, ProductPicture, Sku
from zhanggui.books.catalogue.rules.rows import read_rows
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.tests.drawing import drawn, sound

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
QUEUE = "/desk/queue/catalogue.products/"
READ = "/desk/new/catalogue/read_goods_sheet/"


def text_of(response: Any) -> str:
    """Return a page's words, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def tong(actor: Callable[..., Any]) -> Any:
    """Return the product manager."""
    return actor("tong")


@pytest.fixture
def product(tong: Any, at: datetime) -> Product:
    """Return a draft with a SKU and a picture, below tea and oolong."""
    tea = open_category(None, code="TEA", name_zh="茶叶", name_en="Tea", by=tong, at=at)
    oolong = open_category(
        None, code="OOLONG", name_zh="乌龙茶", name_en="Oolong", parent=tea, by=tong, at=at
    )
    made = enter_product(
        None,
        code="TG",
        name_zh="安溪铁观音",
        name_en="Anxi Tieguanyin",
        category=oolong,
        story_zh="兰花香<b>清</b>",
        by=tong,
        at=at,
    )
    add_sku(made, code="TG-125", variant_zh="125g 罐装", weight_g=1200, by=tong, at=at)
    attach_picture(made, sound=sound(), alt_zh="一罐茶", alt_en="A tin of tea", by=tong, at=at)
    return made


def url(record: Any, act: str = "") -> str:
    meta = record._meta
    return f"/desk/catalogue/{meta.model_name}/{record.pk}/{act + '/' if act else ''}"


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Anxi Tieguanyin"), ("zh-hans", "安溪铁观音")]
)
@pytest.mark.parametrize("user", ["tong", "zheng"])
def test_goods_are_shown_to_whoever_has_a_post(
    sign_in: SignIn, product: Product, user: str, language: str, name: str
) -> None:
    page = sign_in(user, language=language).get("/desk/goods/")
    assert page.status_code == 200
    assert name in text_of(page)
    assert "<picture" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=atgy", False),
        ("q=axtgy", True),
        ("q=tieguanyin", True),
        ("q=TG-125", True),
        ("q=铁观音", True),
        ("q=桂圆", False),
        ("category=TEA", True),
        ("category=OOLONG&state=draft", True),
        ("category=NONE", True),
        ("state=listed", False),
        ("page=99", True),
        ("page=-1&q=%00", True),
    ],
)
def test_goods_are_narrowed(sign_in: SignIn, product: Product, query: str, found: bool) -> None:
    page = sign_in("zheng").get(f"/desk/goods/?{query}")
    assert page.status_code == 200
    assert ("Anxi Tieguanyin" in text_of(page)) is found
    assert ("No goods found" in text_of(page)) is not found


def test_goods_cost_the_same_statements_for_many(
    sign_in: SignIn, product: Product, tong: Any, at: datetime, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = sign_in("zheng")
    browser.get("/desk/goods/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get("/desk/goods/")
    for n in range(5):
        more = enter_product(None, code=f"M{n}", name_zh=f"茶{n}", by=tong, at=at)
        attach_picture(more, sound=sound(size=(64 + n, 48)), alt_zh="茶", by=tong, at=at)
    with django_assert_num_queries(len(one)):
        browser.get("/desk/goods/")


@pytest.mark.parametrize(("user", "status"), [("tong", 200), ("zheng", 404), ("hu", 404)])
def test_queue_of_drafts_is_the_product_managers(
    sign_in: SignIn, product: Product, user: str, status: int
) -> None:
    page = sign_in(user).get(QUEUE)
    assert page.status_code == status
    if status == 200:
        assert "Anxi Tieguanyin TG" in text_of(page)
        assert "the unit in both languages" in text_of(page)
        empty = sign_in(user).get(QUEUE + "?lacks=pictures")
        assert "Anxi Tieguanyin TG" not in text_of(empty)


def test_product_page_shows_words_skus_and_picture_safely(
    sign_in: SignIn, product: Product
) -> None:
    page = sign_in("zheng", language="zh-hans").get(url(product))
    html = page.content.decode()
    assert "兰花香&lt;b&gt;清&lt;/b&gt;" in html
    assert "茶叶 › 乌龙茶" in html
    assert "1.2 公斤" in html
    assert 'alt="一罐茶"' in html
    assert "添加图片" not in html


@pytest.mark.parametrize("kind", ["category", "sku", "product"])
def test_records_open_for_everyone_and_missing_ones_say_the_same(
    sign_in: SignIn, product: Product, kind: str
) -> None:
    record = {"category": product.category, "sku": Sku.objects.get(), "product": product}[kind]
    browser = sign_in("zheng")
    assert browser.get(url(record)).status_code == 200
    missing = browser.get(f"/desk/catalogue/{kind}/999999/")
    assert missing.status_code == 404
    assert "There is no such record among those you answer for." in text_of(missing)


def test_records_are_not_for_people_without_a_post(actor: Callable[..., Any], at: datetime) -> None:
    class Nobody:
        def scope(self, duty: str) -> frozenset[str]:
            return frozenset()

    nobody: Any = Nobody()
    assert list(queries.products_seen(nobody)) == []
    assert list(queries.products_to_prepare(nobody)) == []
    with pytest.raises(Refusal):
        queries.product_of(nobody, 1)


def test_uploading_a_sheet_reads_it_and_taking_it_in_is_one_button(
    sign_in: SignIn, product: Product
) -> None:
    browser = sign_in("tong")
    assert 'enctype="multipart/form-data"' in browser.get(READ).content.decode()
    rows = (
        "sku,product,category,name_zh,variant_zh,weight_g\nA-1,A,TEA,甲,小,10\nA-2,A,TEA,甲,大,x\n"
    )
    file = SimpleUploadedFile("货.csv", rows.encode())
    read = browser.post(READ, {"file": file, "key": "k1"}, follow=True)
    sheet = Intake.objects.get()
    assert read.redirect_chain == [(url(sheet), 303)]
    assert "1 products new" in text_of(read)
    assert "“x” is not a whole number." in text_of(read)
    assert not Product.objects.filter(code="A").exists()
    taken = browser.post(url(sheet, "take_in_goods"), follow=True)
    assert taken.status_code == 200
    assert Sku.objects.get(code="A-1").product.name_zh == "甲"
    assert sign_in("zheng").get(url(sheet)).status_code == 404


def test_uploading_the_same_form_twice_reads_once(sign_in: SignIn, product: Product) -> None:
    browser = sign_in("tong")
    rows = b"sku,product,category,name_zh,variant_zh,weight_g\nA-1,A,TEA,A,S,10\n"
    for _time in range(2):
        sent = {"file": SimpleUploadedFile("a.csv", rows), "key": "same"}
        assert browser.post(READ, sent).status_code == 303
    assert Intake.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"PK\x03\x04 nonsense", "This Excel file is broken or not complete."),
        ("a.csv", b"", "The submitted file is empty."),
        ("a.csv", b"x,y\n1,2\n", "The first row lacks these columns"),
        ("a.pdf", b"%PDF-1.4\n\x00\x01", "This file is not a table."),
    ],
)
def test_uploading_nonsense_comes_back_with_a_sentence(
    sign_in: SignIn, db: None, name: str, content: bytes, sentence: str
) -> None:
    answer = sign_in("tong").post(READ, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Intake.objects.exists()


def test_uploading_a_picture_hangs_it_and_nonsense_does_not(
    sign_in: SignIn, product: Product
) -> None:
    browser = sign_in("tong")
    act = url(product, "attach_picture")
    assert 'value="安溪铁观音"' in browser.get(act).content.decode()
    words = {"alt_zh": "另一面", "alt_en": ""}
    file = SimpleUploadedFile("b.jpg", drawn(size=(90, 60)))
    assert browser.post(act, {"file": file, **words}).status_code == 303
    bad = SimpleUploadedFile("c.jpg", b"<svg onload=alert(1)>")
    answer = browser.post(act, {"file": bad, **words})
    assert answer.status_code == 422
    assert "This is not a JPEG, PNG or WebP picture." in text_of(answer)
    assert 'value="另一面"' in answer.content.decode()
    assert ProductPicture.objects.count() == 2
    first = ProductPicture.objects.latest("pk")
    chosen = browser.post(url(product, "put_picture_first"), {"picture": first.pk})
    assert chosen.status_code == 303
    assert queries.pictures_of(product)[0] == first
    assert browser.post(url(product, "take_away_picture"), {"picture": first.pk}).status_code == 303
    assert ProductPicture.objects.count() == 1


def test_words_of_pictures_are_changed_beside_the_pictures(
    sign_in: SignIn, product: Product
) -> None:
    browser = sign_in("tong")
    act = url(product, "describe_pictures")
    hung = ProductPicture.objects.get()
    page = browser.get(act).content.decode()
    assert 'value="一罐茶"' in page
    assert "<picture" in page
    field = f"p_{hung.pk}"
    answer = browser.post(act, {field: "", f"{field}_en": "A tin"})
    assert answer.status_code == 422
    assert browser.post(act, {field: "茶罐正面", f"{field}_en": "The front"}).status_code == 303
    hung.picture.refresh_from_db()
    assert (hung.picture.alt_zh, hung.picture.alt_en) == ("茶罐正面", "The front")
    assert 'alt="The front"' in browser.get(url(product)).content.decode()


def test_editing_keeps_what_somebody_else_saved_meanwhile(
    sign_in: SignIn, product: Product, tong: Any, at: datetime
) -> None:
    browser = sign_in("tong")
    act = url(product, "edit_product")
    html = browser.get(act).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html)
    assert seen is not None
    edit_product(product, name_zh="铁观音", category=product.category, by=tong, at=at)
    sent = {"name_zh": "安溪铁观音王", "category": product.category_id, "seen": seen[1]}
    answer = browser.post(act, sent)
    assert answer.status_code == 409
    assert "铁观音" in text_of(answer)
    product.refresh_from_db()
    assert product.name_zh == "铁观音"


def test_adding_a_sku_asks_for_a_real_barcode_and_all_sides(
    sign_in: SignIn, product: Product
) -> None:
    sent = {"code": "TG 1", "variant_zh": "x", "weight_g": 0, "barcode": "123", "length_mm": 1}
    answer = sign_in("tong").post(url(product, "add_sku"), sent)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "Letters and digits only, in groups joined by “-”." in said
    assert "This is no barcode: wrong number of digits, or a wrong check digit." in said
    assert "Give all three sides or none." in said
    assert Sku.objects.count() == 1


def test_templates_can_be_filled_and_read_again(sign_in: SignIn, db: None) -> None:
    browser = sign_in("tong")
    csv = b"".join(browser.get("/desk/goods/template.csv").streaming_content)  # type: ignore[attr-defined]
    xlsx = b"".join(browser.get("/desk/goods/template.xlsx").streaming_content)  # type: ignore[attr-defined]
    assert csv.startswith(b"\xef\xbb\xbf")
    for content in (csv, xlsx):
        reading = read_rows(read_table(content))
        assert [line.sku for line in reading.lines] == ["LY-GGY-500"]
        assert (reading.faults, reading.ignored) == ([], [])
    book = load_workbook(io.BytesIO(xlsx))
    assert len(book.sheetnames) == 2
    assert book.worksheets[1]["B1"].value == (
        "Code of the SKU; a known code changes that SKU. At most 40 characters. Needed."
    )
    assert sign_in("zheng").get("/desk/goods/template.csv").status_code == 404


def test_search_finds_goods_by_initials_and_code(sign_in: SignIn, product: Product) -> None:
    for typed in ("axtgy", "TG-125", "铁观音"):
        assert "Anxi Tieguanyin" in text_of(sign_in("zheng").get(f"/desk/search/?q={typed}"))
