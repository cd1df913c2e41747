"""Hanging pictures on products: attached, put first, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue import queries
from zhanggui.books.catalogue.models import Product, ProductPicture
from zhanggui.books.catalogue.rules import goods
from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.media.actions import describe_picture, take_in_picture
from zhanggui.ground.media.rules import SoundPicture


def _why_not_attach(product: Product) -> Refusal | None:
    return goods.why_not_attach(pictures=queries.what_there_is(product)[1])


def _why_not_reorder(product: Product) -> Refusal | None:
    return goods.why_not_reorder(pictures=queries.what_there_is(product)[1])


def _why_not_describe(product: Product) -> Refusal | None:
    return goods.why_not_describe(pictures=queries.what_there_is(product)[1])


def _why_not_take_away(product: Product) -> Refusal | None:
    return goods.why_not_take_away(product, pictures=queries.what_there_is(product)[1])


@action(
    duty="catalogue.products",
    title=_("Attach a picture"),
    said=_("attached a picture: “%(alt_zh)s”"),
    guard=_why_not_attach,
)
def attach_picture(
    product: Product, *, sound: SoundPicture, alt_zh: str, alt_en: str = "", by: Actor, at: datetime
) -> ProductPicture:
    """Take a picture in and hang it on a product, last in its row; the same one only once."""
    picture = take_in_picture(None, sound=sound, alt_zh=alt_zh, alt_en=alt_en, by=by, at=at)
    hung = ProductPicture.objects.filter(product=product)
    if hung.filter(picture=picture).exists():
        raise goods.already_attached()
    last = hung.aggregate(last=Max("position"))["last"]
    return ProductPicture.objects.create(
        product=product, picture=picture, position=0 if last is None else last + 1
    )


@action(
    duty="catalogue.products",
    title=_("Choose the first picture"),
    said=_("put the picture “%(picture)s” first"),
    guard=_why_not_reorder,
)
def put_picture_first(
    product: Product, *, picture: ProductPicture, by: Actor, at: datetime
) -> ProductPicture:
    """Make one of a product's pictures its face."""
    if picture.product_id != product.pk:
        raise goods.not_its_picture()
    first = ProductPicture.objects.filter(product=product).aggregate(first=Min("position"))["first"]
    picture.position = first - 1
    picture.save(update_fields=["position"])
    return picture


@action(
    duty="catalogue.products",
    title=_("Take a picture away"),
    said=_("took away the picture “%(picture)s”"),
    guard=_why_not_take_away,
)
def take_away_picture(
    product: Product, *, picture: ProductPicture, by: Actor, at: datetime
) -> Product:
    """Take a picture off a product; past draft it keeps at least one."""
    if picture.product_id != product.pk:
        raise goods.not_its_picture()
    picture.delete()
    return product


@action(
    duty="catalogue.products",
    title=_("Say what the pictures show"),
    said=_("said anew what its pictures show"),
    guard=_why_not_describe,
)
def describe_pictures(
    product: Product, *, words: Mapping[str, tuple[str, str]], by: Actor, at: datetime
) -> Product:
    """Change the words for a product's pictures, Chinese and English, by the keys they hang under.

    What is not named stays as it is. A picture has its words wherever it is shown.
    """
    hung = {str(one.pk): one.picture for one in queries.pictures_of(product)}
    if words.keys() - hung.keys():
        raise goods.not_its_picture()
    for key, (zh, en) in words.items():
        picture = hung[key]
        if (picture.alt_zh, picture.alt_en) != (zh.strip(), en.strip()):
            describe_picture(picture, alt_zh=zh, alt_en=en, by=by, at=at)
    return product
