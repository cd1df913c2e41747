"""The form of an editor's page: sections as cards, each with the fields its kind asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from wagtail.blocks import StructBlock

from zhanggui.books.content.queries.bodies import SECTIONS_MAX, Section, Wrong, sections_of
from zhanggui.books.content.queries.fields import Part, products_by_code, split_codes
from zhanggui.books.content.queries.pages import pictures_by_id
from zhanggui.books.content.queries.sections import KINDS, SOURCES, Kind
from zhanggui.books.content.rules.prose import words_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.media.models import Picture

ID_CHARS_MAX = 40
"""Characters of a section's id: a UUID with room."""


@dataclass
class Drawn:
    """One field as the template draws it."""

    name: str
    label: Any
    help: Any
    draws: str
    value: Any
    control: str = ""
    errors: Sequence[str] = ()
    picture: Picture | None = None
    picture_url: str = ""
    goods: Sequence[str] = ()
    language: str = ""
    refused: Sequence[str] = ()

    @property
    def wide(self) -> bool:
        """Whether it takes the whole width of its card."""
        return self.draws in {"prose", "picture", "goods"}


@dataclass
class Group:
    """Fields of a card under a heading of their own; without one they stand directly on it."""

    legend: Any = ""
    fields: list[Drawn] = field(default_factory=list)


@dataclass
class Card:
    """A section in the form: where it stands, whether it was taken off, and its fields."""

    place: int
    kind: Kind
    id: str
    dropped: bool
    value: Mapping[str, Any]
    errors: Sequence[str] = ()
    groups: list[Group] = field(default_factory=list)
    fresh: bool = False

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return f"s{self.place}"

    @property
    def heading(self) -> str:
        """The words by which one knows the section among others of its kind."""
        section = Section(self.kind.code, self.id, self.value)
        first = self.value.get("first")
        words = section.said("title") or section.said("text")
        if not words and isinstance(first, Mapping):
            words = Section("", "", first).said("title")
        if not words and self.kind.code == "shelf":
            return str(dict(SOURCES).get(str(self.value.get("source") or "best"), ""))
        return words_of(words)[:60]

    def raw(self) -> dict[str, Any]:
        """Return the section as it would be kept."""
        return {"type": self.kind.code, "id": self.id, "value": dict(self.value)}


def cards_of(body: Sequence[Mapping[str, Any]]) -> list[Card]:
    """Return the cards of a version's sections."""
    return [
        Card(place, KINDS[section.kind], section.id, dropped=False, value=section.values)
        for place, section in enumerate(sections_of(body))
    ]


def cards_sent(data: Any, files: Any) -> list[Card]:
    """Return the cards of a form that came in, whatever was typed into them."""
    asked = str(data.get("count", "0"))
    count = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 0
    found: list[Card] = []
    for place in range(min(count, SECTIONS_MAX * 2)):
        kind = KINDS.get(str(data.get(f"s{place}-type", "")))
        if kind is None:
            continue
        value = kind.block.value_from_datadict(data, files, f"s{place}")
        found.append(
            Card(
                place=len(found),
                kind=kind,
                id=str(data.get(f"s{place}-id", ""))[:ID_CHARS_MAX] or f"section-{place}",
                dropped=data.get(f"s{place}-dropped") == "1",
                value=kind.block.get_prep_value(value),
            )
        )
    return found


def new_card(kind: Kind, *, id: str, place: int) -> Card:  # noqa: A002 - as a section calls it
    """Return an empty section of a kind, with what it usually has."""
    value = kind.block.get_prep_value(kind.block.get_default())
    return Card(place, kind, id, dropped=False, value=value, fresh=True)


def kept(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Return the sections that stay, as they would be kept."""
    return [card.raw() for card in cards if not card.dropped]


def draw(
    cards: Sequence[Card], *, wrong: Wrong, refused: Mapping[str, Sequence[str]]
) -> list[Card]:
    """Return the cards with their fields drawn.

    `wrong` is by place among those that stay; `refused` says by field why a picture was not taken.
    """
    drawn: list[Card] = []
    place = 0
    for number, card in enumerate(cards):
        said = {} if card.dropped else wrong.get(place, {})
        card.place = number
        card.errors = said.get("", ())
        card.groups = _groups(card.kind.block, card.value, card.prefix, "", said)
        drawn.append(card)
        place += not card.dropped
    fields = [f for card in drawn for g in card.groups for f in g.fields]
    for one in fields:
        one.refused = refused.get(one.name, ())
    _with_pictures(fields)
    return drawn


def _groups(
    block: StructBlock,
    value: Mapping[str, Any],
    prefix: str,
    path: str,
    said: Mapping[str, Sequence[str]],
) -> list[Group]:
    own, inner = Group(), []
    for name, child in block.child_blocks.items():
        given = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(child, StructBlock):
            deeper = _groups(child, given or {}, f"{prefix}-{name}", f"{path}{name}-", said)
            inner += [Group(child.label, group.fields) for group in deeper]
        else:
            own.fields.append(_field(child, given, f"{prefix}-{name}", said.get(f"{path}{name}")))
    return [group for group in (own, *inner) if group.fields]


def _field(part: Part, value: Any, name: str, errors: Sequence[str] | None) -> Drawn:
    shown = part.field.prepare_value(part.value_for_form(value))
    attrs = {"id": f"id_{name}"}
    language = "en" if name.endswith("_en") else ""
    if language:
        attrs["lang"] = language
    if errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}
    if part.draws == "prose":
        attrs |= {"rows": "8", "data-prose": ""}
    control = "" if part.draws == "picture" else part.field.widget.render(name, shown, attrs)
    goods: list[str] = []
    if part.draws == "goods":
        found = products_by_code(split_codes(value))
        goods = [f"{code} · {product.name}" for code, product in found.items()]
    return Drawn(
        name=name,
        label=part.label,
        help=part.meta.help_text if hasattr(part.meta, "help_text") else "",
        draws=part.draws,
        value=shown,
        control=control,
        errors=errors or (),
        goods=goods,
        language=language,
    )


def cover_field(value: Any, *, errors: Sequence[str], refused: Sequence[str]) -> Drawn:
    """Return the field of a page's cover."""
    drawn = Drawn(
        name="cover",
        label=gettext("Cover picture"),
        help=gettext("It stands above the article, on its card, and where the page is shared."),
        draws="picture",
        value=value,
        errors=errors,
        refused=refused,
    )
    _with_pictures([drawn])
    return drawn


def _with_pictures(fields: Sequence[Drawn]) -> None:
    shown = [f for f in fields if f.draws == "picture"]
    ids = {pk for f in shown if (pk := whole(f.value)) is not None}
    found = pictures_by_id(ids)
    for one in shown:
        one.picture = found.get(whole(one.value) or 0)
        one.picture_url = url_of(one.picture) if one.picture else ""


def whole(value: Any) -> int | None:
    """Return an id out of a form; None where it is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
