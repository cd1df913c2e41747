"""The page of one record, and its panels."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.desk.dossier import DOSSIERS, PANELS, Dossier, Panel, url_of
from zhanggui.ground.desk.duty import acts_on
from zhanggui.ground.desk.queries import events, facts_of
from zhanggui.ground.kernel.limits import FACTS_SHOWN


def record_page(request: HttpRequest, *, dossier: Dossier[Any], pk: int) -> HttpResponseBase:
    """Show a record: state, what may be done, what happened, other rooms' panels."""
    record = dossier.find(actor_of(request), pk)
    context = dossier_context(request, record)
    template = "desk/dossier.html"
    if request.headers.get("HX-Target") == "dossier":
        template = "desk/dossier.html#dossier"
    return render(request, template, context)


def dossier_context(request: HttpRequest, record: Model, *, revealed: str = "") -> dict[str, Any]:
    """Return what a dossier shows of a record; `revealed` is the verb whose hidden values show."""
    by, at = actor_of(request), moment_of(request)
    dossier = DOSSIERS[type(record)]
    face = dossier.face(record, by)
    all_facts = "all" if request.GET.get("facts") == "all" else ""
    facts = facts_of(record._meta.label, record.pk)
    shown = list(facts if all_facts else facts[: FACTS_SHOWN + 1])
    more = not all_facts and len(shown) > FACTS_SHOWN
    acts, reveals = [], {}
    for _duty, act in acts_on(type(record)):
        if act.inline or not act.action.standings(record, by=by):
            continue
        url = reverse(act.url_name, args=[record.pk])
        if act.reveals:
            reveals[act.action.verb] = url
            continue
        no = act.action.why_not(record, by=by, at=at)
        acts.append(
            {
                "verb": act.action.name,
                "title": act.action.title,
                "letter": act.letter.upper(),
                "tone": act.tone,
                "url": url,
                "direct": act.form is None and not act.text,
                "disabled": str(no) if no else None,
                "later": True if no and (no.code == "illegal_move" or "later" in no.data) else None,
                "note": act.text,
            }
        )
    body = render_to_string(face.template, face.context or {}, request) if face.template else None
    return {
        "kind": record._meta.verbose_name,
        "wide": dossier.wide,
        "title": face.title,
        "subtitle": face.subtitle,
        "state": face.state,
        "money": face.money,
        "rows": [_line(line, reveals, revealed) for line in face.lines],
        "body": mark_safe(body) if body else None,  # noqa: S308 - rendered by the template engine
        "acts": acts,
        "facts": events(shown[:FACTS_SHOWN] if more else shown, by=by),
        "facts_more": "?facts=all" if more else "",
        "panels": [
            {"title": p.title, "url": _panel_url(record, p), "html": None}
            for p in PANELS
            if p.on == record._meta.label
        ],
        "back": request.GET.get("from", ""),
        "messages_shown": [str(m) for m in messages.get_messages(request)]
        if request.headers.get("HX-Request")
        else [],
    }


def _panel_url(record: Model, panel: Panel) -> str:
    return reverse(f"panel:{record._meta.label_lower}.{panel.name}", args=[record.pk])


def _line(line: Any, reveals: dict[str, str], revealed: str) -> dict[str, Any]:
    open_now = bool(line.reveal) and line.reveal == revealed
    return {
        "label": line.label,
        "value": line.hidden if open_now else line.value,
        "url": line.url,
        "masked": {"url": reveals[line.reveal]}
        if line.hidden and line.reveal in reveals and not open_now
        else None,
    }


def panel_page(
    request: HttpRequest, *, dossier: Dossier[Any], panel: Panel, pk: int
) -> HttpResponseBase:
    """Show another room's panel of a record: a fragment for the dossier, or a page by itself.

    The dossier hides a panel that has nothing to say; without scripts a page says so, as the way
    to it stood there.
    """
    by = actor_of(request)
    record = dossier.find(by, pk)
    html = panel.draw(record, by)
    if request.headers.get("HX-Request"):
        return HttpResponse(html or "")
    context = {"panel": panel, "html": html, "record": record, "url": url_of(record)}
    return render(request, "desk/panel.html", context)
