"""Sources as people read them: what each is called, and what it brought."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.traffic.models import Origin
from zhanggui.books.traffic.queries import LINKS
from zhanggui.books.traffic.rules.sources import SourceKind
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.steering.site.pages.links import url
from zhanggui.steering.site.queries import Brought
from zhanggui.steering.site.rules import Period, percent

ENGINES = {
    "baidu": pgettext_lazy("search engine", "Baidu"),
    "sogou": pgettext_lazy("search engine", "Sogou"),
    "360": pgettext_lazy("search engine", "360 Search"),
    "shenma": pgettext_lazy("search engine", "Shenma"),
    "toutiao": pgettext_lazy("search engine", "Toutiao Search"),
    "bing": pgettext_lazy("search engine", "Bing"),
    "google": pgettext_lazy("search engine", "Google"),
    "yandex": pgettext_lazy("search engine", "Yandex"),
    "duckduckgo": pgettext_lazy("search engine", "DuckDuckGo"),
}


def source_title(origin: Origin | None) -> str:
    """Return what a source is called."""
    if origin is None:
        return _("Not known")
    if origin.link is not None:
        return origin.link.name
    if origin.kind == SourceKind.SEARCH:
        return str(ENGINES.get(origin.name, origin.name))
    return origin.name or str(SourceKind(origin.kind).label)


def source_note(origin: Origin | None) -> str:
    """Return what kind of source it is, and what else is said of it."""
    if origin is None:
        return _("orders that came through no page of ours")
    kind = str(SourceKind(origin.kind).label)
    link = origin.link
    if link is not None:
        return " · ".join(filter(None, [kind, link.source, link.medium, link.campaign]))
    if not origin.name:
        return ""
    return " · ".join(filter(None, [kind, origin.medium, origin.campaign]))


def source_rows(found: list[Brought], period: Period, *, by: DeskActor) -> list[dict[str, Any]]:
    """Return the rows of the table of sources; a link leads to its page for who may open it."""
    mine = by.scope(LINKS)
    whole = sum(brought.visits for brought in found)
    rows = []
    for brought in found:
        origin, cohort = brought.origin, brought.cohort
        link = origin.link if origin else None
        source = origin.pk if origin else "none"
        rows.append(
            {
                "title": source_title(origin),
                "note": source_note(origin),
                "url": url_of(link) if link and link.area_id in mine else "",
                "visits": brought.visits,
                "visits_said": f"{brought.visits:,}",
                "visitors_said": f"{brought.visitors:,}",
                "visitors": brought.visitors,
                "opened": brought.opened,
                "share": percent(brought.visits, whole),
                "percent": round(100 * brought.visits / whole) if whole else 0,
                "placed": cohort.placed,
                "valid": cohort.valid,
                "paid": cohort.paid,
                "fen": cohort.placed_fen,
                "paid_fen": cohort.paid_fen,
                "turnover": yuan(cohort.placed_fen) if cohort.placed else "–",
                "conversion": percent(cohort.placed, brought.visitors),
                "urls": {
                    stage: url("rows", period, of="orders", stage=stage, source=source)
                    for stage in ("placed", "valid", "paid")
                },
            }
        )
    return rows
