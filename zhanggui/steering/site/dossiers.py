"""What a tracked link brought, down to the paid order: our panel on the link's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from zhanggui.books.traffic.models import Link
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import panel
from zhanggui.steering.site import queries
from zhanggui.steering.site.rules import percent


@panel(on="traffic.Link", title=_("What it brought"))
def brought(link: Link, by: DeskActor) -> str | None:
    """Show how often a link was opened, and the visits, orders and money that came of it."""
    found = queries.brought_by_link(by, link)
    return render_to_string(
        "site/link_panel.html",
        {
            "found": found,
            "cohort": found.cohort,
            "conversion": percent(found.cohort.placed, found.visitors),
            "matured": percent(found.cohort.matured, found.cohort.placed),
        },
    )
