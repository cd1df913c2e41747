"""The organisation drawn from its data: units with their people, areas with who answers there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhanggui.ground.desk.access import page
from zhanggui.ground.org.pages.sight import Sight, as_of_context, sight_of
from zhanggui.ground.org.rules.coverage import uncovered
from zhanggui.ground.org.rules.structure import AreaNode, Seat, UnitNode
from zhanggui.ground.org.rules.telling import AREA_WORDS

OPEN_DEPTH = 2
"""Nodes deeper than this are folded in a large company: the first look fits a few screens."""
OPEN_NODES = 60
"""A company with fewer nodes is shown open to the last of them."""


@page(scope="the staff list is open to everyone who works here")
def organisation(request: HttpRequest) -> HttpResponse:
    """Show the units with their posts and people, or the areas with who holds what there."""
    sight = sight_of(request)
    by_area = request.GET.get("by") == "area"
    on = f"on={sight.on.isoformat()}" if sight.on else ""
    here = reverse("org:organisation")
    context: dict[str, Any] = {
        "by_area": by_area,
        "tab_units": f"{here}?{on}" if on else here,
        "tab_areas": f"{here}?by=area{'&' + on if on else ''}",
        "as_of": as_of_context(request, sight),
        "counts": {
            "people": len(sight.structure.seats_by_person),
            "seats": len(sight.structure.seats),
            "units": len(sight.structure.units),
            "areas": len(sight.structure.areas),
        },
    }
    if by_area:
        context["areas"] = _area_tree(sight)
    else:
        context["chain"], context["columns"] = _unit_chart(sight)
    return render(request, "org/organisation.html", context)


def _unit_chart(sight: Sight) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the units at the top, one under the other, and the columns below them."""
    nodes = _unit_tree(sight)
    chain = []
    while len(nodes) == 1:
        chain.append(nodes[0])
        nodes = nodes[0]["children"]
    return chain, nodes


def _unit_tree(sight: Sight) -> list[dict[str, Any]]:
    structure = sight.structure
    seats: dict[str, list[Seat]] = {}
    for person in structure.seats_by_person.values():
        for seat in person:
            seats.setdefault(seat.unit, []).append(seat)
    folded = len(structure.units) > OPEN_NODES
    roots: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for unit, depth in structure.units_in_order():
        node = _unit(sight, unit, seats.get(unit.code, []))
        node["open"] = not folded or depth < OPEN_DEPTH
        del path[depth:]
        (path[-1]["children"] if path else roots).append(node)
        path.append(node)
    for root in roots:
        _count_people(root)
    return roots


def _unit(sight: Sight, unit: UnitNode, seats: list[Seat]) -> dict[str, Any]:
    structure = sight.structure
    posts: dict[str, list[Seat]] = {}
    for seat in seats:
        posts.setdefault(seat.post, []).append(seat)
    places = {seat.area for seat in seats}
    common = next(iter(places)) if len(places) == 1 else ""
    return {
        "id": f"unit-{unit.code}",
        "title": str(unit.name),
        "note": str(structure.areas[common].name)
        if common in structure.areas and common != structure.root_area
        else "",
        "posts": [
            {
                "title": str(post.title),
                "url": reverse("org:handbook_post", args=[post.code]),
                "people": [
                    sight.seated(seat, area=common or structure.root_area)
                    for seat in posts[post.code]
                ],
            }
            for post in structure.posts.values()
            if post.code in posts
        ],
        "users": {seat.person for seat in seats},
        "children": [],
    }


def _count_people(node: dict[str, Any]) -> set[str]:
    users: set[str] = set(node["users"])
    for child in node["children"]:
        users |= _count_people(child)
    node["people"] = len(users)
    return users


def _area_tree(sight: Sight) -> list[dict[str, Any]]:
    structure = sight.structure
    seats: dict[str, list[Seat]] = {}
    for person in structure.seats_by_person.values():
        for seat in person:
            seats.setdefault(seat.area, []).append(seat)
    gaps: dict[str, int] = {}
    for _duty, code in uncovered(structure):
        gaps[code] = gaps.get(code, 0) + 1
    folded = len(structure.areas) > OPEN_NODES
    roots: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for area, depth in structure.areas_in_order():
        node = _area(sight, area, seats.get(area.code, []), gaps.get(area.code, 0))
        node["open"] = not folded or depth < OPEN_DEPTH
        del path[depth:]
        (path[-1]["children"] if path else roots).append(node)
        path.append(node)
    return roots


def _area(sight: Sight, area: AreaNode, seats: list[Seat], gaps: int) -> dict[str, Any]:
    structure = sight.structure
    on = f"&on={sight.on.isoformat()}" if sight.on else ""
    order = list(structure.posts)
    return {
        "id": f"area-{area.code}",
        "title": str(area.name),
        "kind": AREA_WORDS.get(area.kind, area.kind),
        "gaps": gaps,
        "url_gaps": f"{reverse('org:coverage')}?area={area.code}&state=nobody{on}",
        "seats": [
            {
                "post": str(structure.posts[seat.post].title),
                "url_post": reverse("org:handbook_post", args=[seat.post]),
                **sight.seated(seat),
            }
            for seat in sorted(seats, key=lambda s: order.index(s.post))
        ],
        "children": [],
    }
