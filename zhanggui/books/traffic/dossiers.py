"""The page of a tracked link: its short address, its QR code, and where it is shown."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.traffic import queries
from zhanggui.books.traffic.duties import badge_of, shown_at
from zhanggui.books.traffic.models import Link
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.ground.desk.templatetags.desk import moment


def face_of(link: Link, by: DeskActor) -> Face:
    """Return what a link's page shows."""
    lines = [
        Line(_("Leads to"), link.target, url=link.target),
        Line(_("Shown at"), shown_at(link)),
        Line(_("Area"), link.area.name),
        Line(_("Made"), moment(link.made_at, by.at)),
    ]
    if link.ended_at is not None:
        lines.append(Line(pgettext_lazy("of a link", "Ended"), moment(link.ended_at, by.at)))
    return Face(
        title=link.name,
        subtitle=link.path,
        state=badge_of(link),
        lines=lines,
        template="traffic/link.html",
        context={
            "path": link.path,
            "svg_url": reverse("traffic:qr", args=[link.pk]),
        },
    )


declare_dossier(
    Dossier(
        model=Link,
        find=queries.link_of,
        face=face_of,
        duties=(queries.LINKS,),
        scope="the areas in which the duty is held",
    )
)


@finder(_("Tracked links"))
def find_links(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find links of one's areas by name or code."""
    rows = queries.links_with(queries.links_seen(by), text)[:limit]
    return [Hit(link.name, url_of(link), note=link.path, badge=badge_of(link)) for link in rows]
