"""The organisation's round: changes whose time has come take effect."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.timetable import on_timetable
from zhanggui.ground.org.actions.changesets import apply_change_set, return_change_set
from zhanggui.ground.org.models import ChangeSet
from zhanggui.ground.org.queries import change_sets_due


@on_timetable(every_s=60, title=_("Let due changes of the organisation take effect"))
def apply_due_change_sets(at: datetime) -> int:
    """Apply every scheduled change whose time has come, in order; return how many.

    One that no longer fits goes back to draft with the sentence that says why, and its drafter is
    told. Each is applied wholly or not at all.
    """
    return sum(_apply(change_set, at) for change_set in list(change_sets_due(at)))


def _apply(change_set: ChangeSet, at: datetime) -> bool:
    try:
        apply_change_set(change_set, by=CLOCKWORK, at=at)
    except Refusal as why:
        return_change_set(change_set, note=str(why), by=CLOCKWORK, at=at)
        return False
    return True
