"""The entrance: puts who asks, and when, on every request; ends the visit of who may not stay."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from allauth.core.internal.httpkit import get_client_ip
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop

from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.kernel import clock
from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.models import Person

NO_POST = gettext_noop("You hold no post at present. Personnel appoints you; then sign in again.")
SUSPENDED = gettext_noop("Your access is suspended. Ask personnel.")
ENDED = gettext_noop("Your session has ended. Sign in again.")

SEEN_EVERY_S = 300
"""Seconds between two marks of a session in use: near enough for people, rare enough for disks."""


class Entrance:
    """Sets `request.at` and `request.actor`; a visit ends with the last post or the access."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.at = clock.now()  # type: ignore[attr-defined]

        def load() -> PersonActor:
            person = request.user
            assert isinstance(person, Person)
            return actor_for(
                person,
                at=moment_of(request),
                focus=request.session.get("focus", ""),
                acting_as=request.session.get("acting_as"),
            )

        request.actor = SimpleLazyObject(load)  # type: ignore[attr-defined]
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            if ended := _why_ended(request):
                logout(request)
                messages.warning(request, gettext(ended))
            elif request.user.is_authenticated:
                _mark_seen(request)
        return _whole_page(request, self.get_response(request))


def _why_ended(request: HttpRequest) -> str:
    """Return why the visit this browser thinks it is on is over, "" while it goes on."""
    if request.user.is_authenticated:
        return "" if actor_of(request).holdings else NO_POST
    if SESSION_KEY in request.session:  # the session stands, its person may not sign in
        return SUSPENDED
    return ENDED if request.session.is_empty() else ""


def _mark_seen(request: HttpRequest) -> None:
    """Note when and from where a session was last used, at most every five minutes.

    Kept with the session: being seen is no deed, and leaves no fact.
    """
    now = int(moment_of(request).timestamp())
    if abs(now - request.session.get("seen", 0)) < SEEN_EVERY_S:
        return
    request.session["seen"] = now
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=moment_of(request),
        ip=get_client_ip(request) or "0.0.0.0",  # noqa: S104
    )


def _whole_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Show the sign-in page as a page when a fragment was asked for by someone signed out."""
    sent_to = response.headers.get("Location", "")
    if "HX-Request" not in request.headers or not sent_to.startswith(settings.LOGIN_URL):
        return response
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    fresh = HttpResponse(status=204)
    fresh.headers["HX-Redirect"] = redirect_to_login(here).headers["Location"]
    fresh.cookies = response.cookies
    return fresh
