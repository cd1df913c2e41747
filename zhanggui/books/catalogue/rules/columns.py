"""The columns of a sheet of goods that speak of attributes, by the names a category asks by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from zhanggui.books.catalogue.rules.attributes import AttributeKind, Value, value_in
from zhanggui.books.catalogue.rules.rows import SAID, Fault, Line, plain_title
from zhanggui.ground.kernel.refusal import Refusal

SHOWN_CHARS_MAX = 40
"""Characters of a wrong cell that are shown again."""


class Asked(Protocol):
    """An attribute that a category asks, as a sheet may name it."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    choices: list[dict[str, str]]

    @property
    def name(self) -> str:
        """The name in the reader's language."""


def titles_of(attributes: Iterable[Asked]) -> frozenset[str]:
    """Return the titles under which a sheet may speak of these attributes, as they are compared."""
    return frozenset(title for one in attributes for title in _titles(one))


def by_title(attributes: Sequence[Asked]) -> dict[str, Asked]:
    """Return attributes by each of their titles; of two with one name the nearer shelf's."""
    return {title: one for one in attributes for title in _titles(one)}


def _titles(one: Asked) -> set[str]:
    return {plain_title(title) for title in (one.code, one.name_zh, one.name_en)}


def values_in(
    line: Line, asked: Mapping[str, Asked], *, category: str
) -> tuple[dict[str, Value], list[Fault]]:
    """Return what a good row says under attributes, by their codes, and what of it is wrong.

    `asked` are those of the product's category by their titles. A text may be `中文 | English`.
    """
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for key, text in line.words.items():
        if not key.startswith(SAID):
            continue
        attribute = asked.get(plain_title(key.removeprefix(SAID)))
        if attribute is None:
            faults.append(Fault(line.row, key, "not_asked", {"value": category or "—"}))
            continue
        said, english = text, ""
        if attribute.kind == AttributeKind.TEXT:
            said, _between, english = text.replace("｜", "|").partition("|")
        try:
            values[attribute.code] = value_in(attribute, said, english)
        except Refusal:
            shown = {"value": text[:SHOWN_CHARS_MAX]}
            faults.append(Fault(line.row, key, f"no_{attribute.kind}", shown))
    return values, faults
