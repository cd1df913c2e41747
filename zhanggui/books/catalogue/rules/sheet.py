"""Reading an uploaded file as a table of words, whatever it claims to be and whoever made it."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX
from zhanggui.ground.kernel.refusal import Refusal, Sentence

ROWS_MAX = 50_000
"""Rows of one sheet: more goods than a regional retailer has; read in about ten seconds."""

COLUMNS_MAX = 60
"""Columns read of one sheet: three times as many as have a meaning here."""

CELL_CHARS_MAX = 2_000
"""Characters of one cell: longer than anything a product may say of itself."""

PARTS_MAX = 300
"""Parts inside one XLSX file: a workbook of goods has about fifteen."""

PART_BYTES_MAX = 60 * 1024 * 1024
"""Bytes of one unpacked part: 50,000 full rows take forty million."""

WORDS_BYTES_MAX = 24 * 1024 * 1024
"""Bytes of the unpacked shared words, which are read whole: bounds the memory to some 200 MB."""

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_SHARED: Final = "xl/sharedStrings.xml"
_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ParseError, ArithmeticError,
    AttributeError, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
"""What reading a broken workbook raises, depending on where it is broken."""


class Table:
    """A sheet as it was read: its rows of words with their numbers, and the digest of the file.

    As text it is its digest alone, which is all that a fact keeps of it.
    """

    def __init__(self, *, sha256: str, rows: list[tuple[int, list[str]]]) -> None:
        self.sha256 = sha256
        self.rows = rows

    def __str__(self) -> str:
        return self.sha256


def read_table(content: bytes) -> Table:
    """Return the table in a CSV or XLSX file, told apart by what is in it, not by its name.

    Empty rows are left out; the others keep the number they have in a spreadsheet. Raises a
    Refusal (422) for anything that is no table, is broken, or would unpack to too much.
    """
    if not content.strip():
        raise _refusal("empty_file", _("This file is empty."))
    if len(content) > UPLOAD_BYTES_MAX:
        raise _refusal("too_large", _("This file is larger than 10 MB."), _SPLIT)
    if content.startswith(_OLD_EXCEL):
        raise _refusal(
            "old_excel",
            _("This is an old Excel file, or one locked with a password."),
            _("Open it in Excel and save it as “Excel workbook (.xlsx)” without a password."),
        )
    rows = _workbook(content) if content.startswith(_ZIP) else _csv(content)
    return Table(sha256=hashlib.sha256(content).hexdigest(), rows=list(_filled(rows)))


_SPLIT = _("Split it into several sheets and read them one after the other.")
_AS_TABLE = _("Save it as CSV or XLSX, or begin with the template.")


def _refusal(code: str, sentence: Sentence, settles: Sentence = _AS_TABLE) -> Refusal:
    return Refusal(code, sentence, settles=settles, status=422)


def _filled(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have a word in them, with their numbers; refuse one too many."""
    count = 0
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip()[: CELL_CHARS_MAX + 1] for cell in row[:COLUMNS_MAX]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > ROWS_MAX + 1:
            raise _refusal("too_many_rows", _("This sheet has more than 50,000 rows."), _SPLIT)
        yield number, cells


# --- CSV ---------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise _refusal("no_table", _("This file is not a table."))
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as bad:
        raise _refusal("broken_csv", _("This CSV file is broken: a quotation never ends.")) from bad


def _decoded(content: bytes) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 with its mark, or what Chinese Excel writes."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refusal("no_text", _("The characters of this file cannot be read."))


# --- XLSX --------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # only whoever reads a workbook pays for loading it

    book = None
    try:
        _keep_small(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size a file claims for itself is not to be believed
        rows = sheet.iter_rows(max_row=ROWS_MAX * 2, max_col=COLUMNS_MAX, values_only=True)
        yield from ([_word(value) for value in row] for row in islice(rows, ROWS_MAX * 2))
    except Refusal:
        raise
    except _BROKEN as bad:
        raise _refusal(
            "broken_workbook",
            _("This Excel file is broken or not complete."),
            _("Open it in Excel, save it again as XLSX, and upload that."),
        ) from bad
    finally:
        if book is not None:
            book.close()


def _keep_small(content: bytes) -> None:
    """Refuse a workbook that would unpack to too much, or whose parts declare entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if "xl/workbook.xml" not in packed.namelist():
            raise _refusal("no_workbook", _("This archive is not an Excel workbook."))
        large = any(
            part.file_size > (WORDS_BYTES_MAX if part.filename == _SHARED else PART_BYTES_MAX)
            for part in parts
        )
        if len(parts) > PARTS_MAX or large:
            raise _refusal(
                "bomb",
                _("This Excel file would unpack to far more than a sheet of goods holds."),
                _("Copy the goods alone into a new workbook and upload that."),
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with packed.open(part) as opened:
                    head = opened.read(4096)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise _refusal("entities", _("This Excel file contains what none should."))


def _word(value: object) -> str:
    """Return a cell as its reader sees it: 500.0 as 500, a long barcode with all its digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)
