"""The URLs of the traffic."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.books.traffic.pages import qr

urlpatterns = [
    path("desk/links/", include(([path("<int:pk>/qr.svg", qr, name="qr")], "traffic"))),
]
