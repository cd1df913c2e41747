"""The figures of the organisation on Today: gaps, late work, and one's own deeds."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.ground.desk.actor import DeskActor, Scope
from zhanggui.ground.desk.figures import Figure, figure
from zhanggui.ground.desk.queries import handled_by_day
from zhanggui.ground.org.queries import assignments_to_watch, own_on_time, present
from zhanggui.ground.org.rules.coverage import covers, uncovered

DEED_DAYS = 14
"""Days of one's own deeds in the small curve: two working weeks."""


def _gaps(scope: Scope, at: datetime) -> tuple[int, int]:
    """Return how many duties have nobody in these areas, and how many there are."""
    structure = present(at).structure
    inside = [cover for cover in covers(structure) if cover.area in scope]
    missing = sum(pair[1] in scope for pair in uncovered(structure))
    return missing, len(inside)


def _uncovered(by: DeskActor, at: datetime, *, duty: str) -> Figure:
    scope = by.scope(duty)
    missing, wanted = _gaps(scope, at)
    held = wanted - missing
    return Figure(
        title=_("Duties without a holder"),
        value=str(missing),
        definition=_(
            "Pairs of a charter duty and an area in which it is wanted that no appointment covers, "
            "counted in the areas you answer for."
        ),
        tone="stop" if missing else "done",
        percent=round(100 * held / wanted) if wanted else None,
        note=_("%(held)d of %(wanted)d held") % {"held": held, "wanted": wanted},
        url=f"{reverse('org:coverage')}?state=nobody",
    )


# Shown once to whoever answers for it, through the first of these duties he holds.
ANSWER_FOR_GAPS = ("org.appointments", "M-GM-1", "S-PM-1", "S-RM-2")


def _answers_through(by: DeskActor) -> str:
    return next((duty for duty in ANSWER_FOR_GAPS if by.scope(duty)), "")


def _register_gaps(duty: str) -> None:
    @figure(duty=duty)
    def count(by: DeskActor, at: datetime) -> Figure | None:
        return _uncovered(by, at, duty=duty) if _answers_through(by) == duty else None


for _duty in ANSWER_FOR_GAPS:
    _register_gaps(_duty)


@figure(duty="org.supervision")
def late_under_me(by: DeskActor, at: datetime) -> Figure | None:
    """Return how much of the work given in the person's areas is late."""
    running = assignments_to_watch(by)
    late = running.filter(state="given", due_at__lt=at).count()
    total = running.count()
    return Figure(
        title=_("Late assignments"),
        value=str(late),
        definition=_(
            "Assignments in the areas you supervise that are past their due time and not reported."
        ),
        tone="stop" if late else "done",
        note=_("%(count)d open in all") % {"count": total},
        url=f"{reverse('queue:org.supervision')}?state=given&sort=due_at",
    )


@figure(duty="G-1")
def my_deeds(by: DeskActor, at: datetime) -> Figure | None:
    """Return how many deeds the person did today, with the last two weeks and the share on time."""
    days = handled_by_day(by.person_id, at=at, days=DEED_DAYS)
    if not any(days):
        return None
    share = own_on_time(by.person_id, since=at - timedelta(days=DEED_DAYS), at=at)
    return Figure(
        title=_("My deeds today"),
        value=str(days[-1]),
        definition=_(
            "Everything you did at the desk today that left a fact; the curve shows two weeks, the "
            "share is of those with a promise or a due time."
        ),
        tone="go",
        note=_("%(share)d%% on time in two weeks") % {"share": share}
        if share is not None
        else _("%(count)d in two weeks") % {"count": sum(days)},
        url=reverse("dossier:org.person", args=[by.person_id]),
        spark=days,
    )
