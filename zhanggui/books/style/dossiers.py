"""The page of a style: its form on one side, the shop in it on the other."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.style import actions, forms, queries
from zhanggui.books.style.duties import badge_of
from zhanggui.books.style.models import Style
from zhanggui.books.style.pages import frames_of, pairs_of, swatches_of
from zhanggui.books.style.rules.tokens import CHOICES, COLOURS, OWN
from zhanggui.books.style.rules.versions import StyleState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.templatetags.desk import moment


def _lines(style: Style, by: DeskActor) -> list[Line]:
    lines = [Line(_("Made"), _by(style.made_by, style.made_at))]
    if style.published_at is not None:
        lines.append(Line(_("Published"), _by(style.published_by, style.published_at)))
    if style.state == StyleState.PUBLISHED:
        before = style.replaced
        lines.append(
            Line(
                _("Rolling back shows again"),
                str(before) if before else gettext("the shop's own look"),
                url=url_of(before) if before else "",
            )
        )
    elif style.state == StyleState.DRAFT:
        now = queries.published_style()
        lines.append(
            Line(
                _("Publishing replaces"),
                str(now) if now else gettext("the shop's own look"),
                url=url_of(now) if now else "",
            )
        )
    if style.state != StyleState.DRAFT:
        lines += [Line(_("Says"), said) for said in [_said(style)] if said]
    return lines


def _by(person: Any, at: Any) -> str:
    return f"{moment(at)} · {person.name}" if person else moment(at)


def _said(style: Style) -> str:
    """Return the choices of a version that differ from the shop's own."""
    found = []
    for name, (own, label, choices) in CHOICES.items():
        value = style.values.get(name, own)
        if value != own:
            found.append(f"{label}: {dict(choices)[value]}")
    return gettext(", ").join(found)


def style_face(style: Style, by: DeskActor) -> Face:
    """Return what the page of a style shows."""
    change = style.state == StyleState.DRAFT and actions.change_style.standings(style, by=by)
    return Face(
        title=str(style),
        state=badge_of(style),
        lines=_lines(style, by),
        template="style/style.html",
        context={
            "style": style,
            "form": forms.ChangeStyleForm(record=style, by=by, at=by.at) if change else None,
            "save": {
                "url": reverse("act:style.change_style", args=[style.pk]),
                "title": actions.change_style.title,
            },
            "try_url": reverse("style:try"),
            "frames": frames_of(style),
            "pairs": pairs_of({**OWN, **style.values}),
            "swatches": swatches_of(style),
            "colours": len(COLOURS),
        },
    )


declare_dossier(
    Dossier(
        Style,
        queries.style_of,
        style_face,
        duties=(queries.TOKENS,),
        scope="whoever gives the shop its style: it belongs to the whole company",
        wide=True,
    )
)
