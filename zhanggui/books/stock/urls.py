"""The URLs of the stock."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.books.stock.pages import availability

urlpatterns = [
    path("desk/stock/", include(([path("", availability, name="availability")], "stock"))),
]
