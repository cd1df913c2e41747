"""The URLs at which pages of the site are written."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.books.content.pages.editor import edit
from zhanggui.books.content.pages.lists import goods, pages, pictures

urlpatterns = [
    path(
        "desk/content/",
        include(
            (
                [
                    path("", pages, name="pages"),
                    path("page/<int:pk>/edit/", edit, name="edit"),
                    path("pictures/", pictures, name="pictures"),
                    path("goods/", goods, name="goods"),
                ],
                "content",
            )
        ),
    ),
]
