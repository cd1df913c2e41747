"""What every desk page shows around its content: menu, badges, areas, notices, language, me."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from zhanggui.ground.desk.actor import DeskActor, actor_of, moment_of
from zhanggui.ground.desk.duty import Duty
from zhanggui.ground.desk.queries import Waiting, duties_of, unread_count, waiting_in
from zhanggui.ground.kernel import clock

LINKS: list[tuple[str, Any, str]] = []
"""Pages for everyone at the foot of the menu: URL name, title, icon; rooms add theirs."""


def link_for_everyone(url_name: str, title: Any, icon: str) -> None:
    """Add a page to the menu of everyone."""
    LINKS.append((url_name, title, icon))


@dataclass(frozen=True, slots=True)
class Door:
    """A way into the house that the first page offers: where it leads, and what lies behind it."""

    url_name: str
    title: Any
    text: Any
    icon: str
    position: int = 0
    duty: str = ""


DOORS: list[Door] = []
"""Ways in beside signing in; a face hangs its own here, so that nothing below knows of it."""


def open_door(
    url_name: str, title: Any, text: Any, icon: str, *, position: int = 0, duty: str = ""
) -> None:
    """Offer a way in on the first page, by position; the ordinary one follows them.

    With a `duty` it is for its holders, and for whoever has not signed in yet.
    """
    DOORS.append(Door(url_name, title, text, icon, position, duty))
    DOORS.sort(key=lambda door: door.position)


def url_of_duty(duty: Duty[Any]) -> str:
    """Return where a duty is done: its queue, or its own page."""
    return reverse(duty.page) if duty.page else reverse(f"queue:{duty.code}")


def work_of(request: HttpRequest) -> tuple[list[Any], dict[str, Waiting]]:
    """Return the posts with their duties and what waits in each, once for the whole request."""
    kept: tuple[list[Any], dict[str, Waiting]] | None = getattr(request, "work", None)
    if kept is None:
        by = actor_of(request)
        groups = duties_of(by)
        kept = groups, waiting_in([d for _holding, duties in groups for d in duties], by=by)
        request.work = kept  # type: ignore[attr-defined]
    return kept


def desk_context(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of a desk page; nearly nothing for visitors."""
    code = "en" if get_language() == "en" else "zh-hans"
    desk: dict[str, Any] = {
        "language": {
            "code": code,
            "other": "zh-hans" if code == "en" else "en",
            "other_name": "中文" if code == "en" else "English",
            "url": reverse("account:language"),
        },
        "banner": gettext("The clock of this company is a pretend one.")
        if clock.pretending()
        else "",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not request.path.startswith("/desk/"):
        return {"desk": desk}
    by, at = actor_of(request), moment_of(request)
    if not by.holdings:
        return {"desk": desk}
    groups, waiting = work_of(request)
    # A page that is someone's duty stands with his post, and not once more at the foot.
    own_pages = {duty.page for _holding, duties in groups for duty in duties if duty.page}
    areas = by.area_choices()
    desk |= {
        "me": {"name": by.name, "initial": by.name[:1], "url": reverse("account:me")},
        "menu": [
            {
                "post": holding.title,
                "area": holding.area_name if holding.kind != "everyone" else "",
                "entries": [_entry(request, duty, waiting, by, at) for duty in duties],
            }
            for holding, duties in groups
            if duties
        ],
        "links": [
            {
                "title": title,
                "url": reverse(name),
                "icon": icon,
                "current": request.path == reverse(name),
            }
            for name, title, icon in [("desk:today", gettext("Today"), "home"), *LINKS]
            if name not in own_pages
        ],
        "areas": [
            {"code": code, "name": name, "depth": depth, "current": code == by.focus}
            for code, name, depth in areas
        ],
        "area_name": next((n for c, n, _d in areas if c == by.focus), areas[0][1] if areas else ""),
        "notices": {"count": unread_count(by.person_id), "url": reverse("desk:notices")},
        "acting": [
            {
                "id": h.appointment_id,
                "title": f"{h.title} · {h.area_name}",
                "current": h.appointment_id == by.acting_as,
            }
            for h in by.holdings
            if h.appointment_id
        ],
    }
    return {"desk": desk}


def _entry(
    request: HttpRequest, duty: Duty[Any], waiting: dict[str, Waiting], by: DeskActor, at: datetime
) -> dict[str, Any]:
    url = url_of_duty(duty)
    held = waiting.get(duty.code)
    promise = by.promise_s(duty.code)
    return {
        "title": duty.title,
        "url": url,
        "current": request.path == url,
        "count": held.count if held else (0 if duty.queue else None),
        "tone": held.tone(at, promise) if held else "rest",
        "oldest_s": held.wait_s(at) if held else None,
    }
