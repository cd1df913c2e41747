"""Doors without a page: the short addresses of tracked links, and a page's word that it is seen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from zhanggui.books.traffic.pages import note_opened, note_seen
from zhanggui.books.traffic.queries import link_at
from zhanggui.books.traffic.rules.links import LinkState, way_on, why_not_target
from zhanggui.books.traffic.rules.weblog import shown_at
from zhanggui.faces.shop.pages.frame import NEVER_KEPT
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of


@page("public")
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on to where a tracked link points, and count that it was opened."""
    found = link_at(code.lower()[:80])
    if found is None or why_not_target(found.target):
        raise Http404
    counted = found.state == LinkState.OPEN
    response = HttpResponseRedirect(
        way_on(found.target, found.code) if counted else found.target,
        headers={"Cache-Control": NEVER_KEPT, "X-Robots-Tag": "noindex"},
    )
    if counted and request.method == "GET":
        note_opened(request, found.code)
    return response


@page("public")
def seen(request: HttpRequest) -> HttpResponse:
    """Take in that the script of a page runs: somebody has it before him in a browser."""
    at = shown_at(request.GET.get("at", ""), now=moment_of(request))
    if at is not None:
        note_seen(request, at)
    return HttpResponse(status=204, headers={"Cache-Control": NEVER_KEPT})
