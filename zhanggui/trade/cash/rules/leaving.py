"""With what money nobody sets out, and how old it may be."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.fen import format_fen
from zhanggui.ground.kernel.refusal import Refusal

CASH_LIMIT_FEN = 500_000
"""Cash with which a courier may still set out: 5,000 yuan, what a full run of sixty orders brings.

More on one person invites robbery, and costs more than the way to the office when it is lost.
"""


def why_not_leave(*, oldest_at: datetime | None, carried_fen: int, at: datetime) -> Refusal | None:
    """Return why a courier may not set out with what he carries.

    `oldest_at` is when the oldest of the takings he still has was taken.
    """
    if oldest_at is not None and localdate(oldest_at) < localdate(at):
        return Refusal(
            "yesterdays_money",
            _("Money from an earlier day is still with the courier."),
            settles=_("He hands in what he carries, then he can leave."),
            data={"carried_fen": carried_fen},
        )
    if carried_fen > CASH_LIMIT_FEN:
        return Refusal(
            "cash_limit",
            _("The courier carries %(carried)s yuan; with more than %(most)s nobody sets out.")
            % {"carried": format_fen(carried_fen), "most": format_fen(CASH_LIMIT_FEN)},
            settles=_("He hands in what he carries, then he can leave."),
            data={"carried_fen": carried_fen},
        )
    return None


def age_tone(since_at: datetime | None, *, at: datetime) -> str:
    """Return the tone of money that is out since then: of today fine, of yesterday not."""
    if since_at is None:
        return "rest"
    return "stop" if localdate(since_at) < localdate(at) else "go"
