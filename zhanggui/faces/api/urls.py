"""The URLs of the JSON doors: those of the description, and an answer for all others."""

from __future__ import annotations

from django.urls import URLPattern, include, path, re_path

from zhanggui.faces.api.pages import api, door, nothing

EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")

METHODS = {"orders": ("POST",)}
"""How each door is asked, by the name of its URL; the others are only read."""


def _doors() -> list[URLPattern]:
    """Return the library's URLs, each behind a door of ours."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        methods = METHODS.get(pattern.name or "", ("GET",))
        pattern.callback = door(pattern.callback, methods=methods)
    return patterns


urlpatterns = [
    path("api/", include((_doors(), "api"), namespace="api")),
    re_path(r"^api(?:/[\s\S]*)?\Z", door(nothing, methods=EVERY_METHOD), name="api-nothing"),
]
