"""What makes the app an app: a page without data, a manifest, and what keeps it on the phone."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.templatetags.desk import SPRITE, TONES
from zhanggui.ground.kernel.limits import TITLE_CHARS_MAX
from zhanggui.trade.cash.queries import DOOR
from zhanggui.trade.cash.rules import NOTES_FEN
from zhanggui.trade.delivery.rules import FailureReason, RefusalReason, RunState, StopState

ROOM = Path(__file__).parent.parent
LINKED = (
    "courier/app.js",
    "courier/courier.css",
    "courier/app.svg",
    "courier/app-192.png",
    "desk/seal.svg",
    SPRITE,
)
"""Files the page names itself: by the name of their contents, where the house serves them so."""

STATE_TONES = {
    StopState.WAITING: "rest",
    StopState.DELIVERED: "done",
    StopState.PARTLY: "done",
    StopState.REFUSED: "stop",
    StopState.FAILED: "wait",
    StopState.DROPPED: "rest",
    RunState.PLANNED: "rest",
    RunState.PICKED: "rest",
    RunState.OUT: "go",
    RunState.BACK: "done",
}


def kept_files() -> list[str]:
    """Return the address of every file that a phone keeps: what the page names, what scripts do."""
    modules = sorted(path.name for path in (ROOM / "static/courier").glob("*.js"))
    named = {static(name) for name in LINKED}
    return sorted(named | {f"{settings.STATIC_URL}courier/{name}" for name in modules})


@cache
def version() -> str:
    """Return a word that changes with every part of the app that a phone keeps."""
    digest = hashlib.sha256(" ".join(kept_files()).encode())
    parts = [*(ROOM / "static/courier").iterdir(), *(ROOM / "templates/courier").rglob("*")]
    parts += [ROOM / "locale/zh_Hans/LC_MESSAGES/django.po", *(ROOM / "pages").glob("*.py")]
    for path in sorted(path for path in parts if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def note_name(fen: int) -> str:
    """Return a note or coin as people call it: 100 yuan, 5 jiao."""
    if fen >= 100:
        return _("%(yuan)s yuan") % {"yuan": fen // 100}
    return _("%(jiao)s jiao") % {"jiao": fen // 10}


def words() -> dict[str, Any]:
    """Return the words of states, reasons and notes that the page's scripts speak with."""
    refusals = [{"code": r.value, "label": r.label} for r in RefusalReason]
    failures = [{"code": r.value, "label": r.label} for r in FailureReason]
    return {
        "states": [{"code": s.value, "label": s.label, "tone": t} for s, t in STATE_TONES.items()],
        "refusals": refusals,
        "failures": failures,
        "reasons": refusals + failures,
        "notes": [{"fen": fen, "name": note_name(fen)} for fen in NOTES_FEN],
        "tones": list(TONES),
        "note_max": TITLE_CHARS_MAX,
    }


@page(duty=DOOR)
def app(request: HttpRequest) -> HttpResponse:
    """Show the app: no data, so that a phone may keep the page; its scripts ask for the shift."""
    answer = render(request, "courier/app.html", words())
    answer.headers["X-Version"] = version()
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@page("public")
def worker(request: HttpRequest) -> HttpResponse:
    """Serve what keeps the app on the phone; it changes with each version of the app."""
    context = {"version": version(), "files": kept_files(), "shell": reverse("courier:app")}
    answer = render(request, "courier/sw.js", context, content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


SHORT = pgettext_lazy("name of the app under its icon", "Courier")
TELLS = gettext_lazy("Runs, doors and cash of a courier, with and without a connection.")


@page("public")
def manifest(request: HttpRequest) -> HttpResponse:
    """Tell a phone how to put the app on its home screen."""
    icons = [
        {"src": static("courier/app.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("courier/app-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("courier/app-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("courier/app-mask-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    start = reverse("courier:app")
    told = {
        "id": start,
        "name": f"{_('Zhanggui')} · {SHORT}",
        "short_name": str(SHORT),
        "description": str(TELLS),
        "lang": "en" if get_language() == "en" else "zh-Hans",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f2f0ec",
        "theme_color": "#ffffff",
        "icons": icons,
    }
    answer = JsonResponse(told, content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def answer(request: HttpRequest, kind: str, context: dict[str, Any]) -> HttpResponse:
    """Say an answer of the edge as the app looks, with the ways back to the stops."""
    return render(request, "courier/answer.html", context, status=context["status"])
