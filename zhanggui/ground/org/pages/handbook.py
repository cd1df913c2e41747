"""The handbook: each post's duties, promises, acts and holders, written from the system itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.duty import BY_CHARTER, Act, Duty
from zhanggui.ground.desk.pages.context import url_of_duty
from zhanggui.ground.desk.queries import Measures, measures, waiting_in
from zhanggui.ground.desk.templatetags.desk import wait
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.models import Appointment
from zhanggui.ground.org.pages.sight import person_actor_of
from zhanggui.ground.org.queries import at_moment
from zhanggui.ground.org.rules.structure import Grant, PostNode, Structure
from zhanggui.ground.org.rules.telling import AREA_WORDS, DUTY_GROUPS, SEAT_WORDS, group_of

SUPERVISING = ("org.supervision", "org.appointments", "M-GM-1")
"""The duties whose holders see how well a post's duties are kept; its own holders see it too."""


@dataclass(frozen=True)
class PostActor(PersonActor):
    """A post as if one person held all its appointments: what waits for it as a whole."""

    post: str = ""

    @property
    def person_id(self) -> int:
        """No person at all: nothing is a post's own."""
        return 0

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """Every duty of the post, through each of its seats."""
        structure = self.snapshot.structure
        return tuple(
            Grant(seat, duty)
            for seat in structure.seats
            if seat.post == self.post
            for duty in structure.posts[self.post].duties
        )


@page(scope="open to everyone who works here")
def handbook(request: HttpRequest) -> HttpResponse:
    """Show every post by department: how many duties it has, and who holds it."""
    structure = person_actor_of(request).snapshot.structure
    holders: dict[str, set[str]] = {}
    for seat in structure.seats:
        holders.setdefault(seat.post, set()).add(seat.person)
    everyone = len(structure.seats_by_person)
    groups: dict[str, list[dict[str, Any]]] = {letter: [] for letter in ("", *DUTY_GROUPS)}
    for post in structure.posts.values():
        groups[_group(post)].append(
            {
                "title": str(post.title),
                "url": reverse("org:handbook_post", args=[post.code]),
                "duties": len(post.duties),
                "holders": everyone if post.everyone else len(holders.get(post.code, ())),
            }
        )
    context = {
        "groups": [
            {"title": DUTY_GROUPS.get(letter) or _("Other posts"), "posts": posts}
            for letter, posts in groups.items()
            if posts
        ]
    }
    return render(request, "desk/handbook_index.html", context)


def _group(post: PostNode) -> str:
    """Return the chapter of a post: that of the first duty that is not a company-wide rule."""
    letters = [group_of(duty) for duty in post.duties]
    return next((letter for letter in letters if letter != "G"), next(iter(letters), ""))


@page(scope="open to everyone who works here; measures for its holders and those above")
def handbook_post(request: HttpRequest, code: str) -> HttpResponse:
    """Show one post: its duties with what they demand, promise and allow, and its holders."""
    by = person_actor_of(request)
    structure = by.snapshot.structure
    post = structure.posts.get(code)
    if post is None:
        raise not_yours()
    declared = [duty for charter in post.duties for duty in BY_CHARTER.get(charter, ())]
    measured = _may_measure(by, post)
    waiting = _waiting(by, post, declared) if measured else {}
    context = {
        "post": {"title": str(post.title), "code": post.code},
        "intro": _intro(structure, post),
        "duties": [
            entry
            for charter in post.duties
            for entry in _entries(by, post, charter, waiting if measured else None)
        ],
        "holders": _holders(by.at, structure, post),
    }
    return render(request, "desk/handbook.html", context)


def _intro(structure: Structure, post: PostNode) -> str:
    if post.everyone:
        return _("A post of everyone who works here; nobody is appointed to it.")
    count = len(post.duties)
    said = ngettext("%(count)d duty", "%(count)d duties", count) % {"count": count}
    levels = {structure.duties[d].level for d in post.duties if d in structure.duties}
    words = [str(word) for kind, word in AREA_WORDS.items() if kind in levels]
    if not words:
        return said
    return _("%(duties)s, wanted at the level of: %(areas)s.") % {
        "duties": said,
        "areas": ", ".join(words),
    }


def _may_measure(by: PersonActor, post: PostNode) -> bool:
    mine = {grant.seat.post for grant in by.grants}
    return post.code in mine or any(by.scope(duty) for duty in SUPERVISING)


def _waiting(by: PersonActor, post: PostNode, declared: Iterable[Duty[Any]]) -> dict[str, int]:
    eyes = PostActor(by.person, by.snapshot, by.at, focus=by.focus, post=post.code)
    queues = [d for d in declared if d.queue is not None and not d.own]
    return {code: held.count for code, held in waiting_in(queues, by=eyes).items()}


def _entries(
    by: PersonActor, post: PostNode, charter: str, waiting: dict[str, int] | None
) -> list[dict[str, Any]]:
    """Return one entry for a charter duty: with the acts of every queue that fulfils it."""
    structure = by.snapshot.structure
    node = structure.duties.get(charter)
    if node is None:
        return []
    declared = BY_CHARTER.get(charter, [])
    mine = next((d for d in declared if by.scope(d.code)), None)
    promise = by.promise_s(charter)
    return [
        {
            "charter": charter,
            "title": str(node.title),
            "text": str(node.text),
            "promise": _("within %(time)s") % {"time": wait(promise)} if promise else "",
            "url": url_of_duty(mine) if mine else None,
            "in_version": bool(declared),
            "acts": [_act(duty, act) for duty in declared for act in duty.acts],
            "measures": _measures(by, post, declared, waiting) if waiting is not None else None,
        }
    ]


def _act(duty: Duty[Any], act: Act[Any]) -> dict[str, Any]:
    return {
        "title": act.action.title,
        "letter": act.letter.upper(),
        "text": act.text or format_lazy(_("in “{queue}”"), queue=duty.title),
    }


def _measures(
    by: PersonActor, post: PostNode, declared: list[Duty[Any]], waiting: dict[str, int]
) -> dict[str, Any] | None:
    queue = next((d for d in declared if d.queue is not None), None)
    if queue is None:
        return None
    said = measures(
        queue, at=by.at, waiting=waiting.get(queue.code, 0), posts=[post.code], areas=None
    )
    return measured(said)


def measured(said: Measures) -> dict[str, str]:
    """Return measures as text with their units."""
    return {
        "waiting": str(said.waiting),
        "handled": str(said.handled),
        "on_time": "" if said.on_time is None else f"{said.on_time}%",
        "median": "" if said.median_min is None else wait(said.median_min * 60),
    }


def _holders(at: datetime, structure: Structure, post: PostNode) -> list[dict[str, Any]]:
    rows = (
        Appointment.objects.filter(at_moment(at), post_id=post.code)
        .select_related("person", "unit", "area")
        .order_by("area__position", "since_at", "pk")
    )
    return [
        {
            "name": row.person.name,
            "url": reverse("dossier:org.person", args=[row.person_id]),
            "unit": row.unit.name,
            "area": row.area.name,
            "kind": SEAT_WORDS[row.kind] if row.kind != "main" else "",
            "since": row.since_at,
        }
        for row in rows
    ]
