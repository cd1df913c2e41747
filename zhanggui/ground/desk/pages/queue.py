"""The queue page of a duty, its bulk acts and its exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.desk.dossier import DOSSIERS, url_of
from zhanggui.ground.desk.duty import Act, Cell, Column, Duty
from zhanggui.ground.desk.pages.export import csv_answer, xlsx_answer
from zhanggui.ground.desk.pages.record import dossier_context
from zhanggui.ground.desk.queries import tone_of
from zhanggui.ground.kernel.limits import (
    BULK_RECORDS_MAX,
    EXPORT_ROWS_MAX,
    PAGE_MAX,
    PAGE_ROWS,
    SEARCH_CHARS_MAX,
)
from zhanggui.ground.kernel.refusal import Refusal

SHORT = 16
"""Characters of a cell that is kept on one line: a name, a date, a sum."""


def queue_page(request: HttpRequest, *, duty: Duty[Any]) -> HttpResponseBase:
    """Show the queue of a duty: filtered, sorted, paged; a row may be open beside it."""
    by, at = actor_of(request), moment_of(request)
    rows, chosen = _chosen(request, duty, by)
    export = request.GET.get("as", "")
    header = [str(column.title) for column in duty.columns]
    if export == "csv":
        return csv_answer(name=duty.code, header=header, rows=_lines(rows, duty))
    if export == "xlsx":
        about = [(str(duty.title), by.duty_text(duty.code))]
        return xlsx_answer(name=duty.code, header=header, rows=_lines(rows, duty), about=about)
    total = rows.count()
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(_whole(request.GET.get("page"), least=1, most=PAGE_MAX), pages)
    shown = list(rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS])
    bulk = [act for act in duty.acts if act.bulk and act.on is not None]
    context: dict[str, Any] = {
        "duty": {
            "title": duty.title,
            "text": by.duty_text(duty.code),
            "url": request.path,
            "promise_s": by.promise_s(duty.code),
            "charter": " · ".join(duty.charter),
        },
        "summary": _summary(total),
        "columns": _columns(request, duty),
        "rows": [_row(record, duty, by, at, selected=chosen) for record in shown],
        "filters": _filters(request, duty, by),
        "search": {"name": "q", "value": request.GET.get("q", "")} if duty.search else None,
        "page": _pager(request, number, pages, total),
        "bulk": [
            {
                "verb": act.action.name,
                "title": act.action.title,
                "letter": act.letter,
                "tone": act.tone,
                "url": reverse(f"bulk:{act.action.verb}"),
            }
            for act in bulk
        ],
        "begin": begin_acts(duty, by, request),
        "exports": [
            {"title": title, "url": request.path + _query(request, **{"as": kind, "page": None})}
            for kind, title in (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))
        ],
        "empty": {"title": _("Nothing waits here"), "text": duty.empty or by.duty_text(duty.code)},
    }
    if chosen is not None and duty.model in DOSSIERS:
        try:
            record = DOSSIERS[duty.model].find(by, chosen)
            context["dossier"] = dossier_context(request, record)
        except Refusal:
            context["dossier"] = None
    template = "desk/queue.html"
    if request.headers.get("HX-Target") == "rows":
        template = "desk/queue.html#rows"
    return render(request, template, context)


def begin_acts(duty: Duty[Any], by: DeskActor, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the acts of a duty that begin something new, as buttons."""
    begun = []
    for act in duty.acts:
        if act.on is not None:
            continue
        place = act.place(by) if act.place else None
        if act.action.standings(place, by=by):
            begun.append(
                {
                    "verb": act.action.name,
                    "title": act.action.title,
                    "letter": act.letter,
                    "tone": act.tone,
                    "url": f"{reverse(act.url_name)}?next={request.path}",
                }
            )
    return begun


def _whole(text: str | None, *, least: int, most: int) -> int:
    try:
        return min(max(int(text or least), least), most)
    except ValueError:
        return least


def _chosen(
    request: HttpRequest, duty: Duty[Any], by: DeskActor
) -> tuple[QuerySet[Any], int | None]:
    assert duty.queue is not None
    rows = duty.queue(by)
    for narrowing in duty.filters:
        value = request.GET.get(narrowing.name, "")
        if value and value in {v for v, _label in narrowing.choices(by)}:
            rows = narrowing.narrow(rows, value)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    if text and duty.search:
        rows = duty.search(rows, text)
    sort = request.GET.get("sort", "")
    fields = {column.sort for column in duty.columns if column.sort}
    urgent = duty.due or duty.since
    if sort.removeprefix("-") in fields:
        rows = rows.order_by(sort, "pk")
    elif urgent:
        rows = rows.order_by(urgent, "pk")
    chosen = request.GET.get("open", "")
    return rows, int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None


def _query(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


def _summary(total: int) -> dict[str, str]:
    if not total:
        return {"tone": "done", "text": _("all done")}
    text = ngettext("%(count)d waiting", "%(count)d waiting", total) % {"count": total}
    return {"tone": "go", "text": text}


def _columns(request: HttpRequest, duty: Duty[Any]) -> list[dict[str, Any]]:
    sort = request.GET.get("sort", "")
    columns = []
    for column in duty.columns:
        now = None
        if column.sort and sort.removeprefix("-") == column.sort:
            now = "desc" if sort.startswith("-") else "asc"
        turn = f"-{column.sort}" if now == "asc" else column.sort
        columns.append(
            {
                "title": column.title,
                "numeric": column.numeric,
                "sorted": now,
                "sort": f"{request.path}{_query(request, sort=turn, page=None)}"
                if column.sort
                else None,
            }
        )
    return columns


def _filters(request: HttpRequest, duty: Duty[Any], by: DeskActor) -> list[dict[str, Any]]:
    shown = []
    for narrowing in duty.filters:
        now = request.GET.get(narrowing.name, "")
        options = [("", _("All")), *narrowing.choices(by)]
        shown.append(
            {
                "name": narrowing.name,
                "label": narrowing.label,
                "options": [
                    {"value": value, "label": label, "current": value == now}
                    for value, label in options
                ],
            }
        )
    return shown


def _pager(request: HttpRequest, number: int, pages: int, total: int) -> dict[str, Any]:
    def url(page: int) -> str:
        return f"{request.path}{_query(request, page=str(page))}"

    return {
        "number": number,
        "pages": pages,
        "total": total,
        "prev": url(number - 1) if number > 1 else None,
        "next": url(number + 1) if number < pages else None,
    }


def _row(
    record: Any, duty: Duty[Any], by: DeskActor, at: Any, *, selected: int | None
) -> dict[str, Any]:
    since = getattr(record, duty.since) if duty.since else None
    due = getattr(record, duty.due) if duty.due else None
    return {
        "id": record.pk,
        "url": url_of(record),
        "wide": (dossier := DOSSIERS.get(type(record))) is not None and dossier.wide,
        "wait_s": max(0, int((at - since).total_seconds())) if since else None,
        "tone": tone_of(at=at, since=since, due=due, promise_s=by.promise_s(duty.code)),
        "owner": duty.owner(record) if duty.owner else None,
        "cells": [_cell(record, column) for column in duty.columns],
        "selected": record.pk == selected,
        "checkable": True,
    }


def _cell(record: Any, column: Column[Any]) -> dict[str, Any]:
    cell: Cell = column.cell(record)
    return {
        "lines": cell.lines,
        "badges": cell.badges,
        "numeric": cell.numeric or column.numeric,
        "strong": cell.strong,
        "short": all(len(str(line)) <= SHORT for line in cell.lines),
        "label": column.title,
    }


def _lines(rows: QuerySet[Any], duty: Duty[Any]) -> Iterator[list[str]]:
    for record in rows[:EXPORT_ROWS_MAX]:
        yield [
            " / ".join(
                [*(str(line) for line in cell.lines), *(str(badge.text) for badge in cell.badges)]
            )
            for cell in (column.cell(record) for column in duty.columns)
        ]


def bulk_page(request: HttpRequest, *, duty: Duty[Any], act: Act[Any]) -> HttpResponseBase:
    """Do an act to every ticked row; say how many were done and which were refused, and why.

    An act with a form asks once and uses the answer for all.
    """
    by, at = actor_of(request), moment_of(request)
    assert duty.queue is not None
    ids = [int(i) for i in request.POST.getlist("row") if i.isascii() and i.isdigit()]
    values: dict[str, Any] = {}
    if len(ids) > BULK_RECORDS_MAX:
        raise Refusal(
            "too_many",
            _("More than %(most)d rows at once.") % {"most": BULK_RECORDS_MAX},
            settles=_("Tick fewer rows."),
            status=422,
        )
    if act.form is not None:
        form = act.form(request.POST, by=by, at=at)
        if not form.is_valid():
            asked = form if "key" in request.POST else act.form(by=by, at=at)
            hidden = [("row", str(i)) for i in ids]
            return render(
                request,
                "desk/act.html",
                {
                    "title": act.action.title,
                    "form": asked,
                    "fields": list(asked),
                    "hidden": hidden,
                    "submit": act.action.title,
                    "tone": act.tone,
                    "back": reverse(f"queue:{duty.code}"),
                },
            )
        values = form.values()
    done, refused = 0, []
    found = {record.pk: record for record in duty.queue(by).filter(pk__in=ids)}
    for pk in ids:
        record = found.get(pk)
        if record is None:
            continue
        try:
            act.action(record, **values, by=by, at=at)
            done += 1
        except Refusal as no:
            refused.append({"title": str(record), "url": url_of(record), "sentence": str(no)})
    context = {
        "title": act.action.title,
        "done": done,
        "refused": refused,
        "back": reverse(f"queue:{duty.code}"),
    }
    return render(request, "desk/bulk.html", context)
