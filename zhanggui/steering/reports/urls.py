"""The URLs of the reports."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.steering.reports.pages import company, rows

patterns = [
    path("", company, name="company"),
    path("rows/", rows, name="rows"),
]
urlpatterns = [path("desk/company/", include((patterns, "reports")))]
