"""Reading the first sheet of an XLSX file as it streams by: nothing of it is ever held as a tree.

A workbook of 60 kB can unpack to parts from which a library builds gigabytes; here every part is
passed through the parser once, and what has no meaning for a sheet of goods leaves nothing behind.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Final
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal, Sentence

PARTS_MAX = 300
"""Parts inside one XLSX file: a workbook of goods has about fifteen."""

PART_BYTES_MAX = 60 * 1024 * 1024
"""Bytes of the unpacked sheet: 50,000 full rows take forty million."""

WORDS_BYTES_MAX = 24 * 1024 * 1024
"""Bytes of the unpacked shared words, which are held whole: bounds the memory to some 200 MB."""

SMALL_BYTES_MAX = 4 * 1024 * 1024
"""Bytes of the parts that say where things are and how numbers look: usually some 20 kB."""

TAGS_MAX = 6_500_000
"""Tags in the parts read: 50,000 rows of 20 cells have four million; read in some two seconds."""

WORDS_MAX = 1_000_000
"""Shared words: as many as 50,000 rows of 20 cells have, were all of them different."""

ROW_NUMBER_MAX = 1_048_576
"""The last row a spreadsheet can have."""

COLUMN_MAX = 16_384
"""The last column a spreadsheet can have."""

_PIECE: Final = 1 << 16
_SHARED: Final = "xl/sharedStrings.xml"
_BOOK: Final = "xl/workbook.xml"
_ENTRY: Final = b"PK\x01\x02"
_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError, ArithmeticError,
    AttributeError, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip
"""What reading a broken workbook raises, depending on where it is broken."""

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BUILT_IN_DATES: Final = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_LETTERS: Final = re.compile(r"[dmyhs]", re.IGNORECASE)
_NO_DATE_PARTS: Final = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE
)
"""What a number's pattern shows as it stands: colours, currencies, quoted words."""

Attributes = dict[str, str]


def refusal(code: str, sentence: Sentence, settles: Sentence = "") -> Refusal:
    """Return the answer to a file that is no table."""
    again = settles or _("Save it as CSV or XLSX, or begin with the template.")
    return Refusal(code, sentence, settles=again, status=422)


def read_workbook(content: bytes, *, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a workbook's first sheet with their numbers, each so many columns wide.

    Raises a Refusal (422) for what is broken, declares entities, or would unpack to too much.
    """
    try:
        if content.count(_ENTRY) > PARTS_MAX:  # a list of parts can be a bomb itself
            raise _bomb()
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from _Book(packed).rows(columns)
    except Refusal:
        raise
    except _BROKEN as bad:
        raise refusal(
            "broken_workbook",
            _("This Excel file is broken or not complete."),
            _("Open it in Excel, save it again as XLSX, and upload that."),
        ) from bad


def _bomb() -> Refusal:
    return refusal(
        "bomb",
        _("This Excel file would unpack to far more than a sheet of goods holds."),
        _("Copy the goods alone into a new workbook and upload that."),
    )


def _entities(*_said: object) -> None:
    raise refusal("entities", _("This Excel file contains what none should."))


class _Book:
    """A workbook: its parts, and how much of them was read."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._names = set(packed.namelist())
        self._tags = 0
        if _BOOK not in self._names:
            raise refusal("no_workbook", _("This archive is not an Excel workbook."))
        for part in packed.infolist():
            if part.file_size > (WORDS_BYTES_MAX if part.filename == _SHARED else PART_BYTES_MAX):
                raise _bomb()

    def rows(self, columns: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of the first sheet."""
        links = self._links()
        sheet, since_1904 = self._first_sheet()
        target, _kind = links[sheet]
        shared = next((name for name, kind in links.values() if kind == "sharedStrings"), "")
        styles = next((name for name, kind in links.values() if kind == "styles"), "")
        words = self._words(shared) if shared in self._names else []
        dates = self._dates(styles) if styles in self._names else set()
        told = _Rows(columns=columns, words=words, dates=dates, since_1904=since_1904)
        for _piece in self._through(target, told.parser(), most=PART_BYTES_MAX):
            yield from told.taken()

    def _through(
        self, name: str, parser: expat.XMLParserType, *, most: int = SMALL_BYTES_MAX
    ) -> Iterator[None]:
        """Pass a part through a parser, piece by piece."""
        self._weigh(name, most)
        parser.StartDoctypeDeclHandler = _entities
        with self._packed.open(name) as opened:
            while piece := opened.read(_PIECE):
                parser.Parse(piece, False)
                yield
        parser.Parse(b"", True)
        yield

    def _weigh(self, name: str, most: int) -> None:
        """Refuse a part of too many bytes or tags; counting takes a tenth of reading."""
        if self._packed.getinfo(name).file_size > most:
            raise _bomb()
        with self._packed.open(name) as opened:
            while piece := opened.read(_PIECE):
                self._tags += piece.count(b"<")
                if self._tags > TAGS_MAX:
                    raise _bomb()

    def _tell(
        self, name: str, start: Callable[[str, Attributes], None], *, most: int = SMALL_BYTES_MAX
    ) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda tag, said: start(_local(tag), said)
        for _piece in self._through(name, parser, most=most):
            pass

    def _links(self) -> dict[str, tuple[str, str]]:
        """Return where a workbook's parts are, and of what kind, by the names it gives them."""
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, said: Attributes) -> None:
            if tag == "Relationship" and said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/xl", said["Target"])).lstrip("/")
                found[said["Id"]] = target, said["Type"].rpartition("/")[2]

        self._tell("xl/_rels/workbook.xml.rels", start)
        return found

    def _first_sheet(self) -> tuple[str, bool]:
        sheets: list[str] = []
        since_1904 = False

        def start(tag: str, said: Attributes) -> None:
            nonlocal since_1904
            if tag == "sheet":
                sheets.extend(value for key, value in said.items() if _local(key) == "id")
            elif tag == "workbookPr":
                since_1904 = said.get("date1904") in {"1", "true"}

        self._tell(_BOOK, start)
        return sheets[0], since_1904

    def _words(self, name: str) -> list[str]:
        """Return the words that cells share: plain or in several fonts, without how they sound."""
        words: list[str] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        reading = _Text()

        def start(tag: str, _said: Attributes) -> None:
            reading.start(tag)

        def end(tag: str) -> None:
            if reading.end(tag) == "si":
                if len(words) == WORDS_MAX:
                    raise _bomb()
                words.append(reading.taken())

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = reading.said
        for _piece in self._through(name, parser, most=WORDS_BYTES_MAX):
            pass
        return words

    def _dates(self, name: str) -> set[str]:
        """Return the numbers of the cell styles under which a number is a date."""
        own: dict[str, bool] = {}
        styles: list[str] = []
        within = ""

        def start(tag: str, said: Attributes) -> None:
            nonlocal within
            if tag in {"cellXfs", "cellStyleXfs", "dxfs", "numFmts"}:
                within = tag
            elif tag == "numFmt" and within == "numFmts":
                pattern = _NO_DATE_PARTS.sub("", said.get("formatCode", "").split(";")[0])
                own[said.get("numFmtId", "")] = bool(_DATE_LETTERS.search(pattern))
            elif tag == "xf" and within == "cellXfs":
                styles.append(said.get("numFmtId", "0"))

        self._tell(name, start)
        return {
            str(place)
            for place, number in enumerate(styles)
            if own.get(number, number.isdigit() and int(number) in _BUILT_IN_DATES)
        }


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Text:
    """Gathers the words between a tag and its end, leaving out how they are pronounced."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = self._sounds = False
        self.said = self._said

    def start(self, tag: str) -> None:
        """Note that a tag begins."""
        tag = _local(tag)
        if tag == "t":
            self._open = not self._sounds
        elif tag == "rPh":
            self._sounds = True

    def end(self, tag: str) -> str:
        """Note that a tag ends; return its name."""
        tag = _local(tag)
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._sounds = False
        return tag

    def taken(self) -> str:
        """Return the words gathered, and begin again."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text

    def _said(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)


class _Rows:
    """The rows of a sheet, as the parser meets them."""

    def __init__(
        self, *, columns: int, words: list[str], dates: set[str], since_1904: bool
    ) -> None:
        self._columns = columns
        self._words = words
        self._dates = dates
        self._since_1904 = since_1904
        self._full: list[tuple[int, list[str]]] = []
        self._number = 0
        self._place = 0
        self._row: list[str] = []
        self._kind = self._style = ""
        self._value: list[str] | None = None
        self._inline = _Text()
        self._places: dict[str, int] = {}

    def parser(self) -> expat.XMLParserType:
        """Return what turns a sheet into rows."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        return parser

    def taken(self) -> list[tuple[int, list[str]]]:
        """Return the rows that are complete, and forget them."""
        full, self._full = self._full, []
        return full

    def _start(self, tag: str, said: Attributes) -> None:
        tag = tag if ":" not in tag else _local(tag)
        if tag == "c":
            place = said.get("r")
            self._place = self._place + 1 if place is None else self._column(place)
            self._kind, self._style = said.get("t", "n"), said.get("s", "")
        elif tag == "v":
            self._value = []
        elif tag == "row":
            number = said.get("r")
            self._number = self._number + 1 if number is None else int(number)
            if self._number > ROW_NUMBER_MAX:
                raise ValueError(self._number)
            self._place, self._row = 0, []
        elif self._kind == "inlineStr":
            self._inline.start(tag)

    def _said(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        elif self._kind == "inlineStr":
            self._inline.said(text)

    def _end(self, tag: str) -> None:
        tag = tag if ":" not in tag else _local(tag)
        if tag == "v":
            value, self._value = "".join(self._value or ()), None
            if value:
                self._put(self._word(value))
        elif tag == "row":
            if self._row:
                self._full.append((self._number, self._row))
                self._row = []
        elif self._kind == "inlineStr" and self._inline.end(tag) == "is":
            self._put(self._inline.taken())
        if tag == "c":
            self._kind = ""

    def _column(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        number = self._places.get(letters)
        if number is None:
            number = 0
            for letter in letters[:4]:  # three name the last of 16,384
                number = number * 26 + ord(letter) - 64
            if not 1 <= number <= COLUMN_MAX:
                raise ValueError(place)
            self._places[letters] = number
        return number

    def _put(self, word: str) -> None:
        place, row = self._place, self._row
        if not word or place > self._columns:
            return
        while len(row) < place - 1:
            row.append("")
        if len(row) < place:
            row.append(word)
        else:
            row[place - 1] = word

    def _word(self, value: str) -> str:
        """Return a value as its reader sees it: 500.0 as 500, a barcode with all its digits."""
        if self._kind == "s":
            return self._words[int(value)]
        if self._kind != "n":
            return value
        if self._style in self._dates:
            return self._date(value)
        if value.isdigit():
            return value
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)

    def _date(self, value: str) -> str:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        epoch = CALENDAR_MAC_1904 if self._since_1904 else CALENDAR_WINDOWS_1900
        moment = from_excel(float(value), epoch=epoch)
        if isinstance(moment, datetime):
            return moment.isoformat(sep=" ")
        return moment.isoformat() if isinstance(moment, date) else str(moment)
