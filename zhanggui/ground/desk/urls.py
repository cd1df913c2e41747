"""The desk's URLs: one for every duty's queue, every kind of record, every act, every panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.dossier import DOSSIERS, PANELS
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.pages.act import act_page
from zhanggui.ground.desk.pages.notices import notices, notices_read
from zhanggui.ground.desk.pages.patterns import patterns
from zhanggui.ground.desk.pages.queue import bulk_page, queue_page
from zhanggui.ground.desk.pages.record import panel_page, record_page
from zhanggui.ground.desk.pages.search import search
from zhanggui.ground.desk.pages.today import today

View = Callable[..., HttpResponseBase]


def _route(url: str, name: str, view: View, *, access: dict[str, Any], **bound: Any) -> URLPattern:
    """Return the URL of a view bound to its declaration, guarded by its own access rule."""

    def shown(request: HttpRequest, /, **kwargs: Any) -> HttpResponseBase:
        return view(request, **bound, **kwargs)

    return path(url, page(**access)(shown), name=name)


def _queues() -> list[URLPattern]:
    return [
        _route(
            f"queue/{duty.code}/",
            duty.code,
            queue_page,
            access={
                "duty": duty.code,
                "kind": duty.model._meta.label if duty.model else "",
                "scope": "own" if duty.own else "the areas in which the duty is held",
            },
            duty=duty,
        )
        for duty in DUTIES.values()
        if duty.queue is not None
    ]


def _records() -> list[URLPattern]:
    return [
        _route(
            f"{model._meta.app_label}/{model._meta.model_name}/<int:pk>/",
            model._meta.label_lower,
            record_page,
            access={"duty": d.duties, "kind": model._meta.label, "scope": d.scope},
            dossier=d,
        )
        for model, d in DOSSIERS.items()
    ]


def _panels() -> list[URLPattern]:
    return [
        _route(
            f"{model._meta.app_label}/{model._meta.model_name}/<int:pk>/panel/{panel.name}/",
            f"{model._meta.label_lower}.{panel.name}",
            panel_page,
            access={"duty": d.duties, "kind": model._meta.label, "scope": d.scope},
            dossier=d,
            panel=panel,
        )
        for model, d in DOSSIERS.items()
        for panel in PANELS
        if panel.on == model._meta.label
    ]


def _acts() -> list[URLPattern]:
    routes = []
    for duty in DUTIES.values():
        for act in duty.acts:
            access = {
                "methods": ("GET", "POST"),
                "duty": act.action.duty,
                "kind": act.on._meta.label if act.on else "",
                "scope": "what the action's duty reaches",
            }
            if act.on is None:
                url = f"new/{act.action.room}/{act.action.name}/"
            else:
                meta = act.on._meta
                url = f"{meta.app_label}/{meta.model_name}/<int:pk>/{act.action.name}/"
            routes.append(_route(url, act.action.verb, act_page, access=access, duty=duty, act=act))
    return routes


def _bulks() -> list[URLPattern]:
    return [
        _route(
            f"bulk/{act.action.room}/{act.action.name}/",
            act.action.verb,
            bulk_page,
            access={
                "methods": ("POST",),
                "duty": act.action.duty,
                "kind": act.on._meta.label,
                "scope": "rows of the person's own queue",
            },
            duty=duty,
            act=act,
        )
        for duty in DUTIES.values()
        for act in duty.acts
        if act.bulk and act.on is not None
    ]


def _named(namespace: str, routes: list[URLPattern]) -> URLResolver:
    return path("desk/", include((routes, namespace), namespace=namespace))


urlpatterns: list[URLPattern | URLResolver] = [
    _named(
        "desk",
        [
            path("", today, name="today"),
            path("search/", search, name="search"),
            path("notices/", notices, name="notices"),
            path("notices/read/", notices_read, name="notices_read"),
            path("patterns/", patterns, name="patterns"),
        ],
    ),
    _named("queue", _queues()),
    _named("dossier", _records()),
    _named("panel", _panels()),
    _named("act", _acts()),
    _named("bulk", _bulks()),
]
