"""The clock of the pages: what is planned goes live at its moment."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.content.actions import publish_as_planned
from zhanggui.books.content.queries.pages import pages_due
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.timetable import on_timetable


@on_timetable(every_s=60, title=_("Publish what is planned"))
def publish_planned(at: datetime) -> int:
    """Publish each page whose planned moment has come; return how many. Twice does nothing more."""
    due = pages_due(at=at)
    for page in due:
        publish_as_planned(page, by=CLOCKWORK, at=at)
    return len(due)
