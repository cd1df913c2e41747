"""How a template shows a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template

from zhanggui.ground.media import queries
from zhanggui.ground.media.models import Picture
from zhanggui.ground.media.queries import Look

register = template.Library()

PICTURES_KEPT = 10_000
"""Drawn pictures kept in a process: those of a large catalogue, some ten megabytes."""

_NAMED = {"sizes", "alt", "class", "eager"}


@register.simple_tag
def picture_of(picture: Picture | None, spec: str, **how: Any) -> str:
    """Show a picture at `spec`: `{% picture_of picture "fill-480x480" sizes="50vw" %}`.

    `sizes` is how wide it will stand on the page (else the width of `spec`), `alt` other words for
    it here ("" where the text beside it says the same), `class` its class; `eager=True` leaves out
    lazy loading, for the largest picture of a page. Without a picture it shows nothing.
    """
    if unknown := how.keys() - _NAMED:
        raise template.TemplateSyntaxError(f"picture_of knows no {', '.join(sorted(unknown))}")
    if picture is None:
        return ""
    return _drawn(Look(picture), spec, tuple(sorted(how.items())))


@lru_cache(maxsize=PICTURES_KEPT)
def _drawn(look: Look, spec: str, how: tuple[tuple[str, Any], ...]) -> str:
    shown = queries.shown(look.picture, spec)
    said = {"shown": shown, "alt": shown.alt, "sizes": f"{shown.width}px", **dict(how)}
    return get_template("media/picture.html").render(said)
