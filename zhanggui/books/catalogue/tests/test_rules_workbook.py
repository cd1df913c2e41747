"""A workbook is read as the person who filled it sees it, whichever program saved it."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.ground.kernel.refusal import Refusal

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(rows: str, *, words: str = "", styles: str = "", prefix: str = "") -> bytes:
    """Return a workbook as another program might save it."""
    links = f'<Relationships><Relationship Id="r7" Type="{KINDS}/worksheet" Target="/xl/s.xml"/>'
    links += f'<Relationship Id="r8" Type="{KINDS}/sharedStrings" Target="words.xml"/>'
    links += f'<Relationship Id="r9" Type="{KINDS}/styles" Target="styles.xml"/></Relationships>'
    p, of = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/_rels/workbook.xml.rels", links)
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{KINDS}"><workbookPr/><sheets><sheet name="A" r:id="r7"/>'
            '<sheet name="B" r:id="r8"/></sheets></workbook>',
        )
        packed.writestr(
            "xl/s.xml",
            f'<{p}worksheet xmlns{of}="{MAIN}"><{p}sheetData>{rows}</{p}sheetData></{p}worksheet>',
        )
        packed.writestr("xl/words.xml", f"<sst>{words}</sst>")
        packed.writestr("xl/styles.xml", f"<styleSheet>{styles}</styleSheet>")
    return out.getvalue()


def test_words_are_shared_in_several_fonts_and_without_their_sound() -> None:
    words = "<si><t>sku</t></si><si><r><t>安溪</t></r><r><t xml:space='preserve'> 铁观音</t></r>"
    words += "<rPh><t>アンケイ</t></rPh></si><si><t>a_x000A_b_x005F_</t></si>"
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="4"><c r="C4" t="s"><v>1</v></c>'
    rows += '<c r="D4" t="s"><v>2</v></c></row>'
    table = read_table(saved(rows, words=words))
    assert table.rows == [(1, ["sku"]), (4, ["", "", "安溪 铁观音", "a\nb_"])]


def test_cells_need_no_places_and_may_be_of_any_kind() -> None:
    rows = "<row><c t='inlineStr'><is><r><t>茶</t></r><r><t>叶</t></r></is></c><c/>"
    rows += "<c><v>7</v></c></row>"
    rows += "<row><c t='b'><v>1</v></c><c t='str'><f>A1</f><v>sum</v></c><c t='e'><v>#N/A</v></c>"
    rows += "<c><v>6.901234567892E12</v></c><c><v>0.5</v></c></row>"
    table = read_table(saved(rows))
    assert table.rows == [
        (1, ["茶叶", "", "7"]),
        (2, ["1", "sum", "#N/A", "6901234567892", "0.5"]),
    ]


def test_tags_may_have_a_prefix() -> None:
    rows = (
        "<x:row><x:c><x:v>5</x:v></x:c><x:c t='inlineStr'><x:is><x:t>茶</x:t></x:is></x:c></x:row>"
    )
    assert read_table(saved(rows, prefix="x")).rows == [(1, ["5", "茶"])]


@pytest.mark.parametrize(
    ("pattern", "seen"),
    [
        ("0.00", "46349"),
        ("yyyy-mm-dd", "2026-11-23 00:00:00"),
        ('[Red]"day "0', "46349"),
        ("0\\d", "46349"),
        ("[h]:mm", "2026-11-23 00:00:00"),
    ],
)
def test_a_number_that_is_shown_as_a_date_is_read_as_one(pattern: str, seen: str) -> None:
    escaped = pattern.replace('"', "&quot;")
    styles = f'<numFmts><numFmt numFmtId="170" formatCode="{escaped}"/></numFmts>'
    styles += '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    rows = '<row><c s="0"><v>46349</v></c><c s="1"><v>46349</v></c></row>'
    assert read_table(saved(rows, styles=styles)).rows == [(1, ["46349", seen])]


def test_what_openpyxl_saves_is_read_the_same() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["a", 1, 2.5, True, datetime.fromisoformat("2026-11-23T09:30"), None, "末"])
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue()).rows == [
        (1, ["a", "1", "2.5", "1", "2026-11-23 09:30:00", "", "末"])
    ]


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c t="s"><v>9</v></c></row>',
        "<row><c><v>many</v></c></row>",
        '<row><c r="ABCDE1"><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        "<row><c><v>1</c></row>",
    ],
)
def test_a_broken_cell_is_a_broken_workbook(rows: str) -> None:
    with pytest.raises(Refusal) as no:
        read_table(saved(rows))
    assert no.value.code == "broken_workbook"
