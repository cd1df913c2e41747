"""The pages of a product, a SKU, a category, and a sheet of goods that was read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.duties import badge_of
from zhanggui.books.catalogue.models import Attribute, Category, Intake, Product, Sku
from zhanggui.books.catalogue.rules.rows import fault_said
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment


def size_of(sku: Sku) -> str:
    """Return the three sides of a SKU in millimetres, "" where nobody measured it."""
    if sku.length_mm is None:
        return ""
    return gettext("%(length)s × %(width)s × %(height)s mm") % {
        "length": sku.length_mm,
        "width": sku.width_mm,
        "height": sku.height_mm,
    }


def weight_of(grams: int) -> str:
    """Return a weight as people say it: 500 g, 1.2 kg."""
    if grams < 1000:
        return gettext("%(grams)s g") % {"grams": grams}
    return gettext("%(kilos)s kg") % {"kilos": f"{grams / 1000:.2f}".rstrip("0").rstrip(".")}


def _said(*lines: tuple[Any, str]) -> list[Line]:
    return [Line(label, value) for label, value in lines if value]


def _shelf_life(product: Product) -> str:
    if product.shelf_life_days is None:
        return ""
    days = product.shelf_life_days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def product_face(product: Product, by: DeskActor) -> Face:
    """Return what a product's page shows."""
    path = queries.category_path(product.category_id)
    named = " › ".join(category.name for category in path)
    shelf = [Line(_("Category"), named, url=url_of(path[-1]))] if path else []
    missing = queries.missing_attributes(product) if product.state in queries.FINISHED else []
    lines = shelf + _said(
        (_("Still lacks"), gettext(", ").join(missing)),
        (_("Brand"), product.brand.name if product.brand else ""),
        (_("Counted in"), product.unit),
        (_("Origin"), product.origin),
        (_("Shelf life"), _shelf_life(product)),
        (_("Payment"), gettext("only paid ahead") if product.paid_ahead else ""),
        (_("Reason"), product.reason),
        (_("Title for search engines"), product.seo_title),
        (_("Description for search engines"), product.seo_text),
    )
    skus = [
        {
            "url": url_of(sku),
            "variant": sku.variant,
            "code": sku.code,
            "barcode": sku.barcode,
            "weight": weight_of(sku.weight_g),
            "size": size_of(sku),
        }
        for sku in queries.skus_of(product)
    ]
    return Face(
        title=product.name,
        subtitle=product.code,
        state=badge_of(product),
        lines=lines,
        template="catalogue/product.html",
        context={
            "story": product.story,
            "skus": skus,
            "pictures": queries.pictures_of(product),
            "name": product.name,
            "properties": properties_of(product),
        },
    )


def properties_of(product: Product) -> list[tuple[str, str]]:
    """Return what is said of a product under its category's attributes; "" where nothing is."""
    held = queries.values_of(product)
    return [
        (one.name, held[one.pk].said if one.pk in held else "")
        for one in queries.attributes_of(product.category)
    ]


def sku_face(sku: Sku, by: DeskActor) -> Face:
    """Return what a SKU's page shows."""
    return Face(
        title=str(sku),
        subtitle=sku.code,
        state=badge_of(sku.product),
        lines=[
            Line(_("Product"), sku.product.name, url=url_of(sku.product)),
            *_said(
                (_("Variant"), sku.variant),
                (_("Barcode"), sku.barcode or ""),
                (_("Weight"), weight_of(sku.weight_g)),
                (_("Size"), size_of(sku)),
            ),
        ],
    )


def category_face(category: Category, by: DeskActor) -> Face:
    """Return what a category's page shows."""
    products = queries.products_on(queries.products_seen(by), category.code).count()
    said = ngettext("%(count)d product", "%(count)d products", products) % {"count": products}
    above = category.parent
    return Face(
        title=category.name,
        subtitle=category.code,
        state=Badge("rest", said),
        lines=[
            *([Line(_("Stands below"), above.name, url=url_of(above))] if above else []),
            *_said(
                (_("Chinese name"), category.name_zh),
                (_("English name"), category.name_en),
                (_("Title for search engines"), category.seo_title),
                (_("Description for search engines"), category.seo_text),
            ),
            Line(_("Goods"), said, url=f"{reverse('catalogue:goods')}?category={category.code}"),
        ],
        template="catalogue/category.html",
        context={"attributes": [_asked(one, category) for one in queries.attributes_of(category)]},
    )


def _asked(attribute: Attribute, category: Category) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "url": url_of(attribute),
        "kind": attribute.get_kind_display(),
        "choices": gettext(", ").join(attribute.choice(c["code"]) for c in attribute.choices),
        "required": attribute.required,
        "facet": attribute.facet,
        "inherited": attribute.category_id != category.pk,
    }


def attribute_face(attribute: Attribute, by: DeskActor) -> Face:
    """Return what an attribute's page shows."""
    category = attribute.category
    marks = [
        *([gettext("required for sale")] if attribute.required else []),
        *([gettext("customers narrow by it")] if attribute.facet else []),
    ]
    return Face(
        title=attribute.name,
        subtitle=attribute.code,
        state=Badge("rest", _("Retired")) if attribute.retired_at else Badge("done", _("In use")),
        lines=[
            Line(_("Category"), category.name, url=url_of(category)),
            *_said(
                (_("Chinese name"), attribute.name_zh),
                (_("English name"), attribute.name_en),
                (_("Kind"), str(attribute.get_kind_display())),
                (_("Unit"), attribute.unit),
                (
                    _("Choices"),
                    gettext(", ").join(attribute.choice(c["code"]) for c in attribute.choices),
                ),
                (_("For what"), gettext(", ").join(marks)),
            ),
        ],
    )


def _outcome(sheet: Intake) -> list[dict[str, Any]]:
    counts = sheet.outcome or {}
    titles = [
        ("new_products", _("products new"), "done"),
        ("changed_products", _("products changed"), "go"),
        ("new_skus", _("SKUs new"), "done"),
        ("changed_skus", _("SKUs changed"), "go"),
        ("described", _("products described by attributes"), "go"),
        ("same", _("rows that change nothing"), "rest"),
    ]
    rows = [
        {"title": title, "number": counts.get(key, 0), "tone": tone} for key, title, tone in titles
    ]
    return [*rows, {"title": _("rows left out"), "number": sheet.bad, "tone": "stop"}]


def sheet_face(sheet: Intake, by: DeskActor) -> Face:
    """Return what the page of a sheet shows: what it would do or did, and each bad row."""
    taken = sheet.taken_at is not None
    faults = [fault_said(fault) for fault in sheet.faults]
    ignored = (sheet.outcome or {}).get("ignored", [])
    return Face(
        title=sheet.name,
        state=Badge("done", _("Taken in")) if taken else Badge("wait", _("Nothing changed yet")),
        lines=[
            Line(_("Rows with goods"), str(sheet.rows)),
            Line(_("Read at"), moment(sheet.read_at)),
            *_said(
                (_("Uploaded by"), sheet.read_by.name if sheet.read_by else ""),
                (_("Taken in"), moment(sheet.taken_at) if sheet.taken_at else ""),
                (_("Columns not used"), gettext(", ").join(ignored)),
            ),
        ],
        template="catalogue/sheet.html",
        context={
            "taken": taken,
            "outcome": [row for row in _outcome(sheet) if row["number"]],
            "more": max(0, sheet.bad - len({row for row, _column, _said in faults})),
            "faults": [{"row": r, "column": c, "sentence": s} for r, c, s in faults],
        },
    )


SEEN = "goods belong to the whole company: whoever has a post in it"
declare_dossier(
    Dossier(Product, queries.product_of, product_face, duties=(queries.LOOKING,), scope=SEEN)
)
declare_dossier(Dossier(Sku, queries.sku_of, sku_face, duties=(queries.LOOKING,), scope=SEEN))
declare_dossier(
    Dossier(Category, queries.category_of, category_face, duties=(queries.LOOKING,), scope=SEEN)
)
declare_dossier(
    Dossier(Attribute, queries.attribute_of, attribute_face, duties=(queries.LOOKING,), scope=SEEN)
)
declare_dossier(
    Dossier(
        Intake,
        queries.sheet_of,
        sheet_face,
        duties=(queries.PREPARING,),
        scope="whoever prepares goods for sale",
    )
)
