"""The URLs of the orders at the desk."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.trade.orders import pages

_desk = [
    path("orders/", pages.orders_page, name="list"),
    path("promises/", pages.promises_page, name="promises"),
]

urlpatterns = [path("desk/", include((_desk, "orders")))]
