"""The figures of the money on Today: what is outside, and what one carries oneself."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.figures import Figure, figure
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.kernel.fen import format_fen
from zhanggui.trade.cash import queries, rules

# Shown once to whoever looks at money, through the first of these duties he holds.
LOOKING = (queries.DIFFERENCES, queries.COUNTING, *queries.WATCHING)


def _looks_through(by: DeskActor) -> str:
    return next((duty for duty in LOOKING if by.scope(duty)), "")


def _register_outside(duty: str) -> None:
    @figure(duty=duty)
    def outside(by: DeskActor, at: datetime) -> Figure | None:
        return _outside(by) if _looks_through(by) == duty else None


def _outside(by: DeskActor) -> Figure:
    board = queries.cash_outside(by)
    people = len(board.holders)
    said = ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
    since = _("oldest since %(when)s") % {"when": moment(board.since_at)} if board.since_at else ""
    known = board.outside_fen is not None
    return Figure(
        title=_("Cash outside"),
        value=format_fen(board.outside_fen or 0) if known else str(people),
        unit=_("yuan") if known else _("holders"),
        definition=_(
            "Cash of the company that is not in the safe yet: what couriers carry, change they "
            "were given included, and what they have handed in and nobody has counted. Whoever "
            "counts sees the number of holders instead."
        ),
        tone="stop" if board.overdue else ("go" if people else "done"),
        note=" · ".join(filter(None, [said, since])),
        url=reverse("cash:board"),
    )


for _duty in LOOKING:
    _register_outside(_duty)


@figure(duty=queries.HAND_IN)
def my_cash(by: DeskActor, at: datetime) -> Figure | None:
    """Count what a courier carries; none for somebody who never took money."""
    if queries.purse_of(by.person_id) is None:
        return None
    money = queries.carried(by.person_id)
    since = _("since %(when)s") % {"when": moment(money.since_at)} if money.since_at else ""
    tone = rules.age_tone(money.since_at, at=at)
    return Figure(
        title=_("My cash"),
        value=format_fen(money.fen),
        unit=_("yuan"),
        definition=_("What you carry by the books: your change and what customers gave you."),
        tone="done" if tone == "rest" else tone,
        percent=min(100, round(100 * money.fen / rules.CASH_LIMIT_FEN)),
        note=since,
        url=reverse("cash:mine"),
    )
