"""The example company's own page: letting a day pass, and watching it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhanggui.demo import passing
from zhanggui.demo.passing import Stand
from zhanggui.ground.desk.access import page
from zhanggui.ground.kernel import clock
from zhanggui.ground.org.pages.account import may_step_in
from zhanggui.ground.org.welcome import WelcomePart, register_welcome

EXAMPLE = "the example company, from its own machine"


def _shown(request: HttpRequest) -> dict[str, Any]:
    found = passing.progress()
    return {
        "now": clock.now(),
        "ahead": passing.days_ahead(),
        "day": found,
        "percent": round(100 * found.share),
        "running": found.stand is Stand.RUNNING,
        "done": found.stand is Stand.DONE,
        "stopped": found.stand is Stand.STOPPED,
        "url": reverse("demo:day"),
        "url_begin": reverse("demo:let_day_pass"),
    }


register_welcome(WelcomePart("demo/day.html", _shown))


@page("public", scope=EXAMPLE)
def day(request: HttpRequest) -> HttpResponse:
    """Show how far the day is; asked by a browser alone it leads to the first page."""
    if not may_step_in(request):
        raise Http404
    if "HX-Request" not in request.headers:
        return redirect("/")
    return render(request, "demo/day.html", {"part": _shown(request)})


@page("public", methods=("POST",), scope=EXAMPLE)
def let_day_pass(request: HttpRequest) -> HttpResponse:
    """Let the next day begin, refused while one is passing; 404 in any other company."""
    if not may_step_in(request):
        raise Http404
    passing.begin_day(at=clock.now())
    return redirect("/#day")
