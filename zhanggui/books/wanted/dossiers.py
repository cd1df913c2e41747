"""The pages of a request and of wanted goods; and beside stock, how many people wait for it."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product
from zhanggui.books.catalogue.queries import skus_of
from zhanggui.books.stock.models import Level
from zhanggui.books.wanted import queries
from zhanggui.books.wanted.actions import reveal_asker
from zhanggui.books.wanted.duties import people_said, request_badge, wanted_badge
from zhanggui.books.wanted.models import GoodsRequest, WantedGoods
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import Dossier, Face, Line, declare_dossier, panel, url_of
from zhanggui.ground.desk.templatetags.desk import masked, moment


def _answer(record: GoodsRequest | WantedGoods) -> list[Line]:
    lines = []
    if record.product is not None:
        lines.append(Line(_("Offered"), record.product.name, url=url_of(record.product)))
    if record.answer:
        lines.append(Line(_("Customers were told"), record.answer))
    if record.answered_at is not None:
        lines.append(Line(_("Told"), moment(record.answered_at)))
    return lines


def request_face(request: GoodsRequest, by: DeskActor) -> Face:
    """Return what the page of a request shows; the phone is masked until a look is on record."""
    passes_on = request.area_id in by.scope(queries.REQUESTS)
    phone = Line(
        _("Phone"),
        masked(request.phone_key) or _("erased"),
        hidden=request.phone if passes_on else "",
        reveal=reveal_asker.verb if passes_on else "",
    )
    lines = [phone, Line(_("Area"), str(request.area)), Line(_("Asked"), moment(request.asked_at))]
    if request.details:
        lines.append(Line(_("Said beside it"), request.details))
    if request.goods is not None and by.scope(queries.GOODS):
        lines.append(Line(_("Passed on as"), request.goods.word, url=url_of(request.goods)))
    elif request.goods is not None:
        lines.append(Line(_("Passed on as"), request.goods.word))
    return Face(
        title=request.what,
        subtitle=gettext("asked for %(when)s") % {"when": moment(request.asked_at)},
        state=request_badge(request),
        lines=[*lines, *_answer(request)],
    )


def goods_face(goods: WantedGoods, by: DeskActor) -> Face:
    """Return what the page of wanted goods shows: who asked, where, and what was said beside it."""
    everybody, waiting = queries.people_of(goods)
    return Face(
        title=goods.word,
        subtitle=people_said(everybody),
        state=wanted_badge(goods),
        lines=[
            Line(_("Waiting for an answer"), people_said(waiting)),
            Line(_("Wanted since"), moment(goods.wanted_since_at)),
            *_answer(goods),
        ],
        template="wanted/goods.html",
        context={"requests": [_asked(one) for one in queries.requests_for(goods)]},
    )


def _asked(request: GoodsRequest) -> dict[str, Any]:
    return {
        "url": url_of(request),
        "what": request.what,
        "details": request.details,
        "area": str(request.area),
        "asked_at": request.asked_at,
        "badge": request_badge(request),
    }


# --- how many people wait, beside the stock ------------------------------------------------------


@panel(on="stock.Level", title=_("People waiting for it"))
def waiting_for_level(level: Level, by: DeskActor) -> str | None:
    """Show how many people want to be told when a SKU is there again, from this depot or any."""
    count = queries.people_waiting([level.sku_id], depot=level.location_id).get(level.sku_id, 0)
    context = {
        "rows": [{"name": "", "people": people_said(count), "count": count}] if count else [],
        "since": queries.first_asked(level.sku_id) if count else None,
        "told": queries.reminded_lately(level.sku_id, at=by.at),
    }
    return render_to_string("wanted/waiting.html", context)


@panel(on="catalogue.Product", title=_("People waiting for it"))
def waiting_for_product(product: Product, by: DeskActor) -> str | None:
    """Show how many people wait for each SKU of a product."""
    skus = skus_of(product)
    counts = queries.people_waiting(skus)
    rows = [
        {"name": sku.variant, "people": people_said(counts[sku.pk]), "count": counts[sku.pk]}
        for sku in skus
        if counts.get(sku.pk)
    ]
    return render_to_string("wanted/waiting.html", {"rows": rows})


declare_dossier(
    Dossier(
        GoodsRequest,
        queries.request_of,
        request_face,
        duties=(queries.REQUESTS, queries.GOODS),
        scope="customer service in its areas; the product manager what was passed on to him",
    )
)
declare_dossier(
    Dossier(
        WantedGoods,
        queries.goods_of,
        goods_face,
        duties=(queries.GOODS,),
        scope="whoever decides about wanted goods: goods belong to the whole company",
    )
)
