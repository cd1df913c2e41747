"""Every URL of the house and who may reach it: the list behind `zhanggui routes`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from zhanggui.config.urls import FOREIGN
from zhanggui.ground.desk.access import Access, access_of

UNDECLARED = "undeclared"


@dataclass(frozen=True)
class Route:
    """One URL: its path and name, and the rule of who may reach it."""

    path: str
    name: str
    methods: tuple[str, ...]
    audience: str
    duty: tuple[str, ...] | None
    kind: str | None
    scope: str


def routes() -> list[Route]:
    """Return every URL of the house, by path; `audience` is "undeclared" where no rule is given."""
    found = list(_walk(get_resolver().url_patterns, "/", ""))
    return sorted(found, key=lambda route: (route.path, route.name))


def _walk(patterns: list[URLPattern | URLResolver], path: str, space: str) -> Iterator[Route]:
    for entry in patterns:
        here = path + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, here, inner)
        else:
            yield _route(entry, here, f"{space}{entry.name or ''}")


def _route(entry: URLPattern, path: str, name: str) -> Route:
    access = access_of(entry.callback) or FOREIGN.get(name) or Access(UNDECLARED, methods=())
    return Route(
        path=path,
        name=name,
        methods=access.methods,
        audience=access.audience,
        duty=access.duty or None,
        kind=access.kind or None,
        scope=access.scope or _scope(access),
    )


def _scope(access: Access) -> str:
    """Return the rule in words where the page adds none of its own."""
    if access.audience == "public":
        return "anyone"
    if access.audience == "duty":
        return "holders of the duty, for records of the areas they hold it in"
    return "the signed-in person's own" if access.audience == "signed-in" else ""
