"""The catalogue's round: the index of the search says what the goods say."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.actions.index import rebuild_index
from zhanggui.books.catalogue.audits import audit_index
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.timetable import on_timetable


@on_timetable(every_s=24 * 3600, title=_("Look after the index of the search"))
def keep_index(at: datetime) -> int:
    """Bring the index up to date where it says other than the goods; return how many products.

    Each deed writes its own entries: only a new way of reading words leaves anything to do here.
    """
    if next(iter(audit_index()), None) is None:
        return 0
    return rebuild_index(None, by=CLOCKWORK, at=at)
