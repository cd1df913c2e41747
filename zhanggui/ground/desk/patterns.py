"""Samples for the pattern page: every part of the desk in every state it can be in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.ground.desk.templatetags.desk import TONES, icon_names


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    amount = forms.CharField(
        label=gettext_lazy("Amount (yuan)"), help_text=gettext_lazy("At most two decimals.")
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    post = forms.ChoiceField(
        label=gettext_lazy("Post"),
        choices=[
            ("", gettext_lazy("Choose a post")),
            ("city", gettext_lazy("City manager")),
            ("courier", gettext_lazy("Courier")),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of appointment"),
        widget=forms.RadioSelect,
        choices=[
            ("main", gettext_lazy("main")),
            ("concurrent", gettext_lazy("concurrent")),
            ("acting", gettext_lazy("acting")),
        ],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    proof = forms.FileField(label=gettext_lazy("Evidence"), required=False)
    read = forms.BooleanField(label=gettext_lazy("I have read this policy"), required=False)


def _form() -> SampleForm:
    form = SampleForm(
        data={
            "title": _("Visit the three depots of Hanjiang"),
            "amount": "12.345",
            "due_on": "2026-11-30",
            "kind": "main",
            "post": "city",
        },
        auto_id="sample_%s",
    )
    form.full_clean()
    form.add_error("amount", _("“12.345” has parts smaller than one fen."))
    return form


def _figures() -> list[dict[str, Any]]:
    return [
        {
            "title": _("Open assignments"),
            "value": "18",
            "unit": "",
            "tone": "go",
            "percent": 62,
            "mark": 55,
            "note": _("11 of 18 on course"),
            "url": "#figures",
            "definition": _("Assignments given in my units that are neither done nor withdrawn."),
            "spark": [9, 12, 11, 14, 13, 17, 18],
        },
        {
            "title": _("Finished on time"),
            "value": "97.4",
            "unit": "%",
            "tone": "done",
            "percent": 97,
            "mark": 95,
            "note": _("target 95"),
            "url": "",
            "definition": "",
            "spark": [91, 93, 92, 95, 96, 97],
        },
        {
            "title": _("Waiting beyond promise"),
            "value": "3",
            "unit": "",
            "tone": "stop",
            "percent": 38,
            "mark": None,
            "note": _("the oldest by 2 h 10 min"),
            "url": "",
            "definition": _("Rows whose wait is longer than their duty promises."),
            "spark": None,
        },
        {
            "title": _("Policies to read"),
            "value": "2",
            "unit": "",
            "tone": "wait",
            "percent": None,
            "mark": None,
            "note": _("due on Friday"),
            "url": "",
            "definition": "",
            "spark": None,
        },
        {
            "title": _("Requests of mine"),
            "value": "0",
            "unit": "",
            "tone": "rest",
            "percent": 0,
            "mark": None,
            "note": _("nothing open"),
            "url": "",
            "definition": "",
            "spark": [4, 4, 4],
        },
    ]


def _facts(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "who": "林某",
            "post": _("City manager"),
            "what": _("finished “Visit the three depots of Hanjiang”"),
            "at": now - timedelta(minutes=6),
            "duty": "S-PM-1",
            "note": _("Two depots agreed to 2.60 yuan per order; the third answers on Monday."),
            "tone": "done",
        },
        {
            "who": "",
            "post": _("Zhanggui"),
            "what": _("closed the reminder of this assignment"),
            "at": now - timedelta(minutes=6),
            "cause": _("the finish"),
            "tone": "rest",
        },
        {
            "who": "胡某某",
            "post": _("Provincial manager"),
            "what": _("sent the first answer back"),
            "at": now - timedelta(days=1, hours=3),
            "note": _("Please add the cost per order of each depot."),
            "tone": "wait",
        },
        {
            "who": "胡某某",
            "post": _("Provincial manager"),
            "what": _("gave the assignment to 林某"),
            "at": now - timedelta(days=400),
            "tone": "go",
        },
    ]


def _acts() -> list[dict[str, Any]]:
    return [
        {
            "verb": "accept",
            "title": _("Accept"),
            "letter": "A",
            "tone": "main",
            "url": "#acts",
            "disabled": None,
            "note": "",
        },
        {
            "verb": "send_back",
            "title": _("Send back"),
            "letter": "B",
            "tone": "",
            "url": "#acts",
            "disabled": None,
            "note": "",
        },
        {
            "verb": "withdraw",
            "title": _("Withdraw"),
            "letter": "X",
            "tone": "stop",
            "url": "#acts",
            "disabled": None,
            "note": "",
        },
        {
            "verb": "remind",
            "title": _("Remind"),
            "letter": "",
            "tone": "ghost",
            "url": "#acts",
            "disabled": None,
            "note": "",
        },
        {
            "verb": "close",
            "title": _("Close"),
            "letter": "C",
            "tone": "",
            "url": "#acts",
            "disabled": _("The evidence is still missing. Add a photo or a file first."),
            "note": "",
        },
    ]


def _rows() -> list[dict[str, Any]]:
    def row(number: int, wait_s: int, tone: str, lines: list[str], mark: str) -> dict[str, Any]:
        return {
            "id": number,
            "url": "#table",
            "wait_s": wait_s,
            "tone": tone,
            "owner": "林某" if number % 2 else "",
            "selected": number == 1,
            "checkable": True,
            "cells": [
                {"lines": lines, "numeric": False, "badges": [], "strong": True},
                {
                    "lines": [],
                    "numeric": False,
                    "badges": [{"tone": tone, "text": mark}],
                    "strong": False,
                },
                {
                    "lines": [f"{number * 86 + 10}.50"],
                    "numeric": True,
                    "badges": [],
                    "strong": True,
                    "label": _("Budget (yuan)"),
                },
            ],
        }

    return [
        row(1, 7800, "stop", ["A-0131", _("Agree the rent of the Licheng depot")], _("late")),
        row(2, 2160, "wait", ["A-0134", _("Answer the market association")], _("due today")),
        row(3, 240, "rest", ["A-0140", _("Report the traffic of the week")], _("new")),
    ]


def _cells() -> list[dict[str, Any]]:
    held = {"name": "李某某", "url": "#matrix", "kind": ""}
    return [
        {
            "area": "莆田",
            "state": "held",
            "tone": "done",
            "holders": [held, {"name": "陈某", "url": "#matrix", "kind": _("acting")}],
            "text": "",
        },
        {
            "area": "福州",
            "state": "nobody",
            "tone": "stop",
            "holders": [],
            "text": _("nobody"),
        },
        {
            "area": "泉州",
            "state": "same",
            "tone": "wait",
            "holders": [held],
            "text": _("makes and checks"),
        },
        {
            "area": "厦门",
            "state": "later",
            "tone": "rest",
            "holders": [],
            "text": _("not in this version"),
        },
        {"area": "漳州", "state": "none", "tone": "rest", "holders": [], "text": ""},
    ]


def _units() -> list[dict[str, Any]]:
    def unit(title: str, note: str, posts: list[tuple[str, list[str]]]) -> dict[str, Any]:
        return {
            "title": title,
            "url": "#org",
            "note": note,
            "posts": [
                {
                    "title": post,
                    "url": "#org",
                    "people": [{"name": name, "url": "#org", "kind": ""} for name in names],
                }
                for post, names in posts
            ],
        }

    return [
        unit(_("Sales department"), "福建", [(_("Provincial manager"), ["胡某某"])]),
        unit(
            _("Putian"), "莆田", [(_("City manager"), ["林某"]), (_("Courier"), ["陈某", "李某某"])]
        ),
        unit(_("Fuzhou"), "福州", [(_("City manager"), [])]),
        unit(_("Quanzhou"), "泉州", [(_("City manager"), ["周某"])]),
    ]


def pattern_samples(now: datetime) -> dict[str, Any]:
    """Return what the pattern page shows, as it would look at `now`."""
    return {
        "tones": [
            {"code": code, "word": word}
            for code, word in zip(
                TONES, [_("wait"), _("go"), _("done"), _("stop"), _("rest")], strict=True
            )
        ],
        "icons": sorted(icon_names()),
        "figures": _figures(),
        "facts": _facts(now),
        "acts": _acts(),
        "rows": _rows(),
        "columns": [
            {"title": _("Assignment"), "numeric": False, "sort": "#table", "sorted": "asc"},
            {"title": _("State"), "numeric": False, "sort": None, "sorted": None},
            {"title": _("Budget (yuan)"), "numeric": True, "sort": "#table", "sorted": None},
        ],
        "page": {"number": 2, "pages": 7, "total": 324, "prev": "#table", "next": "#table"},
        "form": _form(),
        "notes": [2_000, 500],
        "cells": _cells(),
        "unit": _units()[0],
        "units": _units()[1:],
        "refused": {
            "sentence": _("The last administrator cannot end his own appointment."),
            "settles": _("Appoint another administrator first."),
        },
        "undo": {"title": _("Undo"), "url": ""},
        "conflict": {
            "by": "周某",
            "at": now - timedelta(minutes=2),
            "sentence": _("This record was changed while your form was open. Nothing is lost."),
            "rows": [
                {"label": _("Due on"), "mine": "2026-11-30", "theirs": "2026-12-02"},
                {"label": _("Title"), "mine": _("Visit the depots"), "theirs": _("Visit depots")},
            ],
        },
    }
