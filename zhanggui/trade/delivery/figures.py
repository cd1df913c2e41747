"""What the people of delivery answer for, on their first page."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.figures import Figure, figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.trade.delivery import queries, rules


@figure(duty="S-CM-1")
def doors_today(by: DeskActor, at: datetime) -> Figure | None:
    """Return how many doors of today's runs are done, and how many are late."""
    day = queries.day_progress(by, at=at)
    if not day.total:
        return None
    note = gettext("doors late: %(late)s") % {"late": day.late} if day.late else ""
    return Figure(
        title=_("Doors done today"),
        value=f"{day.done} / {day.total}",
        tone="stop" if day.late else "done" if day.done == day.total else "go",
        percent=100 * day.done // day.total,
        note=note,
        definition=_("Stops at which somebody has stood, of all stops on the runs of today."),
        url=reverse("delivery:dispatch"),
    )


@figure(duty="S-CM-1")
def cost_per_order(by: DeskActor, at: datetime) -> Figure | None:
    """Return what an order of today's runs is estimated to cost, against the goal."""
    day = queries.day_progress(by, at=at)
    each = rules.per_order_fen(day.cost_fen, day.total)
    if each is None:
        return None
    return Figure(
        title=_("Estimated cost per order"),
        value=yuan(each),
        tone=rules.cost_tone(each),
        note=gettext("goal %(goal)s") % {"goal": yuan(rules.COST_GOAL_FEN)},
        definition=_(
            "Way and work of these runs, estimated from addresses, for each of their stops."
        ),
        url=reverse("delivery:dispatch"),
    )
