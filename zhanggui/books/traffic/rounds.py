"""The traffic's round: salts do not outlive their term."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.actions.counting import destroy_salts
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.timetable import on_timetable


@on_timetable(every_s=3600, title=_("Destroy the salts of visits"))
def destroy_old_salts(at: datetime) -> int:
    """Destroy the salts whose term is over; return how many."""
    if not queries.days_to_forget(at=at).exists():
        return 0
    return destroy_salts(None, by=CLOCKWORK, at=at)
