"""The URLs of the site's statistics."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.steering.site.pages import export, rows, statistics

patterns = [
    path("", statistics.statistics, name="statistics"),
    path("rows/", rows.rows, name="rows"),
    path("export/", export.export, name="export"),
]
urlpatterns = [path("desk/site/", include((patterns, "site")))]
