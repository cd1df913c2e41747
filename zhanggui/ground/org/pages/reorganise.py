"""Editing a change of the organisation: its lines one by one, and the gaps accepted knowingly."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.actions.changesets import (
    add_change_line,
    drop_change_line,
    revise_change_set,
)
from zhanggui.ground.org.line_forms import LINE_FORMS, LineForm
from zhanggui.ground.org.models import ChangeSet
from zhanggui.ground.org.queries import change_set_of, is_deed_done
from zhanggui.ground.org.rules.changesets import why_not_unseen
from zhanggui.ground.org.rules.telling import LINE_WORDS

SCOPE = "the areas in which the duty is held"


def _back_to(change_set: ChangeSet) -> HttpResponse:
    response = HttpResponseRedirect(url_of(change_set))
    response.status_code = 303
    return response


@page(methods=("GET", "POST"), duty="org.appointments", kind="org.ChangeSet", scope=SCOPE)
def line(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show the form of a line, or add it; a refusal comes back with everything typed."""
    by, at = actor_of(request), moment_of(request)
    change_set = change_set_of(by, pk)
    if kind not in LINE_FORMS:
        raise not_yours()
    posted = request.POST if request.method == "POST" else None
    initial = {"code": request.GET["unit"]} if "unit" in request.GET else None
    form = LINE_FORMS[kind](posted, record=change_set, by=by, at=at, initial=initial)
    refusal = None if posted else add_change_line.why_not(change_set, by=by, at=at)
    if form.is_bound and form.is_valid():
        try:
            _add(form, change_set, kind, request)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, _("Line added."))
            return _back_to(change_set)
    elif form.is_bound and is_deed_done(f"form:{form.data.get('key', '')}"):
        # Pressed twice: the line is there, and so no longer fits a second time.
        return _back_to(change_set)
    return _show(request, form, change_set, kind, refusal)


def _add(form: LineForm, change_set: ChangeSet, kind: str, request: HttpRequest) -> None:
    """Add the line once for each form shown, however often its button is pressed."""
    key = form.cleaned_data.get("key")
    deed = add_change_line.once(f"form:{key}") if key else add_change_line
    deed(change_set, kind=kind, data=form.line(), by=actor_of(request), at=moment_of(request))


def _show(
    request: HttpRequest, form: LineForm, change_set: ChangeSet, kind: str, refusal: Refusal | None
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = refusal.status if refusal else 422
    context: dict[str, Any] = {
        "title": LINE_WORDS[kind],
        "record": {"title": str(change_set), "url": url_of(change_set)},
        "text": "",
        "form": form,
        "fields": list(form),
        "submit": _("Add the line"),
        "tone": "main",
        "refused": refusal,
        "hidden": [],
        "back": url_of(change_set),
    }
    # A split first asks which unit: only then can it say whose people it divides.
    ask_unit = kind == "split_unit" and not form.is_bound and not form.initial.get("code")
    template = "org/split.html" if ask_unit else "desk/act.html"
    if request.headers.get("HX-Target") == "act":
        template = f"{template}#act"
    return render(request, template, context, status=status)


@page(methods=("POST",), duty="org.appointments", kind="org.ChangeSet", scope=SCOPE)
def line_remove(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Remove a line of a draft."""
    by, at = actor_of(request), moment_of(request)
    change_set = change_set_of(by, pk)
    drop_change_line(change_set, number=number, by=by, at=at)
    messages.success(request, _("Line removed."))
    return _back_to(change_set)


@page(methods=("POST",), duty="org.appointments", kind="org.ChangeSet", scope=SCOPE)
def gaps(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the duties a draft leaves with nobody, or take that back; only of what was seen."""
    by, at = actor_of(request), moment_of(request)
    change_set = change_set_of(by, pk)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    if refusal := why_not_unseen(version=change_set.version, seen=version):
        raise refusal
    revise_change_set(
        change_set,
        title=change_set.title,
        reason=change_set.reason,
        effective_at=change_set.effective_at,
        gaps_accepted=request.POST.get("accept") == "1",
        by=by,
        at=at,
    )
    return _back_to(change_set)
