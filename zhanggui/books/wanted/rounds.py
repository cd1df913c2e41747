"""What the clock starts here: who waited for goods is told that they are there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.wanted import queries
from zhanggui.books.wanted.actions import end_reminder, tell_back
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.timetable import on_timetable


@on_timetable(every_s=300, title=_("Tell customers that goods are in stock again"))
def tell_back_in_stock(at: datetime) -> int:
    """Tell who waited longest, and no more people than there are pieces; return how many."""
    due = queries.reminders_to_tell(at=at)
    for reminder in due:
        tell_back(reminder, by=CLOCKWORK, at=at)
    return len(due)


@on_timetable(daily_at="02:50", title=_("End reminders nobody waits for any more"))
def end_old_reminders(at: datetime) -> int:
    """End the reminders of half a year ago; return how many."""
    old = list(queries.reminders_grown_old(at=at))
    for reminder in old:
        end_reminder(reminder, by=CLOCKWORK, at=at)
    return len(old)
