"""Who may reach a URL: every page says it, `zhanggui routes` lists it, a test proves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.kernel.refusal import not_yours

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of a page.

    `audience`: public, signed-in (any person with a post) or duty. `duty`: code(s) of which one is
    needed. `kind`: the kind of record in the URL. `scope`: how the record is limited, in words.
    """

    audience: str
    methods: tuple[str, ...] = ("GET",)
    duty: tuple[str, ...] = ()
    kind: str = ""
    scope: str = ""


def page(
    audience: str = "signed-in",
    *,
    methods: tuple[str, ...] = ("GET",),
    duty: str | tuple[str, ...] = (),
    kind: str = "",
    scope: str = "",
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Declare and enforce who may reach a page.

    Without sign-in the answer is the sign-in page; without the duty it is the same 404 as for a
    page that does not exist; other methods get 405.
    """
    duties = (duty,) if isinstance(duty, str) else duty
    access = Access(
        audience="duty" if duties else audience,
        methods=methods,
        duty=duties,
        kind=kind,
        scope=scope,
    )
    allowed = {*methods, *({"HEAD"} if "GET" in methods else set()), "OPTIONS"}

    def wrap(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            if request.method == "OPTIONS":  # asks only; a view would take it for a GET or a POST
                return HttpResponse(headers={"Allow": ", ".join(sorted(allowed))})
            if access.audience != "public":
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                by = actor_of(request)
                if not by.holdings or (duties and not any(by.scope(d) for d in duties)):
                    raise not_yours()
            return view(request, *args, **kwargs)

        guarded.access = access  # type: ignore[attr-defined]
        return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], guarded)

    return wrap


def access_of(view: Any) -> Access | None:
    """Return the declared access of a view, or None when it declares nothing."""
    return getattr(view, "access", None)
