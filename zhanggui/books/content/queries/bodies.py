"""The sections of a page as they are kept: reading them, and checking what shall be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from wagtail.blocks import StructBlock
from wagtail.blocks.struct_block import StructBlockValidationError

from zhanggui.books.content.models import in_language
from zhanggui.books.content.queries.sections import KINDS
from zhanggui.ground.kernel.refusal import Refusal

SECTIONS_MAX = 40
"""Sections of one page: more than anybody scrolls past, few enough for one form."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it is shown: its kind, its id on the page, and its values by name."""

    kind: str
    id: str
    values: Mapping[str, Any]

    def said(self, name: str) -> str:
        """Return words in the reader's language, Chinese where no English was written."""
        zh, en = self.values.get(f"{name}_zh", ""), self.values.get(f"{name}_en", "")
        return in_language(str(zh or ""), str(en or ""))

    def number(self, name: str, usual: int) -> int:
        """Return a whole number, the usual one where none was given."""
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else usual

    def holds_at(self, at: datetime) -> bool:
        """Tell whether a notice is shown at a moment."""
        begins, ends = (_when(self.values.get(name)) for name in ("from_at", "until_at"))
        return (begins is None or begins <= at) and (ends is None or at < ends)


def _when(value: Any) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) and value else None


def sections_of(body: Sequence[Mapping[str, Any]]) -> list[Section]:
    """Return the sections of a version; a kind this version of the house has not is left out."""
    found = []
    for place, raw in enumerate(body):
        kind = KINDS.get(str(raw.get("type", "")))
        if kind is not None:
            value = kind.block.to_python(raw.get("value") or {})
            values = kind.block.get_prep_value(value)
            found.append(Section(kind.code, str(raw.get("id") or place), values))
    return found


Wrong = dict[int, dict[str, list[str]]]
"""What is wrong with sections: by place on the page, then by field (`first-title_zh`)."""


def checked(body: Sequence[Mapping[str, Any]], *, page: str) -> tuple[list[dict[str, Any]], Wrong]:
    """Return the sections as they may be kept, and what is wrong with them by place and field."""
    kept: list[dict[str, Any]] = []
    wrong: Wrong = {}
    seen: set[str] = set()
    for place, raw in enumerate(body):
        kind = KINDS.get(str(raw.get("type", "")))
        if kind is None or page not in kind.pages:
            wrong[place] = {"": [gettext("This page cannot have such a section.")]}
            continue
        if kind.once and kind.code in seen:
            wrong[place] = {"": [gettext("One of this kind is enough: remove the other.")]}
        seen.add(kind.code)
        value = kind.block.to_python(raw.get("value") or {})
        try:
            clean = kind.block.clean(value)
        except StructBlockValidationError as error:
            wrong[place] = wrong.get(place, {}) | _told(error)
            clean = _salvaged(kind.block, value)
        prepared = kind.block.get_prep_value(clean)
        if place not in wrong and (said := _together(kind.code, prepared)):
            wrong[place] = said
        kept.append({"type": kind.code, "id": str(raw.get("id") or place), "value": prepared})
    if len(body) > SECTIONS_MAX:
        many = gettext("A page has at most %(most)s sections.") % {"most": SECTIONS_MAX}
        wrong.setdefault(SECTIONS_MAX, {}).setdefault("", []).append(many)
    return kept, wrong


def _salvaged(block: StructBlock, value: Mapping[str, Any]) -> Any:
    """Return a section with what is right in it; what is wrong is as if it were empty."""
    found = {}
    for name, child in block.child_blocks.items():
        try:
            found[name] = child.clean(value.get(name))
        except ValidationError:
            inner = isinstance(child, StructBlock)
            found[name] = _salvaged(child, value[name]) if inner else child.get_default()
    return block.normalize(found)


def _told(error: StructBlockValidationError, before: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, inner in error.block_errors.items():
        if isinstance(inner, StructBlockValidationError):
            found |= _told(inner, f"{before}{name}-")
        else:
            found[f"{before}{name}"] = [str(message) for message in inner.messages]
    return found


def _together(kind: str, value: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with fields that are right each by itself."""
    if kind == "shelf" and value.get("source") == "category" and not value.get("category"):
        return {"category": [gettext("Choose the category whose goods shall stand here.")]}
    if kind == "shelf" and value.get("source") == "picked" and not value.get("goods"):
        return {"goods": [gettext("Name the goods that shall stand here.")]}
    if kind == "notice":
        begins, ends = _when(value.get("from_at")), _when(value.get("until_at"))
        if begins and ends and ends <= begins:
            return {"until_at": [gettext("It ends before it begins.")]}
    return {}


def why_wrong(body: Sequence[Mapping[str, Any]], wrong: Wrong) -> Refusal | None:
    """Return what is wrong with the sections of a page as one sentence; None when nothing is."""
    if not wrong:
        return None
    place = min(wrong)
    code = str(body[place].get("type", "")) if place < len(body) else ""
    messages = next(iter(wrong[place].values()))
    return Refusal(
        "sections",
        gettext("Section %(place)s (%(kind)s): %(wrong)s")
        % {
            "place": place + 1,
            "kind": KINDS[code].title if code in KINDS else code or "?",
            "wrong": messages[0],
        },
        settles=gettext("Put that right and save again; everything else is still there."),
        status=422,
    )


def pictures_named(body: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the ids of the pictures that sections show."""
    values = (raw.get("value", {}).get("picture") for raw in body)
    return {value for value in values if isinstance(value, int)}
