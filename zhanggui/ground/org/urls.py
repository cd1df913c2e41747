"""The URLs of the organisation: the pages open to everyone, a change's editor, one's own access."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zhanggui.ground.org import account_urls
from zhanggui.ground.org.pages.chart import organisation
from zhanggui.ground.org.pages.coverage import coverage
from zhanggui.ground.org.pages.handbook import handbook, handbook_post
from zhanggui.ground.org.pages.history import history
from zhanggui.ground.org.pages.load import load
from zhanggui.ground.org.pages.people import people
from zhanggui.ground.org.pages.reorganise import gaps, line, line_remove

_pages: list[URLPattern] = [
    path("organisation/", organisation, name="organisation"),
    path("coverage/", coverage, name="coverage"),
    path("handbook/", handbook, name="handbook"),
    path("handbook/<slug:code>/", handbook_post, name="handbook_post"),
    path("people/", people, name="people"),
    path("load/", load, name="load"),
    path("history/", history, name="history"),
    path("org/changeset/<int:pk>/line/<slug:kind>/", line, name="line"),
    path("org/changeset/<int:pk>/line/<int:number>/remove/", line_remove, name="line_remove"),
    path("org/changeset/<int:pk>/gaps/", gaps, name="gaps"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", include((_pages, "org"), namespace="org")),
    *account_urls.urlpatterns,
]
