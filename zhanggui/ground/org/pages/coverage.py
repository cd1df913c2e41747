"""The coverage board: every duty in every area, who holds it, and where nobody does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.duty import BY_CHARTER
from zhanggui.ground.org.pages.sight import (
    Sight,
    as_of_context,
    indented,
    person_actor_of,
    sight_of,
)
from zhanggui.ground.org.rules.coverage import HELD, NOBODY, SAME, Cover, covers
from zhanggui.ground.org.rules.structure import AREA_KINDS, AreaNode, DutyNode, Structure
from zhanggui.ground.org.rules.telling import AREA_WORDS, DUTY_GROUPS, group_of

COLUMNS_FIT = 9
"""Areas side by side that fit a desk screen of 1280 px: beyond, lower levels wait for a choice."""
HOLDERS_SHOWN = 3
"""Holders named in a cell; the rest are counted."""
LATER = "later"
TONES = {HELD: "done", NOBODY: "stop", SAME: "wait"}


@dataclass(frozen=True)
class Choice:
    """What of the board is to be seen: an area with all below, a level, a state, a chapter."""

    area: str
    level: str
    state: str
    group: str


@page(scope="the staff list is open to everyone who works here")
def coverage(request: HttpRequest) -> HttpResponse:
    """Show the board, narrowed to what was chosen."""
    sight = sight_of(request)
    structure = sight.structure
    chosen = _chosen(request, structure)
    by_duty: dict[str, dict[str, Cover]] = {}
    for cover in covers(structure):
        by_duty.setdefault(cover.duty, {})[cover.area] = cover
    duties = [duty for duty in structure.duties.values() if _wants(duty, chosen)]
    areas, left_out = _columns(structure, chosen, duties, by_duty)
    inside = {area.code for area in areas}
    shown = [d for d in duties if _in_state(by_duty.get(d.id, {}), inside, chosen.state, d)]
    context = {
        "areas": [{"code": a.code, "name": str(a.name)} for a in areas],
        "rows": [_row(sight, duty, areas, by_duty.get(duty.id, {})) for duty in shown],
        "totals": _totals(duties, by_duty, _reach(structure, chosen.area)),
        "filters": _filters(structure, chosen),
        "left_out": [AREA_WORDS[kind] for kind in left_out],
        "as_of": as_of_context(request, sight),
        "links": {state or "all": _link(request, state) for state in ("", NOBODY, SAME, LATER)},
        "state": chosen.state,
    }
    return render(request, "org/coverage.html", context)


def _chosen(request: HttpRequest, structure: Structure) -> Choice:
    def one_of(name: str, values: Collection[str], default: str = "") -> str:
        typed = request.GET.get(name, default)
        return typed if typed in values else ""

    focus = person_actor_of(request).focus
    return Choice(
        area=one_of("area", structure.areas, default=focus),
        level=one_of("level", AREA_KINDS),
        state=one_of("state", (NOBODY, SAME, LATER)),
        group=one_of("group", DUTY_GROUPS),
    )


def _wants(duty: DutyNode, chosen: Choice) -> bool:
    if chosen.group and group_of(duty.id) != chosen.group:
        return False
    return not chosen.level or duty.level == chosen.level


def _reach(structure: Structure, area: str) -> frozenset[str]:
    """Return the areas the board shows for a chosen one: all below it, and those above it."""
    if not area:
        return frozenset(structure.areas)
    return structure.areas_within(area) | frozenset(structure.area_path(area))


def _columns(
    structure: Structure,
    chosen: Choice,
    duties: Iterable[DutyNode],
    by_duty: Mapping[str, Mapping[str, Cover]],
) -> tuple[list[AreaNode], list[str]]:
    """Return the areas that become columns, and the levels left out because they do not fit."""
    reach = _reach(structure, chosen.area)
    if chosen.state in (NOBODY, SAME):
        reach &= {
            cover.area
            for duty in duties
            for cover in by_duty.get(duty.id, {}).values()
            if cover.state == chosen.state
        }
    levels = {duty.level for duty in duties}
    areas = [a for a, _d in structure.areas_in_order() if a.code in reach and a.kind in levels]
    count = Counter(area.kind for area in areas)
    left_out: list[str] = []
    if not chosen.level and not chosen.area:
        for kind in reversed(AREA_KINDS):
            if sum(count.values()) > COLUMNS_FIT and count[kind] and len(count) > 1:
                left_out.insert(0, kind)
                del count[kind]
    return [area for area in areas if area.kind not in left_out], left_out


def _in_state(
    cells: Mapping[str, Cover], inside: Collection[str], state: str, duty: DutyNode
) -> bool:
    if state == LATER:
        return duty.id not in BY_CHARTER
    here = [cover for area, cover in cells.items() if area in inside]
    return any(cover.state == state for cover in here) if state else bool(here)


def _row(
    sight: Sight, duty: DutyNode, areas: Sequence[AreaNode], cells: Mapping[str, Cover]
) -> dict[str, Any]:
    posts = sight.structure.posts_with(duty.id)
    handbook = reverse("org:handbook_post", args=[posts[0].code]) if posts else ""
    return {
        "charter": duty.id,
        "title": str(duty.title),
        "url": f"{handbook}#{duty.id}" if handbook else "",
        "level": AREA_WORDS.get(duty.level, duty.level),
        "group": DUTY_GROUPS.get(group_of(duty.id), ""),
        "later": duty.id not in BY_CHARTER,
        "cells": [_cell(sight, area, cells.get(area.code)) for area in areas],
        NOBODY: sum(cells[a.code].state == NOBODY for a in areas if a.code in cells),
        SAME: sum(cells[a.code].state == SAME for a in areas if a.code in cells),
    }


def _cell(sight: Sight, area: AreaNode, cover: Cover | None) -> dict[str, Any]:
    if cover is None:
        return {"area": "", "state": "none", "tone": "rest", "holders": [], "text": ""}
    first = cover.holders[:HOLDERS_SHOWN]
    more = len({s.person for s in cover.holders} - {s.person for s in first})
    text = ""
    if cover.state == NOBODY:
        text = _("nobody")
    elif not cover.holders:
        text = _("everyone")
    elif cover.state == SAME:
        text = _checks_own(sight, cover)
    elif more:
        text = _("and %(count)d more") % {"count": more}
    return {
        "area": str(area.name),
        "state": cover.state,
        "tone": TONES[cover.state],
        "holders": [sight.seated(seat, area=area.code) for seat in first],
        "text": text,
    }


def _checks_own(sight: Sight, cover: Cover) -> str:
    titles = [str(sight.structure.duties[d].title) for d in cover.checks_own]
    return _("also does what this checks: %(duties)s") % {"duties": ", ".join(titles)}


def _totals(
    duties: Iterable[DutyNode],
    by_duty: Mapping[str, Mapping[str, Cover]],
    reach: Collection[str],
) -> dict[str, int]:
    totals = {HELD: 0, NOBODY: 0, SAME: 0, LATER: 0}
    for duty in duties:
        totals[LATER] += duty.id not in BY_CHARTER
        for area, cover in by_duty.get(duty.id, {}).items():
            if area in reach:
                totals[cover.state] += 1
    return totals


def _link(request: HttpRequest, state: str) -> str:
    query = request.GET.copy()
    if state:
        query["state"] = state
    else:
        query.pop("state", None)
    return f"{request.path}?{query.urlencode()}"


def _filters(structure: Structure, chosen: Choice) -> list[dict[str, Any]]:
    levels = {duty.level for duty in structure.duties.values()}
    areas = [
        (area.code, indented(area.name, depth))
        for area, depth in structure.areas_in_order()
        if area.kind in levels
    ]
    words = {NOBODY: _("nobody"), SAME: _("makes and checks"), LATER: _("not in this version")}
    kinds = [(kind, AREA_WORDS[kind]) for kind in AREA_KINDS if kind in levels]
    return [
        _filter("area", _("Area"), areas, chosen.area),
        _filter("level", _("Level"), kinds, chosen.level),
        _filter("state", _("State"), words.items(), chosen.state),
        _filter("group", _("Chapter"), DUTY_GROUPS.items(), chosen.group),
    ]


def _filter(name: str, label: str, options: Iterable[tuple[str, Any]], now: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "on": bool(now),
        "options": [
            {"value": value, "label": label, "current": value == now}
            for value, label in [("", _("All")), *options]
        ],
    }
