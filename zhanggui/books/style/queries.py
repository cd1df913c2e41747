"""Reading the styles: the versions, and the one the shop shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Max, QuerySet, Value, When
from django.utils.translation import gettext

from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.style.models import DIGEST_CHARS, Style
from zhanggui.books.style.rules.tokens import Values
from zhanggui.books.style.rules.versions import StyleState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.editions import kept
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.media.models import Picture
from zhanggui.ground.org.models import Company

TOKENS = "style.tokens"
"""The duty of giving the shop its style."""


# --- the versions -------------------------------------------------------------------------------


def styles_drafted(by: DeskActor) -> QuerySet[Style]:
    """Return the drafts, oldest first, for whoever gives the shop its style."""
    rows = Style.objects.filter(state=StyleState.DRAFT).select_related("made_by")
    return rows.order_by("made_at", "pk") if by.scope(TOKENS) else rows.none()


def styles_seen(by: DeskActor) -> QuerySet[Style]:
    """Return all versions but the discarded: the published one, drafts, then the former ones."""
    rows = Style.objects.exclude(state=StyleState.DISCARDED)
    rows = rows.select_related("made_by", "published_by", "logo", "replaced")
    first = Case(
        When(state=StyleState.PUBLISHED, then=Value(0)),
        When(state=StyleState.DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.order_by(first, "-published_at", "-number") if by.scope(TOKENS) else rows.none()


def style_of(by: DeskActor, pk: int) -> Style:
    """Return a version for whoever gives the shop its style; raise `not_yours` otherwise."""
    rows = Style.objects.select_related("made_by", "published_by", "logo", "replaced")
    style = rows.filter(pk=pk).first()
    if style is None or not by.scope(TOKENS):
        raise not_yours()
    return style


def published_style() -> Style | None:
    """Return the version the shop shows; None: the shop's own look."""
    return Style.objects.filter(state=StyleState.PUBLISHED).first()


def product_to_look_at() -> str | None:
    """Return the code of a product on sale on which a style is looked at; None: there is none."""
    rows = Product.objects.filter(state=ProductState.LISTED).order_by("pk")
    return rows.values_list("code", flat=True).first()


def next_number() -> int:
    """Return the number of the next version."""
    return (Style.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def digest_of(values: Values, logo: Picture | None) -> str:
    """Return what tells one look from another: its values, and the content of its logo."""
    said = json.dumps([dict(sorted(values.items())), logo.sha256 if logo else ""])
    return hashlib.sha256(said.encode()).hexdigest()[:DIGEST_CHARS]


# --- what the shop shows ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worn:
    """What a page of the shop wears: whose name, and which version, None for the shop's own."""

    company: str
    style: Style | None


def worn() -> Worn:
    """Return the company's name and the published style."""
    company, style = _worn()
    return Worn(company.name if company else gettext("Zhanggui"), style)


@kept(Company, Style, Picture)
def _worn() -> tuple[Company | None, Style | None]:
    published = Style.objects.filter(state=StyleState.PUBLISHED).select_related("logo")
    return Company.objects.first(), published.first()


def style_to_try(by: DeskActor, pk: int) -> Style | None:
    """Return a version for a look at the shop in it, for whoever gives the shop its style."""
    if not by.scope(TOKENS):
        return None
    return Style.objects.select_related("logo").filter(pk=pk).first()


def style_by_digest(digest: str) -> Style | None:
    """Return a version with this look: one that was ever published where there is any."""
    rows = Style.objects.filter(digest=digest)
    was = Case(When(published_at__isnull=False, then=Value(0)), default=Value(1))
    return rows.order_by(was, "pk").first()
