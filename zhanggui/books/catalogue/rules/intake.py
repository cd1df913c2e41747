"""What a sheet of goods would do to the goods we have, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.attributes import Value
from zhanggui.books.catalogue.rules.columns import Asked, values_in
from zhanggui.books.catalogue.rules.goods import SKUS_OF_PRODUCT_MAX
from zhanggui.books.catalogue.rules.rows import Fault, Line
from zhanggui.ground.kernel.refusal import Refusal

PRODUCT_WORDS: Final = (
    "category", "name_zh", "name_en", "brand_zh", "unit_zh", "unit_en", "origin_zh", "origin_en",
    "story_zh", "story_en", "shelf_life_days",
)  # fmt: skip
"""The columns that speak of the product."""

SKU_WORDS: Final = (
    "variant_zh", "variant_en", "barcode", "weight_g", "length_mm", "width_mm", "height_mm",
)  # fmt: skip
"""The columns that speak of the SKU."""

Words = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """The goods we have, as far as a sheet can touch them: words by code.

    The words of a SKU include `product`, the code of the product it belongs to. `asked` are of each
    category the attributes by title, `said` of each product what stands under them by their codes.
    """

    categories: frozenset[str]
    products: Mapping[str, Words]
    skus: Mapping[str, Words]
    barcodes: Mapping[str, str]
    asked: Mapping[str, Mapping[str, Asked]] = field(default_factory=dict)
    said: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


@dataclass
class Plan:
    """What good rows come to: words to store by code, and how many rows change nothing."""

    new_products: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed_products: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_skus: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed_skus: dict[str, dict[str, Any]] = field(default_factory=dict)
    described: dict[str, dict[str, Value]] = field(default_factory=dict)
    same: int = 0

    def counts(self) -> dict[str, int]:
        """Return how much of each there is."""
        return {
            "new_products": len(self.new_products),
            "changed_products": len(self.changed_products),
            "new_skus": len(self.new_skus),
            "changed_skus": len(self.changed_skus),
            "described": len(self.described),
            "same": self.same,
        }


def clashes(lines: Iterable[Line], known: Known) -> list[Fault]:
    """Return what of good rows does not agree with the goods we have."""
    lines = list(lines)
    faults = []
    shelves = _shelves(lines, known)
    held: dict[str, set[str]] = {}
    for code, words in known.skus.items():
        held.setdefault(words["product"], set()).add(code)
    for line in lines:
        found = _clash(line, known)
        mine = held.setdefault(line.product, set())
        if found is None and line.sku not in mine and len(mine) >= SKUS_OF_PRODUCT_MAX:
            found = Fault(line.row, "product", "crowded", {"most": SKUS_OF_PRODUCT_MAX})
        wrong = [found] if found else _said(line, known, shelves)[1]
        if not wrong:
            mine.add(line.sku)
        faults += wrong
    return faults


def _shelves(lines: Iterable[Line], known: Known) -> dict[str, str]:
    """Return of each product in a sheet the category it will have, "" for none."""
    shelves = {code: str(words["category"] or "") for code, words in known.products.items()}
    for line in lines:
        if category := line.words.get("category"):
            shelves[line.product] = str(category)
    return shelves


def _said(
    line: Line, known: Known, shelves: Mapping[str, str]
) -> tuple[dict[str, Value], list[Fault]]:
    category = shelves.get(line.product, "")
    return values_in(line, known.asked.get(category, {}), category=category)


def _clash(line: Line, known: Known) -> Fault | None:
    category = line.words.get("category")
    if category is not None and category not in known.categories:
        return Fault(line.row, "category", "category", {"value": category})
    stored = known.skus.get(line.sku)
    if stored is not None and stored["product"] != line.product:
        return Fault(line.row, "sku", "moved", {"value": stored["product"]})
    barcode = line.words.get("barcode")
    owner = known.barcodes.get(barcode or "")
    if owner is not None and owner != line.sku:
        return Fault(line.row, "barcode", "barcode_taken", {"value": barcode, "sku": owner})
    return None


def plan_of(lines: Sequence[Line], known: Known) -> Plan:
    """Return what the rows come to; an empty cell leaves what is stored as it is."""
    plan = Plan()
    said: dict[str, dict[str, Any]] = {}
    for line in lines:
        words = said.setdefault(line.product, {})
        for key in (*PRODUCT_WORDS, "brand_en"):
            if key in line.words:
                words.setdefault(key, line.words[key])
    shelves = _shelves(lines, known)
    for line in lines:
        stored = known.said.get(line.product, {})
        for code, value in _said(line, known, shelves)[0].items():
            if value != stored.get(code, Value()):
                plan.described.setdefault(line.product, {})[code] = value
    for code, words in said.items():
        if code not in known.products:
            plan.new_products[code] = words
        elif changed := _changes(words, known.products[code], PRODUCT_WORDS):
            plan.changed_products[code] = changed
    for line in lines:
        if line.sku not in known.skus:
            words = {key: line.words[key] for key in SKU_WORDS if key in line.words}
            plan.new_skus[line.sku] = words | {"product": line.product}
        elif changed := _changes(line.words, known.skus[line.sku], SKU_WORDS):
            plan.changed_skus[line.sku] = changed
        elif line.product not in plan.changed_products | plan.described:
            plan.same += 1
    return plan


def _changes(words: Words, stored: Words, keys: Iterable[str]) -> dict[str, Any]:
    return {key: words[key] for key in keys if key in words and words[key] != stored[key]}


class HasLines(Protocol):
    """What of a sheet that was read tells whether it can be taken in."""

    lines: list[Any]
    taken_at: Any


def why_not_take_in(sheet: HasLines) -> Refusal | None:
    """Return why a sheet that was read cannot be taken in."""
    if sheet.taken_at is not None:
        return Refusal(
            "illegal_move",
            _("The good rows of this sheet have been taken in already."),
            settles=_(
                "Read the corrected sheet as a new one; known SKUs are changed, not doubled."
            ),
        )
    if not sheet.lines:
        return Refusal(
            "no_good_rows",
            _("There is no good row in this sheet."),
            settles=_("Correct what is listed below and read the sheet again."),
        )
    return None
