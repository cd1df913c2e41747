"""The entrance: puts who asks, and when, on every request."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from zhanggui.ground.kernel import clock
from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.models import Person


class Entrance:
    """Sets `request.at` and `request.actor`; ends the session of someone who holds no post."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.at = clock.now()  # type: ignore[attr-defined]

        def load() -> PersonActor:
            person = request.user
            assert isinstance(person, Person)
            return actor_for(
                person,
                at=request.at,  # type: ignore[attr-defined]
                focus=request.session.get("focus", ""),
                acting_as=request.session.get("acting_as"),
            )

        request.actor = SimpleLazyObject(load)  # type: ignore[attr-defined]
        if request.path.startswith("/desk/") and request.user.is_authenticated:
            actor = request.actor  # type: ignore[attr-defined]
            if not actor.holdings:
                logout(request)
        return self.get_response(request)
