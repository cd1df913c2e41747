"""The people of the company: who they are, what they hold, and how much lies on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import Scope
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.pages.queue import begin_acts
from zhanggui.ground.kernel.limits import PAGE_ROWS, SEARCH_CHARS_MAX
from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.handover import open_work
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.pages.sight import indented, person_actor_of
from zhanggui.ground.org.queries import late_assignments_of, people_found
from zhanggui.ground.org.rules.structure import Structure
from zhanggui.ground.org.rules.telling import SEAT_WORDS

LOAD_DUTIES = ("org.supervision", "org.appointments", "org.people", "org.load")
"""Holders of these see the load of the people in their areas."""


@page(scope="the staff list is open to everyone; load only for those who answer for the person")
def people(request: HttpRequest) -> HttpResponse:
    """Show the staff list: searched, narrowed to a post or an area, paged."""
    by = person_actor_of(request)
    structure = by.snapshot.structure
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    post = _one_of(request, "post", structure.posts)
    area = _one_of(request, "area", structure.areas, by.focus)
    standing = _one_of(request, "standing", ("none", "out"))
    rows = people_found(
        text,
        users=_users(structure, post=post, area=area),
        but=structure.seats_by_person if standing == "none" else (),
        active={"none": True, "out": False}.get(standing),
    )
    total = rows.count()
    pages = max(1, -(-total // PAGE_ROWS))
    number = page_number(request, pages)
    shown = list(rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS])
    loads = _loads(by, shown)
    context = {
        "query": text,
        "filters": _filters(structure, post=post, area=area, standing=standing),
        "rows": [_row(structure, person, loads.get(person.pk)) for person in shown],
        "with_load": any(by.scope(duty) for duty in LOAD_DUTIES),
        "page": pager(request, number, pages, total),
        "begin": begin_acts(DUTIES["org.people"], by, request),
    }
    return render(request, "org/people.html", context)


def _one_of(request: HttpRequest, name: str, values: Iterable[str], default: str = "") -> str:
    typed = request.GET.get(name, default)
    return typed if typed in values else ""


def page_number(request: HttpRequest, pages: int) -> int:
    """Return the page asked for, the nearest there is for any other number."""
    typed = request.GET.get("page", "1")
    whole = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 1
    return min(max(whole, 1), pages)


def _users(structure: Structure, *, post: str, area: str) -> set[str] | None:
    """Return the user names that sit on a post or within an area; None for no such wish."""
    if not post and not area:
        return None
    within = structure.areas_within(area) if area else None
    return {
        seat.person
        for seat in structure.seats
        if (not post or seat.post == post) and (within is None or seat.area in within)
    }


def _loads(by: PersonActor, shown: list[Person]) -> dict[int, dict[str, Any]]:
    """Return open and late work of the people the reader answers for."""
    structure = by.snapshot.structure
    scopes = [by.scope(duty) for duty in LOAD_DUTIES]
    mine = [p for p in shown if _answers_for(scopes, structure, p)]
    ids = [p.pk for p in mine]
    work, late = open_work(ids), late_assignments_of(ids, at=by.at)
    return {
        pk: {
            "open": sum(number for _title, number in work.get(pk, [])),
            "late": late.get(pk, 0),
        }
        for pk in ids
    }


def _answers_for(scopes: Iterable[Scope], structure: Structure, person: Person) -> bool:
    seats = structure.seats_by_person.get(person.user, ())
    return any(seat.area in scope for scope in scopes for seat in seats)


def _row(structure: Structure, person: Person, load: dict[str, Any] | None) -> dict[str, Any]:
    seats = structure.seats_by_person.get(person.user, ())
    return {
        "name": person.name,
        "user": person.user,
        "url": reverse("dossier:org.person", args=[person.pk]),
        "out": not person.is_active,
        "posts": [
            {
                "title": str(structure.posts[seat.post].title),
                "url": reverse("org:handbook_post", args=[seat.post]),
                "area": str(structure.areas[seat.area].name),
                "kind": SEAT_WORDS[seat.kind] if seat.kind != "main" else "",
            }
            for seat in seats
        ],
        "duties": len({grant.duty for grant in structure.grants_of(person.user)}),
        "load": load,
    }


def pager(request: HttpRequest, number: int, pages: int, total: int) -> dict[str, Any]:
    """Return what the pager of a list shows, every other choice kept in its links."""

    def url(to: int) -> str:
        query = request.GET.copy()
        query["page"] = str(to)
        return f"{request.path}?{query.urlencode()}"

    return {
        "number": number,
        "pages": pages,
        "total": total,
        "prev": url(number - 1) if number > 1 else None,
        "next": url(number + 1) if number < pages else None,
    }


def _filters(structure: Structure, *, post: str, area: str, standing: str) -> list[dict[str, Any]]:
    posts = [(p.code, str(p.title)) for p in structure.posts.values() if not p.everyone]
    areas = [(a.code, indented(a.name, depth)) for a, depth in structure.areas_in_order()]
    standings = [("none", _("without a post")), ("out", _("access suspended"))]
    return [
        _choice("post", _("Post"), posts, post),
        _choice("area", _("Area"), areas, area),
        _choice("standing", _("Standing"), standings, standing),
    ]


def _choice(
    name: str, label: Sentence, options: Iterable[tuple[str, Any]], now: str
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "on": bool(now),
        "options": [
            {"value": value, "label": word, "current": value == now}
            for value, word in [("", _("All")), *options]
        ],
    }
