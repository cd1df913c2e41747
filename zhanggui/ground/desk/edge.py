"""The edge: safety headers, one answer for every refusal, and a reference number for every bug."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from zhanggui.ground.kernel import lead
from zhanggui.ground.kernel.editions import read_once
from zhanggui.ground.kernel.refusal import Refusal

log = logging.getLogger("zhanggui.edge")


def policy(**other: list[str]) -> str:
    """Return the content policy as a header says it; `frame_ancestors=[...]` replaces that part."""
    told = settings.SECURE_CSP | {name.replace("_", "-"): said for name, said in other.items()}
    return "; ".join(f"{name} {' '.join(said)}" for name, said in told.items())


class Edge:
    """Turns refusals into pages, bugs into a reference, and puts the CSP on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.csp = policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with read_once():
            if request.path != "/healthz":  # which asks nothing but whether the process answers
                lead.catch_up()
            response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.csp)
        if request.path.startswith("/desk/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal with its sentence; anything else is a bug and goes to `broken`."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


class Packed(GZipMiddleware):
    """Sends words packed: a page of the shop takes a sixth of its bytes on a phone's line.

    Pictures are packed already. The length is blurred by the library, so that nobody can guess a
    page's secrets from it (its random bytes; the tokens of forms are masked anew each time too).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Pack what is text and goes out in one piece."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or not (kind.startswith("text/") or kind in _WORDY):
            return response
        return super().process_response(request, response)


_WORDY = {
    "application/json",
    "application/javascript",
    "application/xml",
    "application/problem+json",
    "application/manifest+json",
    "image/svg+xml",
}

Front = Callable[[HttpRequest, str, dict[str, Any]], HttpResponse]
"""How a face says an answer of the edge: it gets the kind (refused, not_found, ...) and words."""

FRONTS: dict[str, Front] = {}
"""Faces by the path below which they answer in their own looks."""


def _answered(request: HttpRequest, kind: str, context: dict[str, Any]) -> HttpResponse:
    """Return the answer as the face of this path says it, as the desk says it elsewhere."""
    for path, front in FRONTS.items():
        if request.path.startswith(path):
            return front(request, kind, context)
    return render(request, "desk/error.html", context, status=context["status"])


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page that says a refusal."""
    context = {
        "status": refusal.status,
        "title": _("Not found") if refusal.status == 404 else _("Not now"),
        "sentence": refusal.sentence,
        "settles": refusal.settles,
        "reference": "",
    }
    return _answered(request, "refused", context)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a URL that does not exist, or not for this person."""
    context = {
        "status": 404,
        "title": _("Not found"),
        "sentence": _("There is no such page, or it is not among those you answer for."),
        "settles": _("Check the address, or go back to Today."),
        "reference": "",
    }
    return _answered(request, "not_found", context)


def forbidden(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came back too old or from elsewhere."""
    context = {
        "status": 403,
        "title": _("The form has expired"),
        "sentence": _("This form was opened too long ago, or from another place."),
        "settles": _("Go back, reload the page and send it again; what you typed is kept there."),
        "reference": "",
    }
    return _answered(request, "forbidden", context)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a bug: the reference number stands in the log beside the traceback."""
    reference = secrets.token_hex(4).upper()
    log.error("reference %s: %s %s", reference, request.method, request.path)
    context = {
        "status": 500,
        "title": _("Something broke"),
        "sentence": _("This is our mistake, not yours. Nothing you had saved is lost."),
        "settles": _("Try again; if it stays, tell the programmer this number:"),
        "reference": reference,
    }
    return HttpResponse(render_to_string("desk/error.html", context), status=500)
