"""Lists as files people open in a spreadsheet: CSV with a byte order mark, and XLSX."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_answer(
    *,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> StreamingHttpResponse:
    """Return the rows as CSV, streamed; all cells as text."""

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield _line(header)
        for row in rows:
            yield _line(row)

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _line(row: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(str(cell)) for cell in row])
    return buffer.getvalue()


def xlsx_answer(
    *,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    about: Sequence[tuple[str, str]],
) -> FileResponse:
    """Return the rows as XLSX with the definitions on a second sheet; all cells as text."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("Rows"))
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.write_string(0, column, str(title), bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, str(cell))
    words = book.add_worksheet(_("Definitions"))
    words.set_column(0, 0, 24)
    words.set_column(1, 1, 100)
    for number, (term, text) in enumerate(about):
        words.write_string(number, 0, term, bold)
        words.write_string(number, 1, text)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
