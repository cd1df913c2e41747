"""The URLs of the goods."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.books.catalogue.pages import goods, template_csv, template_xlsx

urlpatterns = [
    path(
        "desk/goods/",
        include(
            (
                [
                    path("", goods, name="goods"),
                    path("template.csv", template_csv, name="template_csv"),
                    path("template.xlsx", template_xlsx, name="template_xlsx"),
                ],
                "catalogue",
            )
        ),
    ),
]
