"""The doors of this room beside what its declarations open."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.books.style.pages import tried, versions

urlpatterns = [
    path(
        "desk/style/",
        include(
            ([path("", versions, name="versions"), path("try/", tried, name="try")], "style"),
            namespace="style",
        ),
    )
]
