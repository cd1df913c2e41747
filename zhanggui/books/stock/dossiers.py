"""The pages of a depot, a level and an arrival, and the stock on the page of a product."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product
from zhanggui.books.stock import queries, rules
from zhanggui.books.stock.duties import availability_badge, badge_of, pieces
from zhanggui.books.stock.models import Arrival, Level, Location, Movement
from zhanggui.books.stock.rules import PROMISES, ArrivalState, MovementKind
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, panel, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment

ARRIVAL_TONES = {
    ArrivalState.EXPECTED: "go",
    ArrivalState.ARRIVED: "done",
    ArrivalState.CANCELLED: "rest",
}


def _shown(level: Level, row: Movement) -> dict[str, Any]:
    """Return a movement as the page of a level tells it: what it did to that level."""
    kind = MovementKind(row.kind)
    away = row.source_id == level.location_id
    if row.source_id == row.target_id:
        change, tone = f"{PROMISES[kind] * row.quantity:+d}", "rest"
    else:
        change = f"−{row.quantity}" if away else f"+{row.quantity}"
        tone = "stop" if kind in {MovementKind.DAMAGED, MovementKind.LOST} else "done"
    return {
        "kind": kind.label,
        "promise": row.source_id == row.target_id,
        "away": away,
        "change": change.replace("-", "−"),
        "tone": tone,
        "other": "" if row.source_id == row.target_id else (row.target if away else row.source),
        "note": row.reference or row.reason,
        "at": row.at,
    }


def level_face(level: Level, by: DeskActor) -> Face:
    """Return what the page of a level shows."""
    rows = list(queries.movements_of(level)[: queries.MOVEMENTS_SHOWN])
    return Face(
        title=str(level.sku),
        subtitle=f"{level.location.name} · {level.sku.code}",
        state=badge_of(level),
        lines=[
            Line(_("Goods"), level.sku.product.name, url=url_of(level.sku.product)),
            Line(_("Depot"), level.location.name, url=url_of(level.location)),
        ],
        template="stock/level.html",
        context={
            "level": level,
            "sellable": max(rules.sellable(level), 0),
            "arrivals": [_announced(arrival, by) for arrival in queries.arrivals_of(level)],
            "movements": [_shown(level, row) for row in rows],
        },
    )


def _announced(arrival: Arrival, by: DeskActor) -> dict[str, Any]:
    return {
        "url": url_of(arrival),
        "pieces": pieces(arrival.quantity),
        "due_at": arrival.due_at,
        "note": arrival.note,
        "late": arrival.due_at < by.at,
    }


def depot_face(depot: Location, by: DeskActor) -> Face:
    """Return what the page of a depot shows."""
    figures = queries.depot_figures(depot)
    count = figures.skus
    said = ngettext("%(count)s SKU", "%(count)s SKUs", count) % {"count": count}
    return Face(
        title=depot.name,
        subtitle=depot.code,
        state=Badge("done" if count else "rest", said),
        lines=[
            Line(_("Area"), str(depot.area) if depot.area else ""),
            Line(_("Pieces on hand"), f"{figures.on_hand:,}"),
            Line(_("of them promised"), f"{figures.reserved:,}"),
            Line(_("Packed and not loaded"), f"{figures.packed:,}"),
            Line(_("SKUs with none to sell"), str(figures.short)),
            Line(_("Arrivals expected"), str(figures.expected)),
            Line(_("Opened"), moment(depot.opened_at)),
        ],
        template="stock/depot.html",
        context={"code": depot.code},
    )


def arrival_face(arrival: Arrival, by: DeskActor) -> Face:
    """Return what the page of an arrival shows."""
    state = ArrivalState(arrival.state)
    late = state == ArrivalState.EXPECTED and arrival.due_at < by.at
    badge = Badge(ARRIVAL_TONES[state], state.label)
    lines = [
        Line(_("Stock level"), str(arrival.level), url=url_of(arrival.level)),
        Line(_("Pieces"), str(arrival.quantity)),
        Line(_("Here by"), moment(arrival.due_at)),
        Line(_("Announced"), moment(arrival.announced_at)),
    ]
    if arrival.note:
        lines.append(Line(_("Supplier"), arrival.note))
    if arrival.ended_at:
        lines.append(Line(_("Ended"), moment(arrival.ended_at)))
    return Face(
        title=str(arrival.level.sku),
        subtitle=arrival.level.location.name,
        state=Badge("stop", gettext("overdue")) if late else badge,
        lines=lines,
    )


def rows_of(found: queries.Availability, places: list[Location], by: DeskActor) -> dict[str, Any]:
    """Return a SKU's figures as the tables of stock show them, a cell for each depot."""
    mine = by.scope(queries.KEEPING)
    cells = []
    for place in places:
        level = found.levels.get(place.pk)
        kept = level is not None and place.area_id in mine
        cells.append(
            {
                "sellable": max(rules.sellable(level), 0) if level else 0,
                "on_hand": level.on_hand if level else 0,
                "reserved": level.reserved if level else 0,
                "there": level is not None,
                "url": url_of(level) if level is not None and kept else "",
                "depot": place.name,
            }
        )
    return {
        "sku": found.sku,
        "badge": availability_badge(found),
        "cells": cells,
        "coming": [
            {"pieces": pieces(c.quantity), "due_at": c.due_at, "late": c.late} for c in found.coming
        ],
    }


@panel(on="catalogue.Product", title=_("Stock"))
def stock_of_product(product: Product, by: DeskActor) -> str | None:
    """Show how many pieces of each SKU may be sold in each depot, and what is coming."""
    places = queries.depots_seen(by)
    found = queries.availability_of(product, at=by.at)
    context = {"depots": places, "rows": [rows_of(one, places, by) for one in found]}
    return render_to_string("stock/panel.html", context)


declare_dossier(
    Dossier(
        Level,
        queries.level_of,
        level_face,
        duties=(queries.KEEPING,),
        scope="whoever keeps the stock of the depot's area",
    )
)
declare_dossier(
    Dossier(
        Location,
        queries.depot_of,
        depot_face,
        duties=(queries.KEEPING,),
        scope="whoever keeps the stock of the depot's area",
    )
)
declare_dossier(
    Dossier(
        Arrival,
        queries.arrival_of,
        arrival_face,
        duties=(queries.KEEPING,),
        scope="whoever keeps the stock of the depot's area",
    )
)
