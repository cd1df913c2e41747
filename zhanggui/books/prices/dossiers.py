"""The price book on the pages of products and SKUs."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.prices import queries
from zhanggui.books.prices.models import PriceEntry
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import panel, url_of
from zhanggui.ground.desk.duty import Badge

HISTORY = 20
"""Prices shown of one SKU: more than a year of changes at two a month."""


def percent(basis_points: int) -> str:
    """Return basis points as a percentage with one decimal: 4850 -> "48.5%"."""
    return gettext("%(number)s%%") % {"number": f"{basis_points / 100:.1f}"}


@panel(on="catalogue.Product", title=_("Prices"))
def product_prices(product: Product, by: DeskActor) -> str | None:
    """Draw what each SKU costs now and next; cost, floor and margin for whoever sets prices."""
    lines = [
        {
            "url": url_of(line.sku),
            "variant": line.sku.variant,
            "price": line.price,
            "next": line.next,
            "cost_fen": line.cost_fen,
            "floor_fen": line.floor_fen,
            "margin": "" if line.margin_bp is None else percent(line.margin_bp),
            "low": bool(line.price and line.floor_fen and line.price.price_fen < line.floor_fen),
        }
        for line in queries.book_of(product, by=by)
    ]
    return render_to_string("prices/product.html", {"lines": lines})


def _badge(entry: PriceEntry, now: PriceEntry | None, by: DeskActor) -> Badge | None:
    if entry.withdrawn_at is not None:
        return Badge("rest", _("withdrawn"))
    if entry.since_at > by.at:
        return Badge("wait", _("to come"))
    return Badge("done", _("in force")) if now and entry.pk == now.pk else None


@panel(on="catalogue.Sku", title=_("Prices"))
def sku_prices(sku: Sku, by: DeskActor) -> str | None:
    """Draw every price of a SKU, and its landed costs for whoever sets prices."""
    now = queries.price_at(sku, at=by.at)
    rows = [
        {"entry": entry, "badge": _badge(entry, now, by)}
        for entry in queries.price_history(sku)[:HISTORY]
    ]
    costs = queries.cost_history(sku, by=by)[:HISTORY]
    return render_to_string("prices/sku.html", {"rows": rows, "costs": costs})
