"""Attributes of goods: what kinds there are, what may be said of a product, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.rules.goods import WORD_CHARS_MAX
from zhanggui.books.catalogue.rules.rows import CODE
from zhanggui.ground.kernel.refusal import Refusal, Sentence

ATTRIBUTES_MAX = 20
"""Attributes of one category by itself: more are not filled in, and not read."""

CHOICES_MAX = 40
"""Choices of one attribute: what a list on a phone still holds."""

TEXT_CHARS_MAX = 80
"""Characters of an attribute that is a text: one line of a table."""

NUMBER_MAX = 1_000_000
"""The greatest number an attribute may have: a ton in grams."""

MILLI = 1_000
"""Numbers are kept in thousandths, as whole numbers: 0.1 + 0.2 is 0.3 then."""

YES, NO = "yes", "no"


class AttributeKind(TextChoices):
    """What may be said under an attribute."""

    CHOICE = "choice", _("One of a list")
    NUMBER = "number", _("A number")
    TEXT = "text", _("A few words")
    YES_NO = "yes_no", _("Yes or no")


K = AttributeKind


class Described(Protocol):
    """What of an attribute tells which values it takes."""

    kind: str
    choices: list[dict[str, str]]

    @property
    def name(self) -> str:
        """The name in the reader's language."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is said of a product under one attribute; only the part of its kind says something."""

    choice: str = ""
    number_milli: int | None = None
    text_zh: str = ""
    text_en: str = ""

    def __bool__(self) -> bool:
        return self != Value()


# --- choices ------------------------------------------------------------------------------------


def choices_in(text: str) -> list[dict[str, str]]:
    """Return the choices in lines of `code | 中文 | English`; refuse a line that is none."""
    found: list[dict[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in re.split("[|｜]", line)]
        if len(parts) == 2:
            parts.append("")
        whole = len(parts) == 3 and CODE.match(parts[0]) and parts[1]
        if not whole or max(map(len, parts)) > WORD_CHARS_MAX:
            raise _bad_choices(
                _("Line %(number)s of the choices is none: “%(line)s”.")
                % {"number": number, "line": line.strip()[:WORD_CHARS_MAX]}
            )
        if parts[0] in {choice["code"] for choice in found}:
            raise _bad_choices(
                _("The choice “%(code)s” stands twice in the list.") % {"code": parts[0]}
            )
        found.append(dict(zip(("code", "zh", "en"), parts, strict=True)))
    if len(found) > CHOICES_MAX:
        raise _bad_choices(_("There are more than %(most)s choices.") % {"most": CHOICES_MAX})
    return found


def choices_out(choices: Iterable[Mapping[str, str]]) -> str:
    """Return choices as lines that `choices_in` reads."""
    return "\n".join(f"{c['code']} | {c['zh']} | {c['en']}" for c in choices)


def _bad_choices(sentence: Sentence) -> Refusal:
    return Refusal(
        "bad_choices",
        sentence,
        settles=_("Write one choice a line: a lasting code | Chinese | English."),
        status=422,
    )


def why_not_attribute(
    *, kind: str, choices: Sequence[Mapping[str, str]], facet: bool, siblings: int
) -> Refusal | None:
    """Return why an attribute cannot be as it is said: no choices, no facet of it, too many."""
    if kind == K.CHOICE and len(choices) < 2:
        return _bad_choices(_("A list needs at least two choices."))
    if facet and kind not in {K.CHOICE, K.YES_NO}:
        return Refusal(
            "no_facet",
            _("Customers can narrow by a list or by yes or no, not by a number or a text."),
            settles=_("Leave the facet out, or make it a list."),
            status=422,
        )
    if siblings >= ATTRIBUTES_MAX:
        return Refusal(
            "crowded",
            _("This category has %(most)s attributes already.") % {"most": ATTRIBUTES_MAX},
            settles=_("Retire one first, or put it on a category below."),
        )
    return None


def why_not_lose(lost: Mapping[str, int]) -> Refusal | None:
    """Return why choices cannot be taken off a list: so many products have them, by name."""
    if not lost:
        return None
    name, count = next(iter(lost.items()))
    return Refusal(
        "choice_used",
        _("“%(name)s” is said of %(count)s products.") % {"name": name, "count": count},
        settles=_("Describe them otherwise first; the name of a choice may be changed."),
        status=422,
    )


def why_not_retire(attribute: object) -> Refusal | None:
    """Return why an attribute cannot be retired: it is already."""
    if getattr(attribute, "retired_at", None) is None:
        return None
    return Refusal(
        "illegal_move",
        _("This attribute is retired already."),
        settles=_("Look at the record again: someone may have moved it on meanwhile."),
    )


def why_not_edit(attribute: object) -> Refusal | None:
    """Return why an attribute cannot be changed: it is retired."""
    return why_not_retire(attribute)


# --- values -------------------------------------------------------------------------------------


def choice_codes(attribute: Described) -> list[str]:
    """Return the codes that may be chosen under an attribute."""
    if attribute.kind == K.YES_NO:
        return [YES, NO]
    return [choice["code"] for choice in attribute.choices]


def choice_said(attribute: Described, code: str, *, english: bool) -> str:
    """Return a choice by its name, "" for one that is not there."""
    if attribute.kind == K.YES_NO:
        return {YES: gettext("Yes"), NO: gettext("No")}.get(code, "")
    choice = next((c for c in attribute.choices if c["code"] == code), None)
    if choice is None:
        return ""
    return (choice["en"] if english else "") or choice["zh"]


def number_in(text: str) -> int | None:
    """Return a number as typed in thousandths; None for what is none, negative or too large."""
    try:
        number = Decimal(text.strip()) * MILLI
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or number != number.to_integral_value():
        return None
    return int(number) if 0 <= number <= NUMBER_MAX * MILLI else None


def number_said(milli: int) -> str:
    """Return a number kept in thousandths as people write it."""
    whole, rest = divmod(milli, MILLI)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def value_in(attribute: Described, text: str, english: str = "") -> Value:
    """Return what was typed under an attribute as it is kept; refuse what it does not take.

    A choice may be typed by its code or by either of its names.
    """
    text, english = text.strip(), english.strip()
    if not text:
        return Value(text_en=english) if attribute.kind == K.TEXT and english else Value()
    if attribute.kind == K.TEXT:
        if max(len(text), len(english)) > TEXT_CHARS_MAX:
            raise _no_value(attribute, text)
        return Value(text_zh=text, text_en=english)
    if attribute.kind == K.NUMBER:
        if (milli := number_in(text)) is None:
            raise _no_value(attribute, text)
        return Value(number_milli=milli)
    code = _chosen(attribute, text)
    if code is None:
        raise _no_value(attribute, text)
    return Value(choice=code)


def _chosen(attribute: Described, text: str) -> str | None:
    if attribute.kind == K.YES_NO:
        said = {
            YES: {"yes", "y", "1", "true", "是", "有"},
            NO: {"no", "n", "0", "false", "否", "无"},
        }
        return next((code for code, words in said.items() if text.lower() in words), None)
    wanted = text.casefold()
    for choice in attribute.choices:
        if wanted in {word.casefold() for word in choice.values() if word}:
            return choice["code"]
    return None


def _no_value(attribute: Described, text: str) -> Refusal:
    asked: dict[AttributeKind, Sentence] = {
        K.CHOICE: _("Choose one of the list."),
        K.NUMBER: _("Write a number with at most three places behind the point."),
        K.TEXT: _("Write at most %(most)s characters.") % {"most": TEXT_CHARS_MAX},
        K.YES_NO: _("Write yes or no."),
    }
    return Refusal(
        "no_value",
        _("“%(text)s” cannot be said under “%(name)s”.")
        % {"text": text[:WORD_CHARS_MAX], "name": attribute.name},
        settles=asked[K(attribute.kind)],
        status=422,
    )


def check(attribute: Described, value: Value) -> None:
    """Refuse a value that is not of the attribute's kind, or no choice of its list."""
    kind = K(attribute.kind)
    other = Value(
        "" if kind in {K.CHOICE, K.YES_NO} else value.choice,
        None if kind == K.NUMBER else value.number_milli,
        "" if kind == K.TEXT else value.text_zh,
        "" if kind == K.TEXT else value.text_en,
    )
    if other or (value.choice and value.choice not in choice_codes(attribute)):
        said = value.choice or value.text_zh or str(value.number_milli)
        raise _no_value(attribute, said)


def not_asked(code: str) -> Refusal:
    """Return the refusal of an attribute that the product's category does not ask."""
    return Refusal(
        "not_asked",
        _("The category of this product does not ask for “%(code)s”.") % {"code": code},
        settles=_("Look at the record again: someone may have moved it on meanwhile."),
        status=422,
    )


def why_not_without(missing: Sequence[str], *, state: Sentence) -> Refusal | None:
    """Return why a product past draft cannot lose these required attributes."""
    if not missing:
        return None
    return Refusal(
        "incomplete",
        _("A product that is %(state)s cannot be without %(missing)s.")
        % {"state": state, "missing": gettext(", ").join(missing)},
        settles=_("Fill it in, or send the product back to be a draft first."),
        status=422,
    )
