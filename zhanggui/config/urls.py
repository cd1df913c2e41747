"""Every door of the house: each room's own urls, the watcher's questions, and sign-in parts."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from zhanggui.config.health import healthz, readyz
from zhanggui.ground.desk.access import Access


def _rooms() -> list[URLPattern | URLResolver]:
    """Return the urls of every room that has any, the upper rooms first: customers ask most."""
    named = [f"{room}.urls" for room in reversed(settings.ROOMS)]
    return [path("", include(import_module(name))) for name in named if find_spec(name)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    *_rooms(),
    path("", include("zhanggui.demo.urls")),
]

handler403 = "zhanggui.ground.desk.edge.forbidden"
handler404 = "zhanggui.ground.desk.edge.not_found"
handler500 = "zhanggui.ground.desk.edge.broken"

FOREIGN: dict[str, Access] = {}
"""The rule of each page that another package brings, by the name of its URL: none so far."""
