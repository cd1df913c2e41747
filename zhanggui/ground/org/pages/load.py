"""How much lies on whom: who could take one more post before anyone is hired."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhanggui.ground.desk.access import page
from zhanggui.ground.kernel.limits import PAGE_ROWS
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.handover import open_work
from zhanggui.ground.org.models import Person
from zhanggui.ground.org.pages.people import page_number, pager
from zhanggui.ground.org.pages.sight import person_actor_of
from zhanggui.ground.org.queries import deeds_of, late_assignments_of, people_found
from zhanggui.ground.org.rules.coverage import NOBODY, covers
from zhanggui.ground.org.rules.structure import Seat

SORTS = ("duties", "posts", "open", "late", "deeds")


@page(duty="org.load", scope="people with a post in the areas in which the duty is held")
def load(request: HttpRequest) -> HttpResponse:
    """Show the load of each person and of each post, the heaviest first."""
    by = person_actor_of(request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    rows = sorted(_people(by), key=lambda row: (-row[sort], -row["duties"], row["name"]))
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    number = page_number(request, pages)
    context = {
        "rows": rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS],
        "most": max((row["duties"] for row in rows), default=0),
        "sort": sort,
        "page": pager(request, number, pages, len(rows)),
        "posts": _posts(by),
    }
    return render(request, "org/load.html", context)


def _people(by: PersonActor) -> list[dict[str, Any]]:
    structure, scope = by.snapshot.structure, by.scope("org.load")
    users = {seat.person for seat in structure.seats if seat.area in scope}
    shown = list(people_found("", users=users))
    ids = [person.pk for person in shown]
    work = open_work(ids)
    late, deeds = late_assignments_of(ids, at=by.at), deeds_of(ids, at=by.at)
    most = max((_duties(by, person) for person in shown), default=0)
    return [
        {
            "name": person.name,
            "url": reverse("dossier:org.person", args=[person.pk]),
            "titles": _titles(by, person),
            "posts": len(structure.seats_by_person.get(person.user, ())),
            "duties": _duties(by, person),
            "percent": round(100 * _duties(by, person) / most) if most else 0,
            "open": sum(number for _title, number in work.get(person.pk, [])),
            "late": late.get(person.pk, 0),
            "deeds": deeds.get(person.pk, 0),
        }
        for person in shown
    ]


def _duties(by: PersonActor, person: Person) -> int:
    return len({grant.duty for grant in by.snapshot.structure.grants_of(person.user)})


def _titles(by: PersonActor, person: Person) -> list[str]:
    structure = by.snapshot.structure
    seats = structure.seats_by_person.get(person.user, ())
    return list(dict.fromkeys(str(structure.posts[seat.post].title) for seat in seats))


def _posts(by: PersonActor) -> list[dict[str, Any]]:
    """Return each post with its holders and with what of it nobody holds, in the person's areas."""
    structure, scope = by.snapshot.structure, by.scope("org.load")
    seats: dict[str, list[Seat]] = {}
    for seat in structure.seats:
        if seat.area in scope:
            seats.setdefault(seat.post, []).append(seat)
    missing: dict[str, set[str]] = {}
    for cover in covers(structure):
        if cover.state == NOBODY and cover.area in scope:
            missing.setdefault(cover.duty, set()).add(cover.area)
    return [
        {
            "title": str(post.title),
            "url": reverse("org:handbook_post", args=[post.code]),
            "duties": len(post.duties),
            "holders": len({seat.person for seat in seats.get(post.code, ())}),
            "aside": sum(seat.kind != "main" for seat in seats.get(post.code, ())),
            "missing": sum(len(missing.get(duty, ())) for duty in post.duties),
        }
        for post in structure.posts.values()
        if not post.everyone
    ]
