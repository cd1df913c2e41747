"""The page of an act: its form, its refusal, and the deed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.desk.dossier import DOSSIERS, Dossier, url_of
from zhanggui.ground.desk.duty import Act, Duty
from zhanggui.ground.desk.forms import ActForm
from zhanggui.ground.desk.pages.context import url_of_duty
from zhanggui.ground.desk.pages.record import dossier_context
from zhanggui.ground.desk.queries import events, facts_of
from zhanggui.ground.kernel.refusal import Refusal, not_yours

KEY_SHOWN = 60
"""Characters of a form's key: as its field allows."""


def act_page(
    request: HttpRequest, *, duty: Duty[Any], act: Act[Any], pk: int | None = None
) -> HttpResponseBase:
    """Show the form of an act, or do it; a refusal comes back with everything typed."""
    by, at = actor_of(request), moment_of(request)
    dossier: Dossier[Any] | None = None if act.on is None else DOSSIERS[act.on]
    record = dossier.find(by, pk) if dossier and pk is not None else None
    target = record if act.on is not None else (act.place(by) if act.place else None)
    standings = act.action.standings(target, by=by)
    if not standings:
        raise not_yours()
    by = _acting(by, request)
    if request.method == "POST" and (former := _answered(request, act, by)):
        return _done(request, duty, act, record, former[0])
    form = _form(act, record, by, at, request if request.method == "POST" else None)
    refusal: Refusal | None = None
    conflict = None
    if request.method != "POST":
        refusal = act.action.why_not(target, by=by, at=at)
    elif form.is_valid():
        if clashes := form.clashes():
            conflict = _conflict(record, clashes, by)
            form.accept_theirs_as_seen()
        else:
            try:
                result = _perform(act, target, form, by, at)
            except Refusal as no:
                refusal = no
            else:
                return _done(request, duty, act, record, result)
    status = 200
    if request.method == "POST":
        status = 409 if conflict else (refusal.status if refusal else 422)
    template = "desk/act.html"
    if request.headers.get("HX-Target") == "act":
        template = "desk/act.html#act"
    context = {
        "title": act.action.title,
        "record": {"title": str(record), "url": url_of(record)} if record else None,
        "text": act.text,
        "form": form,
        "fields": list(form),
        "as_choices": _as_choices(by, standings),
        "submit": act.action.title,
        "tone": act.tone,
        "refused": refusal,
        "hidden": [("next", _next(request))] if _next(request) else [],
        "back": _next(request) or (url_of(record) if record else url_of_duty(duty)),
        "conflict": conflict,
    }
    return render(request, template, context, status=status)


def _answered(request: HttpRequest, act: Act[Any], by: DeskActor) -> tuple[Any] | None:
    """Return what this very form has led to already: its button was pressed twice."""
    key = request.POST.get("key", "")[:KEY_SHOWN]
    return act.action.answered(f"form:{key}", by=by) if key else None


def _conflict(record: Model | None, clashes: Any, by: DeskActor) -> dict[str, Any]:
    """Return what a second writer sees: both values, and who saved before him."""
    facts = facts_of(record._meta.label, record.pk)[:1] if record else []
    last = next(iter(events(list(facts), by=by)), None)
    return {
        "by": last.who if last else "",
        "at": last.at if last else None,
        "sentence": _("Save again to keep yours."),
        "rows": clashes,
    }


def _acting(by: DeskActor, request: HttpRequest) -> DeskActor:
    chosen = request.POST.get("as", "")
    return by.acting(int(chosen)) if chosen.isascii() and chosen.isdigit() else by


def _form(
    act: Act[Any], record: Model | None, by: DeskActor, at: Any, sent: HttpRequest | None
) -> Any:
    data, files = (sent.POST, sent.FILES) if sent else (None, None)
    return (act.form or ActForm)(data, record=record, by=by, at=at, files=files)


def _perform(act: Act[Any], target: Any, form: Any, by: DeskActor, at: Any) -> Any:
    """Do the act once for each form shown, however often its button is pressed."""
    key = form.cleaned_data.get("key")
    deed = act.action.once(f"form:{key}") if key else act.action
    return deed(target, **form.values(), by=by, at=at)


def _done(
    request: HttpRequest, duty: Duty[Any], act: Act[Any], record: Model | None, result: Any
) -> HttpResponse:
    if act.reveals and record is not None:
        context = dossier_context(request, record, revealed=act.action.verb)
        htmx = request.headers.get("HX-Target") == "dossier"
        return render(request, f"desk/dossier.html{'#dossier' if htmx else ''}", context)
    messages.success(request, str(act.done or _("Done: %(what)s.") % {"what": act.action.title}))
    response = redirect(_after(request, duty, act, record, result))
    response.status_code = 303
    return response


def _after(
    request: HttpRequest, duty: Duty[Any], act: Act[Any], record: Model | None, result: Any
) -> str:
    if callable(act.opens):
        return act.opens(result)
    if act.opens == "queue" or (record is None and not _has_dossier(result)):
        return _next(request) or url_of_duty(duty)
    return url_of(result if record is None else record)


def _has_dossier(result: Any) -> bool:
    return isinstance(result, Model) and type(result) in DOSSIERS


def _next(request: HttpRequest) -> str:
    url = request.POST.get("next") or request.GET.get("next") or ""
    same = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if same and url.startswith("/") else ""


def _as_choices(by: DeskActor, standings: Any) -> list[dict[str, Any]] | None:
    """Return the capacities to choose from, where there is more than one appointment."""
    mine = [s for s in standings if s.appointment_id is not None]
    if len(mine) < 2:
        return None
    areas = {h.appointment_id: h.area_name for h in by.holdings}
    return [
        {
            "id": s.appointment_id,
            "title": f"{by.post_title(s.post)} · {areas.get(s.appointment_id, '')}",
            "current": s is mine[0],
        }
        for s in mine
    ]
