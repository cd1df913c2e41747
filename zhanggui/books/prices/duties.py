"""The duties of this room: setting prices, and putting goods on sale."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.duties import badge_of
from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.prices import actions, forms, queries
from zhanggui.ground.desk.duty import Act, Badge, Cell, Column, Duty, Filter, declare
from zhanggui.ground.desk.templatetags.desk import yuan


def span_of(product: Product) -> str:
    """Return the prices of a product's SKUs from lowest to highest, "" where there is none."""
    low, high = getattr(product, "low_fen", None), getattr(product, "high_fen", None)
    return yuan(low) if low == high else f"{yuan(low)} – {yuan(high)}"


def _priced(product: Product) -> Cell:
    skus, priced = getattr(product, "skus_n", 0), getattr(product, "priced_n", 0)
    lines = [span_of(product)] if priced else []
    if skus and priced == skus:
        return Cell(lines, [], numeric=True)
    said = gettext("%(priced)d of %(skus)d priced") % {"priced": priced, "skus": skus}
    return Cell(lines, [Badge("wait", said)], numeric=True)


def _shelf(product: Product) -> str:
    return product.category.name if product.category else "—"


declare(
    Duty[Sku](
        code=queries.BOOK,
        title=_("Setting prices"),
        charter=("S-PD-1",),
        queue=queries.skus_to_price,
        since="waits_since",
        icon="coin",
        columns=(
            Column(
                _("SKU"),
                lambda s: Cell([s.product.name, f"{s.variant} · {s.code}"], strong=True),
                sort="code",
            ),
            Column(
                _("Category"),
                lambda s: Cell([_shelf(s.product)]),
                sort="product__category__position",
            ),
            Column(_("State"), lambda s: Cell(badges=[badge_of(s.product)])),
        ),
        search=queries.skus_sought,
        acts=(
            Act(
                actions.set_prices,
                on=Product,
                form=forms.SetPricesForm,
                letter="y",
                text=_("Only what you change is entered; everything else goes on as it is."),
            ),
            Act(actions.set_price, on=Sku, form=forms.SetPriceForm, letter="p", tone="main"),
            Act(actions.set_cost, on=Sku, form=forms.SetCostForm, letter="v"),
            Act(
                actions.withdraw_price,
                on=Sku,
                form=forms.WithdrawPriceForm,
                letter="w",
                tone="stop",
            ),
        ),
        empty=_("SKUs of goods ready or on sale appear here while they have no price."),
        model=Sku,
    )
)

declare(
    Duty[Product](
        code=queries.LISTING,
        title=_("Putting on sale"),
        charter=("C-LI-1",),
        queue=queries.products_to_list,
        since="state_at",
        icon="building-store",
        columns=(
            Column(_("Product"), lambda p: Cell([p.name, p.code], strong=True), sort="code"),
            Column(_("Category"), lambda p: Cell([_shelf(p)]), sort="category__position"),
            Column(_("Price"), _priced, sort="low_fen", numeric=True),
        ),
        filters=(
            Filter(
                "category",
                _("Category"),
                lambda _by: [(s.category.code, s.label) for s in catalogue.shelves()],
                catalogue.products_on,
            ),
            Filter(
                "priced",
                _("Prices"),
                lambda _by: [("yes", _("all there")), ("no", _("still missing"))],
                queries.complete,
            ),
        ),
        search=catalogue.sought,
        acts=(
            Act(
                actions.list_product,
                on=Product,
                letter="l",
                tone="main",
                bulk=True,
                done=_("It is on sale."),
            ),
            Act(actions.delist_product, on=Product, form=forms.DelistForm, letter="d", tone="stop"),
            Act(actions.turn_back_product, on=Product, form=forms.TurnBackForm, letter="t"),
        ),
        empty=_("Goods appear here once they are ready, until you put them on sale."),
        model=Product,
    )
)
