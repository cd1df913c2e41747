"""The URLs of the money."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.trade.cash.pages import board, mine

patterns = [
    path("", board, name="board"),
    path("mine/", mine, name="mine"),
]
urlpatterns = [path("desk/cash/", include((patterns, "cash")))]
