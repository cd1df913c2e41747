"""How the shop says what went wrong: in its own looks, with the cart kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhanggui.faces.shop.pages.checkout import checkout_again
from zhanggui.faces.shop.pages.frame import NEVER_KEPT, show
from zhanggui.ground.desk.edge import FRONTS
from zhanggui.ground.kernel.refusal import Refusal


def answer(request: HttpRequest, kind: str, context: dict[str, Any]) -> HttpResponse:
    """Return an answer of the edge as a page of the shop, or as a word on the page that asked."""
    if kind == "forbidden" and request.path == reverse("shop:checkout"):
        return checkout_again(request)
    said = _said(kind, context)
    if "HX-Request" in request.headers:
        response = show(request, "shop/toast.html", {"refusal": said}, status=said.status)
        response.headers["HX-Retarget"] = "#toast"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return show(
        request, "shop/said.html", {"said": said, "kind": kind}, status=said.status,
        cache=NEVER_KEPT,
    )  # fmt: skip


def _said(kind: str, context: dict[str, Any]) -> Refusal:
    status = int(context["status"])
    if kind == "not_found":
        return Refusal(
            kind,
            _("There is nothing at this address."),
            settles=_("The goods may be gone, or the link is not whole. Search, or look around."),
            status=status,
        )
    if kind == "forbidden":
        return Refusal(
            kind,
            _("This page was open for too long; nothing was changed, and your cart is kept."),
            settles=_("Go back, reload it and try again. Cookies must be allowed for this site."),
            status=status,
        )
    return Refusal(kind, context["sentence"], settles=context["settles"], status=status)


def wear() -> None:
    """Let the shop answer in its own looks below its path."""
    FRONTS["/shop/"] = answer
    FRONTS["/l/"] = answer
