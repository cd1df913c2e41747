"""The pattern page: every part in every state, for those who build pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.desk.patterns import pattern_samples


@page(scope="samples only")
def patterns(request: HttpRequest) -> HttpResponse:
    """Show every part in every state."""
    return render(request, "desk/patterns.html", {"samples": pattern_samples(moment_of(request))})
