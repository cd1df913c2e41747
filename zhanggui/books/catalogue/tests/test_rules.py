"""What goods are and how a sheet of them is read: hostile files, barcodes, moves, search words."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from zhanggui.books.catalogue.rules.goods import (
    ProductState,
    lacks,
    why_not_attach,
    why_not_keep,
    why_not_place,
    why_not_reorder,
    why_not_take_away,
)
from zhanggui.books.catalogue.rules.intake import Known, clashes, plan_of
from zhanggui.books.catalogue.rules.rows import HEADINGS, Line, is_barcode, read_rows
from zhanggui.books.catalogue.rules.sheet import ROWS_MAX, read_table
from zhanggui.books.catalogue.rules.sought import sought_text, sought_words
from zhanggui.ground.kernel.refusal import Refusal

TABLE_AGAIN = "Save it as CSV or XLSX, or begin with the template."
EXCEL_AGAIN = "Open it in Excel, save it again as XLSX, and upload that."


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def altered(change: Callable[[str, bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook(["sku"], ["A"]))) as packed:
        return archive({n: change(n, packed.read(n)) for n in packed.namelist()})


def bomb() -> bytes:
    return archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 80_000_000})


def words_bomb() -> bytes:
    return archive({"xl/workbook.xml": b"<x/>", "xl/sharedStrings.xml": b"0" * 30_000_000})


def entities() -> bytes:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'
    return altered(lambda name, content: evil if name.endswith("sheet1.xml") else content)


def late_entities() -> bytes:
    evil = b'<?xml version="1.0"?><!--' + b" " * 9000 + b"--><!DOCTYPE x ["
    for n in range(1, 12):
        evil += f'<!ENTITY a{n} "{f"&a{n - 1};" * 20 if n > 1 else "a" * 50}">'.encode()
    return altered(lambda n, c: evil + b"]><x>&a11;</x>" if n.endswith("sheet1.xml") else c)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", f"This file is empty. {TABLE_AGAIN}"),
        (b" \n\t\r\n", f"This file is empty. {TABLE_AGAIN}"),
        (
            b"x" * (10 * 1024 * 1024 + 1),
            ("This file is larger than 10 MB. "
            "Split it into several sheets and read them one after the other."),
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            ("This is an old Excel file, or one locked with a password. "
            "Open it in Excel and save it as “Excel workbook (.xlsx)” without a password."),
        ),
        (b"a,b\n\x00\x01,\x00", f"This file is not a table. {TABLE_AGAIN}"),
        (b"\x81\xff\xff\xff", f"The characters of this file cannot be read. {TABLE_AGAIN}"),
        (archive({"a.txt": b"a"}), f"This archive is not an Excel workbook. {TABLE_AGAIN}"),
        (
            workbook(["a"])[:900],
            f"This Excel file is broken or not complete. {EXCEL_AGAIN}",
        ),
        (
            archive({"xl/workbook.xml": b"<x/>"}),
            f"This Excel file is broken or not complete. {EXCEL_AGAIN}",
        ),
        (
            bomb(),
            ("This Excel file would unpack to far more than a sheet of goods holds. "
            "Copy the goods alone into a new workbook and upload that."),
        ),
        (
            words_bomb(),
            ("This Excel file would unpack to far more than a sheet of goods holds. "
            "Copy the goods alone into a new workbook and upload that."),
        ),
        (entities(), f"This Excel file contains what none should. {TABLE_AGAIN}"),
        (late_entities(), f"This Excel file contains what none should. {TABLE_AGAIN}"),
        (
            ("sku\n" + "A\n" * (ROWS_MAX + 1)).encode(),
            ("This sheet has more than 50,000 rows. "
            "Split it into several sheets and read them one after the other."),
        ),
    ],
    ids=[
        "empty", "blank", "large", "old", "binary", "encoding", "archive", "truncated", "hollow",
        "bomb", "words bomb", "entities", "late entities", "rows",
    ],
)  # fmt: skip
def test_read_table_answers_hostile_files_with_a_sentence(content: bytes, sentence: str) -> None:
    begun = time.process_time()
    with pytest.raises(Refusal) as no:
        read_table(content)
    assert str(no.value) == sentence
    assert no.value.status == 422
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_read_table_understands_what_spreadsheets_save_as_csv(
    encoding: str, delimiter: str
) -> None:
    text = f'货号{delimiter}名称\r\n\r\nA-1{delimiter}"桂圆 ""干"""\r\n{delimiter}\r\n'
    table = read_table(text.encode(encoding))
    assert table.rows == [(1, ["货号", "名称"]), (3, ["A-1", '桂圆 "干"'])]
    assert len(str(table)) == 64


def test_read_table_reads_a_workbook_as_its_reader_sees_it() -> None:
    table = read_table(
        workbook(["sku", "n"], [None, None], ["A", 500.0], [6901234567892, True], [None, 1.5])
    )
    assert table.rows == [
        (1, ["sku", "n"]),
        (3, ["A", "500"]),
        (4, ["6901234567892", "1"]),
        (5, ["", "1.5"]),
    ]


def test_read_rows_understands_titles_in_both_languages_and_any_order() -> None:
    titles = [
        "重量 克",
        "Variant in Chinese",
        "name_zh",
        "商品编号 Product code",
        "货号（必填）",
        "货号",
    ]
    table = read_table("\n".join([",".join(titles), "180,125g,铁观音,TG,,TG-125"]).encode())
    reading = read_rows(table)
    assert reading.lines == [
        Line(
            2,
            {
                "weight_g": 180,
                "variant_zh": "125g",
                "name_zh": "铁观音",
                "product": "TG",
                "sku": "TG-125",
            },
        )
    ]
    assert reading.ignored == ["货号（必填）"]


@pytest.mark.parametrize(
    ("digits", "answer"),
    [
        ("6901234567892", True),
        ("6901234567893", False),
        ("96385074", True),
        ("036000291452", True),
        ("10614141543219", True),
        ("69012345678", False),
        ("690123456789２", False),
        ("", False),
    ],
)
def test_is_barcode_asks_for_length_and_check_digit(digits: str, answer: bool) -> None:
    assert is_barcode(digits) is answer


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 12), st.integers(1, 9))
def test_is_barcode_finds_every_single_wrong_digit(digits: str, place: int, by: int) -> None:
    checked = next(digits + str(d) for d in range(10) if is_barcode(digits + str(d)))
    wrong = str((int(checked[place]) + by) % 10)
    assert not is_barcode(checked[:place] + wrong + checked[place + 1 :])


def test_sought_words_hold_pinyin_and_initials() -> None:
    assert sought_words("莆田桂圆干 500g", "Dried Longan") == (
        "莆田桂圆干 500g putianguiyuangan ptgyg dried longan"
    )
    assert sought_text("  GYG 500G ") == ["gyg", "500g"]


def product(state: str = ProductState.DRAFT, **words: object) -> SimpleNamespace:
    full = {"name_zh": "茶", "name_en": "Tea", "unit_zh": "罐", "unit_en": "tin", "category_id": 1}
    return SimpleNamespace(state=state, **{**full, **words})


def test_lacks_names_everything_that_is_missing() -> None:
    bare = product(name_en="", unit_en="", category_id=None)
    assert [str(word) for word in lacks(bare, skus=0, pictures=0)] == [
        "the English name",
        "the unit in both languages",
        "the category",
        "a SKU",
        "a picture",
    ]
    assert lacks(product(), skus=1, pictures=1) == []


def test_why_not_keep_lets_drafts_be_incomplete_and_nothing_else() -> None:
    assert why_not_keep(product(name_en="")) is None
    assert str(why_not_keep(product(ProductState.LISTED, name_en="", category_id=None))) == (
        "A product that is On sale cannot be without the English name, the category. "
        "Fill it in, or send the product back to be a draft first."
    )


def test_why_not_place_counts_the_levels() -> None:
    assert why_not_place(depth=1, height=2) is None
    assert str(why_not_place(depth=2, height=2)) == (
        "The tree of categories has at most 3 levels. Choose a place nearer to the top."
    )


def test_pictures_have_an_upper_and_a_lower_limit() -> None:
    assert why_not_attach(pictures=11) is None
    assert str(why_not_attach(pictures=12)) == (
        "This product has 12 pictures already. Take one away first."
    )
    assert str(why_not_reorder(pictures=1)) == (
        "There are not two pictures to choose from. Attach another picture first."
    )
    assert str(why_not_take_away(product(), pictures=0)) == (
        "This product has no picture. Attach one instead."
    )
    assert why_not_take_away(product(), pictures=1) is None
    assert str(why_not_take_away(product(ProductState.READY), pictures=1)) == (
        "This is its last picture, and a product past draft cannot be without. "
        "Attach another one first."
    )


codes = st.sampled_from(["A", "B", "C", "D"])
lines = st.lists(
    st.builds(
        lambda row, sku, of, name, grams: Line(
            row, {"sku": sku, "product": of, "name_zh": name, "variant_zh": "v", "weight_g": grams}
        ),
        st.integers(2, 99),
        codes,
        codes,
        st.sampled_from(["甲", "乙"]),
        st.integers(1, 3),
    ),
    max_size=8,
    unique_by=lambda line: line.sku,
)


@given(lines)
def test_plan_of_the_same_rows_changes_nothing_the_second_time(rows: list[Line]) -> None:
    nothing = Known(categories=frozenset(), products={}, skus={}, barcodes={})
    assert clashes(rows, nothing) == []
    plan = plan_of(rows, nothing)
    assert plan.counts()["new_skus"] == len(rows)
    empty = {heading.key: "" for heading in HEADINGS}
    known = Known(
        categories=frozenset(),
        products={code: {**empty, **words} for code, words in plan.new_products.items()},
        skus={code: {**empty, **words} for code, words in plan.new_skus.items()},
        barcodes={},
    )
    first = {line.product: line.words["name_zh"] for line in reversed(rows)}
    agreeing = [Line(r.row, {**r.words, "name_zh": first[r.product]}) for r in rows]
    assert clashes(agreeing, known) == []
    assert plan_of(agreeing, known).counts() == {
        "new_products": 0,
        "changed_products": 0,
        "new_skus": 0,
        "changed_skus": 0,
        "described": 0,
        "same": len(rows),
    }
