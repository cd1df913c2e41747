"""Every door of the shop, and the shop's door on the first page."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from zhanggui.faces.shop.pages import (
    account,
    addresses,
    asking,
    browse,
    cart,
    checkout,
    district,
    edge,
    looks,
    reading,
    search,
    signing,
    site,
    tracking,
    visits,
)
from zhanggui.ground.desk.pages.context import open_door

shop = [
    path("", reading.home, name="home"),
    path("goods/", browse.every, name="goods"),
    path("c/<slug:code>/", browse.category, name="category"),
    path("p/<slug:code>/", browse.product, name="product"),
    path("a/", reading.articles, name="articles"),
    path("a/<slug:slug>/", reading.article, name="article"),
    path("help/", reading.help_index, name="help"),
    path("help/<slug:slug>/", reading.help_page, name="help_page"),
    path("preview/<int:pk>/", reading.preview, name="preview"),
    path("search/", search.search, name="search"),
    path("search/offers/", search.suggest, name="suggest"),
    path("district/", district.district, name="district"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="add"),
    path("cart/change/", cart.change, name="change"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("order/<slug:token>/", tracking.order, name="order"),
    path("order/<slug:token>/cancel/", tracking.cancel, name="cancel"),
    path("order/<slug:token>/change/", tracking.change, name="change_order"),
    path("order/<slug:token>/rate/", tracking.rate, name="rate"),
    path("order/<slug:token>/again/", tracking.reorder, name="reorder"),
    path("orders/", tracking.own_orders, name="orders"),
    path("account/", account.overview, name="account"),
    path("account/sign-in/", signing.sign_in, name="sign_in"),
    path("account/sign-out/", signing.leave, name="sign_out"),
    path("account/addresses/", addresses.addresses, name="addresses"),
    path("account/addresses/new/", addresses.new, name="new_address"),
    path("account/addresses/<int:pk>/", addresses.edit, name="address"),
    path("account/requests/", asking.requests, name="requests"),
    path("account/reminders/", asking.reminders, name="reminders"),
    path("account/security/", account.security, name="security"),
    path("account/data/", account.data, name="data"),
    path("ask/", asking.ask, name="ask"),
    path("remind/", asking.remind, name="remind"),
    path("seen/", visits.seen, name="seen"),
    path("style-<slug:digest>.css", looks.stylesheet, name="style"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
]

urlpatterns = [
    path("shop/", include((shop, "shop"), namespace="shop")),
    path("l/<slug:code>", visits.link, name="link"),
    path("robots.txt", site.robots, name="robots"),
]

edge.wear()
open_door(
    "shop:home",
    _("The shop"),
    _("What customers see: look around, order with cash on delivery, follow the parcel."),
    "shopping-cart",
)
