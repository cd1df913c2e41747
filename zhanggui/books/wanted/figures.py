"""The figure of this room on Today: how many people wait for goods that are out of stock."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.books.stock.pages import ANYWHERE
from zhanggui.books.wanted import queries
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.figures import Figure, figure


@figure(duty=queries.KEEPING)
def people_waiting_for_stock(by: DeskActor, at: datetime) -> Figure | None:
    """Count who wants to be told when goods are there again; stays away where nobody does."""
    people, skus = queries.waited_for(by)
    if not people:
        return None
    return Figure(
        title=_("People waiting for goods"),
        value=str(people),
        definition=_(
            "Customers who asked to be told when a SKU is in stock again and have not been told "
            "yet, of the whole company; each SKU counts for itself."
        ),
        tone="wait",
        note=ngettext("for %(count)s SKU", "for %(count)s SKUs", skus) % {"count": skus},
        url=f"{reverse('stock:availability')}?gone={ANYWHERE}",
    )
