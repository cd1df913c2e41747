"""What the search of everything finds in the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.org.actor import PersonActor
from zhanggui.ground.org.duties import ASSIGNMENT_TONES, CHANGE_SET_TONES
from zhanggui.ground.org.queries import assignments_found, change_sets_found, people_found
from zhanggui.ground.org.rules.assignments import AssignmentState
from zhanggui.ground.org.rules.changesets import ChangeSetState
from zhanggui.ground.org.rules.structure import Structure, Text
from zhanggui.ground.org.rules.telling import AREA_WORDS


def _structure(by: DeskActor) -> Structure:
    return cast(PersonActor, by).snapshot.structure


def _named(name: Text, code: str, text: str) -> bool:
    low = text.lower()
    return low in name.zh.lower() or low in name.en.lower() or low in code.lower()


@finder(gettext_lazy("People"))
def find_people(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield people by name, pinyin, initials or user name, with their posts."""
    structure = _structure(by)
    for person in people_found(text)[:limit]:
        seats = structure.seats_by_person.get(person.user, ())
        titles = [str(structure.posts[s.post].title) for s in seats if s.post in structure.posts]
        yield Hit(person.name, url_of(person), note=" · ".join(dict.fromkeys(titles)))


@finder(gettext_lazy("Posts and duties"))
def find_posts(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield handbook pages by the title of the post, or the title or id of one of its duties."""
    structure = _structure(by)
    found = 0
    for post in structure.posts.values():
        duties = [structure.duties[d] for d in post.duties if d in structure.duties]
        hits = [d for d in duties if _named(d.title, d.id, text)]
        if found < limit and (hits or _named(post.title, post.code, text)):
            found += 1
            url = reverse("org:handbook_post", args=[post.code])
            yield Hit(
                str(post.title),
                f"{url}#{hits[0].id}" if hits else url,
                note=" · ".join(f"{d.id} {d.title}" for d in hits[:3]),
            )


@finder(gettext_lazy("Units and areas"))
def find_places(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield units and areas by name or code: their place in the chart."""
    structure = _structure(by)
    chart = reverse("org:organisation")
    units = [
        Hit(str(u.name), f"{chart}#unit-{u.code}", note=_("unit"))
        for u in structure.units.values()
        if _named(u.name, u.code, text)
    ]
    areas = [
        Hit(str(a.name), f"{chart}?by=area#area-{a.code}", note=AREA_WORDS.get(a.kind, ""))
        for a in structure.areas.values()
        if _named(a.name, a.code, text)
    ]
    return [*units[: limit // 2], *areas][:limit]


@finder(gettext_lazy("Assignments"))
def find_assignments(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield assignments the person holds, gave or supervises."""
    for row in assignments_found(by, text)[:limit]:
        state = AssignmentState(row.state)
        badge = Badge(ASSIGNMENT_TONES[state], state.label)
        yield Hit(row.title, url_of(row), note=row.to.name, badge=badge)


@finder(gettext_lazy("Changes of the organisation"))
def find_change_sets(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield changes within the areas personnel answers for."""
    for row in change_sets_found(by, text)[:limit]:
        state = ChangeSetState(row.state)
        badge = Badge(CHANGE_SET_TONES[state], state.label)
        yield Hit(row.title, url_of(row), badge=badge)
