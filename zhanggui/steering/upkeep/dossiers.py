"""The page of a change request: what is wanted and why, what was asked back, what was released."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.steering.upkeep import queries
from zhanggui.steering.upkeep.duties import badge_of
from zhanggui.steering.upkeep.models import ChangeRequest
from zhanggui.steering.upkeep.rules import ChangeKind, Priority


def face_of(request: ChangeRequest, by: DeskActor) -> Face:
    """Return what a change request's page shows."""
    lines = [
        Line(_("Asked by"), f"{request.asked_by.name} · {request.post.name} · {request.area.name}"),
        Line(_("Kind"), ChangeKind(request.kind).label),
        Line(_("Priority"), Priority(request.priority).label),
    ]
    if request.taken_by is not None:
        lines.append(Line(_("In whose hands"), request.taken_by.name))
    for label, when in (
        (_("Promised for"), request.promised_at if request.released_at is None else None),
        (_("Released at"), request.released_at),
    ):
        if when is not None:
            lines.append(Line(label, moment(when, by.at)))
    words = [
        (_("What is wanted"), request.wanted),
        (_("Why"), request.why),
        (_("Question"), request.question),
        (_("Answer"), request.answer),
        (_("What has changed"), request.release_note),
        (_("Remark on the outcome"), request.remark),
    ]
    return Face(
        title=request.title,
        subtitle=request.number,
        state=badge_of(request),
        lines=lines,
        template="upkeep/request.html",
        context={"words": [(label, text) for label, text in words if text]},
    )


declare_dossier(
    Dossier(
        model=ChangeRequest,
        find=queries.request_of,
        face=face_of,
        duties=("upkeep.changes", "upkeep.my_requests"),
        scope="asked by the person, in his hands, or of a kind and area he answers for",
    )
)
