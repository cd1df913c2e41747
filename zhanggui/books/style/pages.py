"""The versions of the style on one page, and values looked at before they are kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from zhanggui.books.style import forms, queries
from zhanggui.books.style.actions import roll_back_style
from zhanggui.books.style.duties import badge_of
from zhanggui.books.style.models import Style
from zhanggui.books.style.queries import TOKENS
from zhanggui.books.style.rules.tokens import COLOURS, OWN, TEXT_LEAST, Values, stylesheet
from zhanggui.books.style.rules.versions import PAIRS, Measured, StyleState, measured, remedy
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.pages.queue import begin_acts

VERSIONS_SHOWN = 100
"""Versions on one page: a change of looks each week for two years."""


@page(duty=TOKENS, scope="the styles of the whole company")
def versions(request: HttpRequest) -> HttpResponse:
    """Show all versions: the published one, drafts, and what the shop looked like before."""
    by = actor_of(request)
    styles = list(queries.styles_seen(by)[:VERSIONS_SHOWN])
    rows = [
        {
            "style": style,
            "url": url_of(style),
            "badge": badge_of(style),
            "swatches": swatches_of(style),
            "back": _way_back(style, by),
        }
        for style in styles
    ]
    context = {
        "rows": rows,
        "published": any(style.state == StyleState.PUBLISHED for style in styles),
        "begin": begin_acts(DUTIES[TOKENS], by, request),
        "own": _swatches(OWN),
        "text": by.duty_text(TOKENS),
    }
    return render(request, "style/versions.html", context)


def _way_back(style: Style, by: DeskActor) -> dict[str, Any] | None:
    """Return where a roll back of a version would lead, for whoever may do it now."""
    if roll_back_style.why_not(style, by=by, at=by.at) is not None:
        return None
    return {
        "url": reverse("act:style.roll_back_style", args=[style.pk]),
        "to": str(style.replaced) if style.replaced else "",
    }


@page(duty=TOKENS, scope="the styles of the whole company")
def tried(request: HttpRequest) -> HttpResponse:
    """Answer values being typed: the stylesheet they make, and what can be read with it."""
    form = forms.ValuesForm(request.GET)
    values = {**OWN, **form.cleaned_data} if form.is_valid() else None
    context = {
        "pairs": pairs_of(values) if values else [],
        "sheet": stylesheet(values) if values else "",
        "wrong": [(form[name].label, errors[0]) for name, errors in form.errors.items()],
    }
    return render(request, "style/pairs.html", context)


# --- what the pages show of a style -------------------------------------------------------------


def swatches_of(style: Style) -> list[dict[str, Any]]:
    """Return the colours of a version, each with its name and its hex."""
    return _swatches({**OWN, **style.values})


def _swatches(values: Values) -> list[dict[str, Any]]:
    return [
        {"label": label, "hex": values[name], "own": values[name] == own}
        for name, (own, label) in COLOURS.items()
    ]


def pairs_of(values: Values) -> list[dict[str, Any]]:
    """Return all pairs of a style with their contrast in light and in dark, for people."""
    found = measured(values)
    half = len(PAIRS)
    return [
        {
            "label": pair.label,
            "least": f"{pair.least:g}",
            "words": pair.least == TEXT_LEAST,
            "sides": [light, dark],
            "passes": light.passes and dark.passes,
            "remedy": _remedy(values, light, dark),
        }
        for pair, light, dark in zip(PAIRS, found[:half], found[half:], strict=True)
    ]


def _remedy(values: Values, light: Measured, dark: Measured) -> dict[str, Any] | None:
    """Return which colour would do, where a pair does not pass."""
    failed = next((one for one in (light, dark) if not one.passes), None)
    if failed is None:
        return None
    name = failed.pair.value
    return {"name": name, "label": COLOURS[name][1], "hex": remedy(values, failed)}


def frames_of(style: Style) -> list[dict[str, Any]]:
    """Return the pages of the shop on which a version is looked at: home, a product, the cart."""
    code = queries.product_to_look_at()
    product = [(gettext("Product"), reverse("shop:product", args=[code]))] if code else []
    shop = [
        (pgettext("a page of the shop", "Home"), reverse("shop:home")),
        *product,
        (gettext("Cart"), reverse("shop:cart")),
    ]
    return [{"title": title, "url": f"{url}?style={style.pk}"} for title, url in shop]
