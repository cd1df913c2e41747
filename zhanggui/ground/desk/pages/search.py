"""Search of everything the person may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.find import FINDERS, Hit, finder
from zhanggui.ground.desk.pages.context import LINKS, url_of_duty
from zhanggui.ground.kernel.limits import SEARCH_CHARS_MAX, SEARCH_HITS_PER_GROUP


@page(scope="each finder's own")
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found, grouped by kind."""
    by = actor_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    groups = []
    if text:
        for found in FINDERS:
            hits = list(found.look(by, text, SEARCH_HITS_PER_GROUP))[:SEARCH_HITS_PER_GROUP]
            if hits:
                groups.append({"title": found.title, "items": hits})
    htmx = request.headers.get("HX-Target") == "results"
    template = "desk/search.html#results" if htmx else "desk/search.html"
    return render(request, template, {"query": text, "groups": groups})


@finder(_("Queues and pages"))
def find_pages(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield the person's own queues, and the pages for everyone, by title or charter id."""
    low = text.lower()
    for duty in DUTIES.values():
        named = low in str(duty.title).lower() or low in " ".join(duty.charter).lower()
        if named and by.scope(duty.code):
            yield Hit(duty.title, url_of_duty(duty), note=" · ".join(duty.charter))
    for name, title, _icon in LINKS:
        if low in str(title).lower():
            yield Hit(title, reverse(name))
