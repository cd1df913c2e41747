"""The URLs of the policies."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.books.people.pages import policies

urlpatterns = [
    path("desk/policies/", include(([path("", policies, name="policies")], "people"))),
]
