"""Reading an uploaded file as a table of words, whatever it claims to be and whoever made it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.workbook import read_workbook, refusal
from zhanggui.ground.kernel.limits import UPLOAD_BYTES_MAX

ROWS_MAX = 50_000
"""Rows of one sheet: more goods than a regional retailer has; read in some three seconds."""

COLUMNS_MAX = 60
"""Columns read of one sheet: three times as many as have a meaning here."""

CELLS_MAX = 20_000
"""Cells of one line of a CSV file: a spreadsheet has 16,384 columns."""

CELL_CHARS_MAX = 2_000
"""Characters of one cell: longer than anything a product may say of itself."""

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


class Table:
    """A sheet as it was read: its rows of words with their numbers, and the digest of the file.

    As text it is its digest alone, which is all that a fact keeps of it.
    """

    def __init__(self, *, sha256: str, rows: list[tuple[int, list[str]]]) -> None:
        self.sha256 = sha256
        self.rows = rows

    def __str__(self) -> str:
        return self.sha256


def read_table(
    content: bytes, *, judge_titles: Callable[[list[str]], object] | None = None
) -> Table:
    """Return the table in a CSV or XLSX file, told apart by what is in it, not by its name.

    Empty rows are left out; the others keep the number they have in a spreadsheet. Raises a
    Refusal (422) for anything that is no table, is broken, or would unpack to too much.
    `judge_titles` may refuse the first row before all others are read.
    """
    if not content.strip():
        raise refusal("empty_file", _("This file is empty."))
    if len(content) > UPLOAD_BYTES_MAX:
        raise refusal("too_large", _("This file is larger than 10 MB."), _SPLIT)
    if content.startswith(_OLD_EXCEL):
        raise refusal(
            "old_excel",
            _("This is an old Excel file, or one locked with a password."),
            _("Open it in Excel and save it as “Excel workbook (.xlsx)” without a password."),
        )
    zipped = content.startswith(_ZIP)
    rows = read_workbook(content, columns=COLUMNS_MAX) if zipped else enumerate(_csv(content), 1)
    filled = _filled(rows)
    titles = list(islice(filled, 1))
    if titles and judge_titles is not None:
        judge_titles(titles[0][1])
    return Table(sha256=hashlib.sha256(content).hexdigest(), rows=[*titles, *filled])


_SPLIT = _("Split it into several sheets and read them one after the other.")


def _filled(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that have a word in them, with their numbers; refuse one too many."""
    count = 0
    for number, row in rows:
        cells = [cell.strip()[: CELL_CHARS_MAX + 1] for cell in row[:COLUMNS_MAX]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells and number <= 2 * ROWS_MAX:
            continue
        count += 1
        if count > ROWS_MAX + 1 or number > 2 * ROWS_MAX:
            raise refusal("too_many_rows", _("This sheet has more than 50,000 rows."), _SPLIT)
        yield number, cells


# --- CSV ---------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise refusal("no_table", _("This file is not a table."))
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(_lines(text, delimiter), delimiter=delimiter)
    except csv.Error as bad:
        raise refusal(
            "broken_csv",
            _("This CSV file is broken: a quotation never ends, or a cell is endlessly long."),
        ) from bad


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """Yield the lines; a line of ten million commas would become as many words."""
    for line in io.StringIO(text, newline=""):
        if line.count(delimiter) > CELLS_MAX:
            raise refusal("no_table", _("This file is not a table."))
        yield line


def _decoded(content: bytes) -> str:
    """Return the text of a CSV file: UTF-8, UTF-16 with its mark, or what Chinese Excel writes."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal("no_text", _("The characters of this file cannot be read."))
