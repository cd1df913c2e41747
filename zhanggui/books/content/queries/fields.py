"""The fields sections are made of: what may stand in each, and how the desk draws it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import Block, FieldBlock, StructBlock

from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.queries import shelves
from zhanggui.books.content.models import Page
from zhanggui.books.content.rules.pages import PageKind
from zhanggui.books.content.rules.prose import (
    PROSE_CHARS_MAX,
    TARGET_CHARS_MAX,
    clean_prose,
    why_not_target,
)
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.ground.media.models import Picture

PICKED_MAX = 30
"""Goods or articles picked by hand for one section: three full screens."""

TEXT_CHARS_MAX = 400
"""Characters of a line below a title, a notice, a caption."""

ICONS = (
    "cash", "eye", "truck-delivery", "package", "shield-check", "star", "clock", "phone", "receipt",
    "map-pin", "scale", "headset",
)  # fmt: skip
"""Signs an editor may put beside a word of trust."""


# --- the fields -----------------------------------------------------------------------------------


class Part(FieldBlock):  # type: ignore[misc]
    """One field of a section: a form's field, and how the desk draws it (`draws`)."""

    def __init__(self, field: forms.Field, *, draws: str = "line", **kwargs: Any) -> None:
        self.field = field
        self.draws = draws
        super().__init__(**kwargs)


class MomentInput(forms.DateTimeInput):
    """A date and time, in company time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentPart(Part):
    """A moment, kept as text so that a version stays plain data."""

    def value_for_form(self, value: Any) -> Any:
        """Return the moment as the form shows it."""
        known = parse_datetime(value) if isinstance(value, str) and value else None
        return timezone.localtime(known) if known and timezone.is_aware(known) else value

    def value_from_form(self, value: Any) -> Any:
        """Return it as it is kept."""
        return value.isoformat() if isinstance(value, datetime) else (value or "")


class Prose(forms.CharField):
    """Running text; what may not reach a browser is taken out."""

    widget = forms.Textarea

    def clean(self, value: Any) -> str:
        """Return it clean."""
        text = clean_prose(str(value or ""))
        if len(text) > PROSE_CHARS_MAX:
            raise ValidationError(
                gettext("This text is too long: make two sections of it."), code="too_long"
            )
        return cast(str, super().clean(text))


class Target(forms.CharField):
    """Where a button leads: a page of ours, a place on this one, or a safe address elsewhere."""

    def clean(self, value: Any) -> str:
        """Return it, if it may be led there."""
        target = cast(str, super().clean(value))
        if refusal := why_not_target(target):
            raise ValidationError(str(refusal), code=refusal.code)
        return target


class Chosen(forms.IntegerField):
    """A picture of the library, by its id."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int | None:
        """Return the id, if there is such a picture."""
        pk = cast("int | None", super().clean(value))
        if pk is not None and not Picture.objects.filter(pk=pk).exists():
            raise ValidationError(gettext("There is no such picture any more."), code="gone")
        return pk


class Codes(forms.CharField):
    """Goods by the codes of their products or SKUs, one a line, in the order of the shelf."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"})

    def clean(self, value: Any) -> str:
        """Return the codes, if all of them are goods of ours."""
        codes = split_codes(super().clean(value))
        if len(codes) > PICKED_MAX:
            raise ValidationError(
                gettext("At most %(most)s on one shelf.") % {"most": PICKED_MAX}, code="too_many"
            )
        known = set(products_by_code(codes))
        if strange := [code for code in codes if code not in known]:
            raise ValidationError(
                gettext("There are no goods with the code %(codes)s.")
                % {"codes": ", ".join(strange[:5])},
                code="unknown",
            )
        return "\n".join(codes)


class Slugs(forms.CharField):
    """Articles by the words of their addresses, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"})

    def clean(self, value: Any) -> str:
        """Return them, if all are articles of ours."""
        slugs = split_codes(super().clean(value))
        known = set(
            Page.objects.filter(kind=PageKind.ARTICLE, slug__in=slugs).values_list(
                "slug", flat=True
            )
        )
        if strange := [slug for slug in slugs if slug not in known]:
            raise ValidationError(
                gettext("There is no article at %(slugs)s.") % {"slugs": ", ".join(strange[:5])},
                code="unknown",
            )
        return "\n".join(slugs[:PICKED_MAX])


class CategoryField(forms.ChoiceField):
    """A category of the catalogue, by its code; the choices are read when they are shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=categories_to_choose, **kwargs)


def categories_to_choose() -> list[tuple[str, str]]:
    """Return the categories as a choice, those above before those below."""
    return [("", "—"), *((s.category.code, s.label) for s in shelves())]


def split_codes(text: Any) -> list[str]:
    """Return the codes of a text, each once, in order."""
    words = str(text or "").replace(",", " ").replace("，", " ").split()
    return list(dict.fromkeys(words))


def products_by_code(codes: Sequence[str]) -> dict[str, Product]:
    """Return the products of these codes, their own or one of their SKUs', in two statements."""
    if not codes:
        return {}
    found = {p.code: p for p in Product.objects.filter(code__in=codes)}
    rest = [code for code in codes if code not in found]
    if rest:
        rows = Product.objects.filter(skus__code__in=rest).distinct().prefetch_related("skus")
        for product in rows:
            found |= {sku.code: product for sku in product.skus.all() if sku.code in rest}
    return {code: found[code] for code in codes if code in found}


# --- building a section from them ----------------------------------------------------------------


def line_part(label: Any, *, chars: int = TITLE_CHARS_MAX, **how: Any) -> Part:
    """Return a field of one line."""
    field = forms.CharField(max_length=chars, required=how.pop("required", False))
    return Part(field, label=label, **how)


def text_part(label: Any, *, rows: int = 2, chars: int = TEXT_CHARS_MAX, **how: Any) -> Part:
    """Return a field of a few lines."""
    field = forms.CharField(
        max_length=chars, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )
    return Part(field, draws="text", label=label, **how)


class ProsePart(Part):
    """Running text; however it comes in, it is clean before anything is done with it."""

    def value_from_form(self, value: Any) -> Any:
        """Return it clean."""
        return clean_prose(str(value or ""))


def prose_part(label: Any) -> Part:
    """Return a field of running text."""
    return ProsePart(Prose(required=False), draws="prose", label=label)


def target_part() -> Part:
    """Return the field that says where a button or picture leads."""
    return Part(
        Target(max_length=TARGET_CHARS_MAX, required=False),
        label=_("Where it leads"),
        help_text=_("A path like /shop/c/TEA/, or an address that begins with https://."),
    )


def picture_part(label: Any, **how: Any) -> Part:
    """Return the field that names a picture of the library."""
    return Part(Chosen(required=False), draws="picture", label=label, **how)


def choice_part(label: Any, choices: Any, *, first: str, **how: Any) -> Part:
    """Return a choice of one."""
    field = forms.ChoiceField(choices=choices, required=False)
    return Part(field, draws="choice", label=label, default=first, **how)


def whole_part(label: Any, *, least: int, most: int, usual: int) -> Part:
    """Return a whole number within bounds."""
    field = forms.IntegerField(min_value=least, max_value=most, required=False)
    return Part(field, draws="whole", label=label, default=usual)


def moment_part(label: Any) -> MomentPart:
    """Return a moment in company time."""
    field = forms.DateTimeField(required=False, widget=MomentInput())
    return MomentPart(field, draws="moment", label=label)


def titles_part(**how: Any) -> list[tuple[str, Block]]:
    """Return a title in both languages."""
    return [
        ("title_zh", line_part(_("Title, Chinese"), **how)),
        ("title_en", line_part(_("Title, English"), **how)),
    ]


def point_part(label: Any) -> StructBlock:
    """Return a sign with two lines in both languages."""
    icons = [(name, name) for name in ICONS]
    return StructBlock(
        [
            ("icon", choice_part(_("Sign"), icons, first="star")),
            *titles_part(),
            ("text_zh", line_part(_("Line below, Chinese"))),
            ("text_en", line_part(_("Line below, English"))),
        ],
        label=label,
    )
