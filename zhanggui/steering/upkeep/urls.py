"""The URLs of the change requests."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.steering.upkeep.pages import releases

urlpatterns = [
    path("desk/releases/", include(([path("", releases, name="releases")], "upkeep"))),
]
