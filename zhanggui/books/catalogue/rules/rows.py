"""What the columns of a sheet of goods mean, and which of its rows are good."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.goods import (
    BARCODE_CHARS_MAX,
    CODE_CHARS_MAX,
    NAME_CHARS_MAX,
    SHELF_DAYS_MAX,
    SIDE_MM_MAX,
    STORY_CHARS_MAX,
    WEIGHT_G_MAX,
    WORD_CHARS_MAX,
)
from zhanggui.books.catalogue.rules.sheet import Table
from zhanggui.ground.kernel.refusal import Refusal, Sentence

FAULTS_KEPT = 500
"""Faults kept of one sheet: enough to see what is wrong everywhere; the rest are counted."""

CODE = re.compile(r"^[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*\Z")
"""How a code is made: Latin letters and digits in groups, as a scanner and a shelf label want."""


class Heading(NamedTuple):
    """A column: its key, both titles, what it may hold, and what to write into it."""

    key: str
    zh: str
    en: str
    about: Sentence
    needed: bool = False
    chars_max: int = 0
    whole_max: int = 0


HEADINGS: Final[tuple[Heading, ...]] = (
    Heading(
        "sku",
        "货号",
        "SKU code",
        _("Code of the SKU; a known code changes that SKU."),
        True,
        CODE_CHARS_MAX,
    ),
    Heading(
        "product",
        "商品编号",
        "Product code",
        _("Code shared by all SKUs of one product."),
        True,
        CODE_CHARS_MAX,
    ),
    Heading(
        "category",
        "分类编号",
        "Category code",
        _("Code of a category that exists already."),
        False,
        CODE_CHARS_MAX,
    ),
    Heading(
        "name_zh", "商品名称", "Chinese name", _("What customers read first."), True, NAME_CHARS_MAX
    ),
    Heading(
        "name_en",
        "英文名称",
        "English name",
        _("The same for readers of English."),
        False,
        NAME_CHARS_MAX,
    ),
    Heading(
        "brand_zh", "品牌", "Brand", _("A brand not known yet is added."), False, WORD_CHARS_MAX
    ),
    Heading(
        "brand_en",
        "品牌英文",
        "Brand in English",
        _("Used where the brand is new."),
        False,
        WORD_CHARS_MAX,
    ),
    Heading(
        "unit_zh",
        "单位",
        "Unit in Chinese",
        _("In what it is counted: 袋, 瓶, 双."),
        False,
        WORD_CHARS_MAX,
    ),
    Heading(
        "unit_en",
        "单位英文",
        "Unit in English",
        _("In what it is counted: bag, bottle, pair."),
        False,
        WORD_CHARS_MAX,
    ),
    Heading(
        "origin_zh", "产地", "Origin in Chinese", _("Where it comes from."), False, WORD_CHARS_MAX
    ),
    Heading(
        "origin_en",
        "产地英文",
        "Origin in English",
        _("Where it comes from."),
        False,
        WORD_CHARS_MAX,
    ),
    Heading(
        "story_zh",
        "介绍",
        "Story in Chinese",
        _("Two or three sentences for customers."),
        False,
        STORY_CHARS_MAX,
    ),
    Heading(
        "story_en",
        "介绍英文",
        "Story in English",
        _("Two or three sentences for customers."),
        False,
        STORY_CHARS_MAX,
    ),
    Heading(
        "shelf_life_days",
        "保质期天数",
        "Shelf life in days",
        _("Empty where it does not matter."),
        False,
        0,
        SHELF_DAYS_MAX,
    ),
    Heading(
        "variant_zh",
        "规格",
        "Variant in Chinese",
        _("Which variant it is: 500g 袋装."),
        True,
        WORD_CHARS_MAX,
    ),
    Heading(
        "variant_en",
        "规格英文",
        "Variant in English",
        _("Which variant it is: 500 g bag."),
        False,
        WORD_CHARS_MAX,
    ),
    Heading(
        "barcode",
        "条码",
        "Barcode",
        _("8, 12, 13 or 14 digits, the last of them the check digit."),
        False,
        BARCODE_CHARS_MAX,
    ),
    Heading(
        "weight_g",
        "重量克",
        "Weight in grams",
        _("Of one piece with its packing."),
        True,
        0,
        WEIGHT_G_MAX,
    ),
    Heading(
        "length_mm", "长毫米", "Length in mm", _("All three sides or none."), False, 0, SIDE_MM_MAX
    ),
    Heading(
        "width_mm", "宽毫米", "Width in mm", _("All three sides or none."), False, 0, SIDE_MM_MAX
    ),
    Heading(
        "height_mm", "高毫米", "Height in mm", _("All three sides or none."), False, 0, SIDE_MM_MAX
    ),
)

BY_KEY: Final = {heading.key: heading for heading in HEADINGS}
SHARED: Final = (
    "category", "name_zh", "name_en", "brand_zh", "unit_zh", "unit_en", "origin_zh", "origin_en",
    "story_zh", "story_en", "shelf_life_days",
)  # fmt: skip
"""What all rows of one product must agree on, as far as they say it."""

SAID: Final = "said:"
"""Before the title of a column that speaks of an attribute, in the words of a row."""

SAID_CHARS_MAX = 170
"""Characters of such a cell: a text in both languages."""

SENTENCES: Final[Mapping[str, Sentence]] = {
    "empty": _("must not be empty."),
    "long": _("is longer than %(most)s characters."),
    "code": _("“%(value)s” is no code: use letters, digits and single hyphens."),
    "whole": _("“%(value)s” is not a whole number."),
    "range": _("%(value)s is not between 1 and %(most)s."),
    "barcode": _("“%(value)s” is no barcode: wrong number of digits, or a wrong check digit."),
    "sides": _("give all three sides or none."),
    "twice": _("“%(value)s” already stands in row %(row)s."),
    "differs": _("“%(value)s” differs from row %(row)s of the same product."),
    "category": _("there is no category “%(value)s”."),
    "moved": _("this SKU belongs to the product “%(value)s”."),
    "barcode_taken": _("“%(value)s” is the barcode of the SKU “%(sku)s”."),
    "crowded": _("a product has at most %(most)s SKUs."),
    "not_asked": _("the category “%(value)s” does not ask for this."),
    "no_choice": _("“%(value)s” is none of the choices."),
    "no_number": _("“%(value)s” is no number with at most three places behind the point."),
    "no_text": _("“%(value)s” is longer than a line of the table."),
    "no_yes_no": _("“%(value)s” is neither yes nor no."),
}
"""What may be wrong with a cell, told after its column's title."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: row as in the spreadsheet, column, code, and the values said."""

    row: int
    column: str
    code: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A good row: `words` are the cells that say something, by column."""

    row: int
    words: dict[str, Any]

    @property
    def sku(self) -> str:
        """The code of its SKU."""
        return str(self.words["sku"])

    @property
    def product(self) -> str:
        """The code of its product."""
        return str(self.words["product"])


@dataclass
class Reading:
    """A sheet sorted into good rows and faults; `ignored` are titles that mean nothing here."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many rows are bad."""
        return len({fault.row for fault in self.faults})

    def leave_out(self, faults: Iterable[Fault]) -> None:
        """Count rows as bad that looked good until they were compared with what is stored."""
        self.faults += faults
        bad = {fault.row for fault in self.faults}
        self.lines = [line for line in self.lines if line.row not in bad]


def fault_said(fault: Mapping[str, Any]) -> tuple[int, Sentence, str]:
    """Return a stored fault for people: row, title of the column, sentence."""
    heading = BY_KEY.get(fault["column"])
    if heading is None:
        title: Sentence = str(fault["column"]).removeprefix(SAID)
    else:
        title = _("%(zh)s (%(en)s)") % {"zh": heading.zh, "en": heading.en}
    return fault["row"], title, str(SENTENCES[fault["code"]]) % fault["data"]


def as_stored(fault: Fault) -> dict[str, Any]:
    """Return a fault as a record keeps it."""
    return asdict(fault)


def read_rows(table: Table, *, attributes: Collection[str] = ()) -> Reading:
    """Return the good rows of a sheet and what is wrong with the others.

    `attributes` are the titles by which columns may speak of attributes, as they are compared.

    The first row names the columns, in Chinese, English or by key, in any order. Raises a Refusal
    when a needed column is missing, or when there is no row below the titles.
    """
    if not table.rows:
        raise _no_rows()
    (_number, titles), *rows = table.rows
    places, ignored = _places(titles, attributes)
    if not rows:
        raise _no_rows()
    reading = Reading(ignored=ignored)
    seen = _Seen()
    for number, cells in rows:
        words, faults = _words(number, cells, places)
        faults = faults or list(seen.against(number, words))
        if faults:
            reading.faults += faults
        else:
            reading.lines.append(Line(number, words))
    return reading


def _no_rows() -> Refusal:
    return Refusal(
        "no_rows",
        _("There are no goods in this sheet."),
        settles=_("Put the titles of the columns in the first row and one SKU in each row below."),
        status=422,
    )


def plain_title(title: str) -> str:
    """Return a column's title as it is compared: without signs, in small letters."""
    return re.sub(r"[\W_]+", "", title).lower()


_KEYS: Final = {
    plain_title(title): heading.key
    for heading in HEADINGS
    for title in (heading.key, heading.zh, heading.en, heading.zh + heading.en)
}  # fmt: skip


def judge_titles(titles: list[str]) -> None:
    """Refuse a sheet whose first row lacks a needed column (`columns_missing`)."""
    _places(titles, ())


def _places(titles: list[str], attributes: Collection[str]) -> tuple[dict[str, int], list[str]]:
    places: dict[str, int] = {}
    ignored = []
    for index, title in enumerate(titles):
        key = _KEYS.get(plain_title(title))
        if key is None and plain_title(title) in attributes:
            key = SAID + title[:WORD_CHARS_MAX]
        if key is None or key in places:
            ignored += [title[:WORD_CHARS_MAX]] if title else []
        else:
            places[key] = index
    missing = [h for h in HEADINGS if h.needed and h.key not in places]
    if missing:
        named = ", ".join(f"{h.zh} ({h.en})" for h in missing)
        raise Refusal(
            "columns_missing",
            _("The first row lacks these columns: %(named)s.") % {"named": named},
            settles=_("Download the template and keep its titles."),
            status=422,
        )
    return places, ignored


def _words(
    number: int, cells: list[str], places: Mapping[str, int]
) -> tuple[dict[str, Any], list[Fault]]:
    words: dict[str, Any] = {}
    faults: list[Fault] = []
    for key, index in places.items():
        text = cells[index] if index < len(cells) else ""
        heading = BY_KEY.get(key) or Heading(key, key, key, "", chars_max=SAID_CHARS_MAX)
        value, fault = _cell(number, heading, text)
        if fault is not None:
            faults.append(fault)
        elif value != "":
            words[key] = value
    if 0 < len(words.keys() & {"length_mm", "width_mm", "height_mm"}) < 3 and not faults:
        faults.append(Fault(number, "length_mm", "sides"))
    return words, faults


def _cell(number: int, heading: Heading, text: str) -> tuple[Any, Fault | None]:
    """Return a cell's value, or what is wrong with it; "" for an empty cell."""

    def bad(code: str, **data: Any) -> tuple[Any, Fault]:
        return "", Fault(number, heading.key, code, data)

    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    if not text:
        return bad("empty") if heading.needed else ("", None)
    if heading.whole_max:
        if not re.fullmatch(r"[0-9]{1,12}(?:\.0+)?", text):
            return bad("whole", value=text[:WORD_CHARS_MAX])
        value = int(text.split(".")[0])
        if not 1 <= value <= heading.whole_max:
            return bad("range", value=value, most=heading.whole_max)
        return value, None
    if len(text) > heading.chars_max and heading.key != "barcode":
        return bad("long", most=heading.chars_max)
    if heading.key in {"sku", "product", "category"} and not CODE.match(text):
        return bad("code", value=text)
    if heading.key == "barcode" and not is_barcode(text):
        return bad("barcode", value=text[:WORD_CHARS_MAX])
    return text, None


def is_barcode(text: str) -> bool:
    """Return whether this is a GTIN: 8, 12, 13 or 14 digits with the right check digit.

    Weights 3 and 1 from the right, as GS1 General Specifications, section 7.9.1, lays down.
    """
    if not (text.isascii() and text.isdigit()) or len(text) not in {8, 12, 13, 14}:
        return False
    weighed = sum(
        int(digit) * (1 if place % 2 == 0 else 3) for place, digit in enumerate(reversed(text))
    )
    return weighed % 10 == 0


class _Seen:
    """What earlier rows said, to find SKUs and barcodes twice and products at odds."""

    def __init__(self) -> None:
        self.once: dict[tuple[str, str], int] = {}
        self.products: dict[str, dict[str, tuple[Any, int]]] = {}

    def against(self, number: int, words: Mapping[str, Any]) -> Iterable[Fault]:
        """Yield what clashes with earlier rows; remember the row when nothing does."""
        faults = [
            Fault(number, key, "twice", {"value": words[key], "row": self.once[key, words[key]]})
            for key in ("sku", "barcode")
            if key in words and (key, words[key]) in self.once
        ]
        said = self.products.setdefault(words["product"], {})
        shared = [*SHARED, *(key for key in words if key.startswith(SAID))]
        for key in shared:
            if key in words and key in said and said[key][0] != words[key]:
                shown = str(words[key])[:WORD_CHARS_MAX]
                faults.append(Fault(number, key, "differs", {"value": shown, "row": said[key][1]}))
        if not faults:
            for key in ("sku", "barcode"):
                if key in words:
                    self.once[key, words[key]] = number
            for key in shared:
                if key in words:
                    said.setdefault(key, (words[key], number))
        return faults
