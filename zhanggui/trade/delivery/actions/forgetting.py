"""Forgetting what was noted at the doors of a customer who had himself erased."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.customers.personal import Subject
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.trade.delivery import queries
from zhanggui.trade.orders.actions.placing import CUSTOMER


@action(
    duty=CUSTOMER,
    title=_("Forget what was noted at doors"),
    said=_("forgot what was noted at doors: %(count)s"),
    private=["subject"],
)
def forget_stops(area: None, *, subject: Subject, by: Actor, at: datetime) -> int:
    """Empty the notes of the stops of a phone's orders; return how many stops."""
    count = queries.stops_of_phone(subject.phone_key).update(note="")
    remember(count=count)
    return count
