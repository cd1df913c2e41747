"""The page of a policy version: its words, who has read it, and its other versions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.people import queries, rules
from zhanggui.books.people.duties import badge_of
from zhanggui.books.people.models import PolicyVersion
from zhanggui.books.people.rules import VersionState
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.templatetags.desk import moment

READERS_SHOWN = 100
"""People listed on a policy's page: two screens; the number says how many more there are."""


def listed(names: Iterable[str]) -> str:
    """Return names one after the other, as the reader's language separates them."""
    return pgettext("between names", ", ").join(names)


def _when(version: PolicyVersion, *, at: datetime) -> list[Line]:
    moments = [
        (_("Published at"), version.published_at),
        (_("Holds from"), version.in_force_at),
        (_("Held until"), version.until_at),
    ]
    return [Line(label, moment(when, at)) for label, when in moments if when is not None]


def _readers(version: PolicyVersion, by: DeskActor) -> dict[str, Any]:
    """Return who has not read a version in force; nothing for those who do not keep it."""
    if version.state != VersionState.IN_FORCE or not queries.is_kept_by(version, by):
        return {}
    readers = queries.readers_of([version], at=by.at)[version.pk]
    promise = by.promise_s(queries.READING)
    waiting = [
        {
            "name": reader.name,
            "posts": listed(reader.posts),
            "wait_s": reader.wait_s(by.at),
            "tone": "wait"
            if rules.is_on_time(owed_at=reader.owed_at, at=by.at, promise_s=promise)
            else "stop",
        }
        for reader in readers
        if reader.read_at is None
    ]
    read = len(readers) - len(waiting)
    return {
        "kept": True,
        "people": len(readers),
        "read": read,
        "percent": round(100 * read / len(readers)) if readers else 0,
        "waiting": waiting[:READERS_SHOWN],
        "more": max(0, len(waiting) - READERS_SHOWN),
    }


def face_of(version: PolicyVersion, by: DeskActor) -> Face:
    """Return what a policy's page shows."""
    posts = queries.structure_for(by).posts
    addressed = [str(posts[code].title) for code in version.posts if code in posts]
    lines = [
        Line(_("Version"), str(version.number)),
        Line(_("Holds in"), version.area.name),
        Line(_("Addressed to"), listed(addressed) or gettext("every post")),
        *_when(version, at=by.at),
    ]
    if version.reason:
        lines.append(Line(_("Reason"), version.reason))
    others = queries.versions_beside(version, by=by)
    return Face(
        title=version.title,
        subtitle=version.policy.code,
        state=badge_of(version, at=by.at),
        lines=lines,
        template="people/version.html",
        context={
            "text": version.text,
            "readers": _readers(version, by),
            "versions": [
                {"url": url_of(o), "title": o.title, "number": o.number, "badge": b}
                for o in others
                for b in [badge_of(o, at=by.at)]
            ],
        },
    )


declare_dossier(
    Dossier(
        model=PolicyVersion,
        find=queries.version_of,
        face=face_of,
        duties=(queries.READING, queries.KEEPING),
        scope="addressed to one of the person's posts, or of an area he keeps policies for",
    )
)
