"""The pages of single records: an assignment, a change of the organisation, a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier
from zhanggui.ground.desk.duty import BY_CHARTER, Badge, Duty
from zhanggui.ground.desk.queries import measures, waiting_in
from zhanggui.ground.desk.templatetags.desk import day, masked, moment
from zhanggui.ground.org.actions.people import reveal_phone
from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.duties import ASSIGNMENT_TONES, CHANGE_SET_TONES
from zhanggui.ground.org.effects import effects_of
from zhanggui.ground.org.handover import open_work
from zhanggui.ground.org.models import Appointment, Assignment, ChangeSet, Person
from zhanggui.ground.org.pages.handbook import measured
from zhanggui.ground.org.queries import (
    appointments_ever,
    assignment_of,
    change_set_of,
    person_of,
    reversal_of,
)
from zhanggui.ground.org.rules.assignments import AssignmentState
from zhanggui.ground.org.rules.changesets import ChangeSetState
from zhanggui.ground.org.rules.structure import Structure
from zhanggui.ground.org.rules.telling import SEAT_WORDS

WATCHING = ("org.supervision", "org.appointments")
"""The duties whose holders see how someone in their areas keeps his own."""


def _person_line(label: str, person: Person | None) -> Line:
    url = reverse("dossier:org.person", args=[person.pk]) if person else ""
    return Line(label, person.name if person else "", url=url)


# --- assignments -----------------------------------------------------------------------------
def assignment_face(assignment: Assignment, by: DeskActor) -> Face:
    """Return what an assignment shows: who, for whom, until when, and what came of it."""
    state = AssignmentState(assignment.state)
    late = state == AssignmentState.GIVEN and assignment.due_at < by.at
    lines = [
        _person_line(_("Holder"), assignment.to),
        _person_line(_("Given by"), assignment.given_by),
        Line(_("Area"), assignment.area.name),
        Line(_("Given at"), moment(assignment.given_at)),
        Line(_("Due"), moment(assignment.due_at)),
    ]
    if assignment.reported_at:
        lines.append(Line(_("Reported at"), moment(assignment.reported_at)))
    if assignment.closed_at:
        lines.append(Line(_("Closed at"), moment(assignment.closed_at)))
    return Face(
        title=assignment.title,
        state=Badge("stop", _("late")) if late else Badge(ASSIGNMENT_TONES[state], state.label),
        lines=lines,
        template="org/parts/assignment.html"
        if assignment.text or assignment.evidence or assignment.remark
        else "",
        context={"assignment": assignment},
    )


declare_dossier(
    Dossier[Assignment](
        model=Assignment,
        find=assignment_of,
        face=assignment_face,
        duties=(),
        scope="one's own, given by oneself, or within the areas one supervises",
    )
)


# --- changes ---------------------------------------------------------------------------------
def change_set_face(change_set: ChangeSet, by: DeskActor) -> Face:
    """Return what a change shows: when and why, its lines, and its whole effect."""
    state = ChangeSetState(change_set.state)
    lines = [
        Line(_("Takes effect"), moment(change_set.effective_at)),
        Line(_("Area"), change_set.area.name),
        _person_line(_("Drafted by"), change_set.drafted_by),
        Line(_("Drafted at"), moment(change_set.drafted_at)),
    ]
    if change_set.reason:
        lines.append(Line(_("Reason"), change_set.reason))
    if change_set.applied_at:
        lines.append(Line(_("Applied at"), moment(change_set.applied_at)))
    if change_set.reverses:
        url = reverse("dossier:org.changeset", args=[change_set.reverses_id])
        lines.append(Line(_("Reverses"), change_set.reverses.title, url=url))
    if reversal := reversal_of(change_set):
        url = reverse("dossier:org.changeset", args=[reversal.pk])
        lines.append(Line(_("Reversal"), reversal.title, url=url))
    editable = state == ChangeSetState.DRAFT and change_set.area_id in by.scope("org.appointments")
    return Face(
        title=change_set.title,
        state=Badge(CHANGE_SET_TONES[state], state.label),
        lines=lines,
        template="org/parts/change_set.html",
        context=effects_of(change_set, at=by.at, editable=editable),
    )


declare_dossier(
    Dossier[ChangeSet](
        model=ChangeSet,
        find=change_set_of,
        face=change_set_face,
        duties=("org.appointments",),
        scope="the areas in which the duty is held",
    )
)


# --- people ----------------------------------------------------------------------------------
def person_face(person: Person, by: DeskActor) -> Face:
    """Return what a person's page shows: posts held and once held, duties, and how they are kept.

    Measures and open work show to the person and to those who answer for one of his areas.
    """
    viewer = cast(PersonActor, by)
    seats = viewer.snapshot.structure.seats_by_person.get(person.user, ())
    lines = [Line(_("User name"), person.user), Line(_("Here since"), day(person.hired_at))]
    if person.phone:
        lines.append(
            Line(
                _("Phone"),
                masked(person.phone),
                hidden=person.phone,
                reveal=reveal_phone.verb,
            )
        )
    watched = person.pk == by.person_id or any(
        seat.area in by.scope(duty) for duty in WATCHING for seat in seats
    )
    return Face(
        title=person.name,
        state=_standing(person, bool(seats)),
        subtitle=" · ".join(
            dict.fromkeys(str(viewer.snapshot.structure.posts[s.post].title) for s in seats)
        ),
        lines=lines,
        template="org/parts/person.html",
        context=_person_context(person, viewer, watched=watched),
    )


def _standing(person: Person, seated: bool) -> Badge:
    if not person.is_active:
        return Badge("stop", _("access suspended"))
    return Badge("done", _("at work")) if seated else Badge("rest", _("without a post"))


def _person_context(person: Person, viewer: PersonActor, *, watched: bool) -> dict[str, Any]:
    rows = list(appointments_ever(person))
    ended = [row for row in rows if row.until_at is not None and row.until_at <= viewer.at]
    now = [row for row in rows if row.since_at <= viewer.at and row not in ended]
    context: dict[str, Any] = {
        "now": [_seat(row) for row in now],
        "past": [_seat(row) for row in ended],
        "duties": _duties(person, viewer, watched=watched),
        "watched": watched,
    }
    if watched:
        held = open_work([person.pk]).get(person.pk, [])
        context["work"] = [{"title": title, "number": number} for title, number in held]
    return context


def _seat(row: Appointment) -> dict[str, Any]:
    return {
        "title": row.post.name,
        "url": reverse("org:handbook_post", args=[row.post_id]),
        "unit": row.unit.name,
        "area": row.area.name,
        "kind": SEAT_WORDS[row.kind] if row.kind != "main" else "",
        "since": row.since_at,
        "until": row.until_at,
    }


def _duties(person: Person, viewer: PersonActor, *, watched: bool) -> list[dict[str, Any]]:
    """Return the person's duties, each with its areas and, when watched, how it is kept."""
    theirs = actor_for(person, at=viewer.at)
    structure = viewer.snapshot.structure
    areas: dict[str, list[str]] = {}
    posts: dict[str, str] = {}
    for grant in structure.grants_of(person.user):
        areas.setdefault(grant.duty, []).append(grant.seat.area)
        posts.setdefault(grant.duty, grant.seat.post)
    queues = {d.code: d for c in areas for d in BY_CHARTER.get(c, ()) if d.queue is not None}
    waiting = waiting_in(queues.values(), by=theirs) if watched else {}
    shown = []
    for charter, codes in areas.items():
        node = structure.duties.get(charter)
        declared = BY_CHARTER.get(charter, [])
        queue = next((d for d in declared if d.code in queues), None)
        held = waiting.get(queue.code) if queue else None
        promise = viewer.promise_s(charter)
        shown.append(
            {
                "charter": charter,
                "title": str(node.title) if node else charter,
                "url": f"{reverse('org:handbook_post', args=[posts[charter]])}#{charter}",
                "areas": ", ".join(
                    str(structure.areas[c].name)
                    for c in dict.fromkeys(codes)
                    if c in structure.areas
                ),
                "later": not declared,
                "queue": queue.title if queue else "",
                "measures": _measures(person, viewer, queue, held) if watched and queue else None,
                "tone": held.tone(viewer.at, promise) if held else "rest",
            }
        )
    return shown


def _area_names(structure: Structure, codes: Iterable[str]) -> list[str]:
    known = [structure.areas[code] for code in dict.fromkeys(codes) if code in structure.areas]
    return [str(area.name) for area in known]


def _measures(person: Person, viewer: PersonActor, queue: Duty[Any], held: Any) -> dict[str, str]:
    count = held.count if held else 0
    return measured(measures(queue, at=viewer.at, waiting=count, persons=[person.pk]))


declare_dossier(
    Dossier[Person](
        model=Person,
        find=person_of,
        face=person_face,
        duties=(),
        scope="the staff list is open to everyone; measures for the person and those above",
    )
)
