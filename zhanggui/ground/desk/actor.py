"""Who sits at the desk, as far as the desk needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from django.db.models import Q
from django.http import HttpRequest

from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Sentence


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas within which a duty is held; `areas` None means everywhere."""

    areas: frozenset[str] | None

    def where(self, field: str = "area_id") -> Q:
        """Return the condition that keeps a query to these areas; it may be joined by or."""
        # Q() would be everything by itself, and nothing at all beside another condition.
        return ~Q(pk__in=[]) if self.areas is None else Q(**{f"{field}__in": self.areas})

    def __contains__(self, area: object) -> bool:
        return self.areas is None or area in self.areas

    def __bool__(self) -> bool:
        return self.areas is None or bool(self.areas)


@dataclass(frozen=True, slots=True)
class Holding:
    """One post a person sits on, with the duties it brings (codes of the charter)."""

    appointment_id: int | None
    post: str
    title: Sentence
    unit: str
    area: str
    area_name: str
    kind: str
    duties: tuple[str, ...]


class DeskActor(Actor, Protocol):
    """A person at the desk, with posts, scopes and what he was last seen to read."""

    @property
    def person_id(self) -> int:
        """The person's id."""

    @property
    def at(self) -> datetime:
        """The moment of the request."""

    @property
    def name(self) -> str:
        """The person's name."""

    @property
    def holdings(self) -> tuple[Holding, ...]:
        """The posts held now, main first; posts of everyone last."""

    def scope(self, duty: str) -> Scope:
        """Return where this person holds a duty (code or charter id), within the area in focus."""

    @property
    def focus(self) -> str:
        """The area to which every list is narrowed; "" for none."""

    @property
    def acting_as(self) -> int | None:
        """The appointment preferred when several would do."""

    def acting(self, appointment_id: int) -> DeskActor:
        """Return the same person preferring to act in one of his appointments."""

    def post_title(self, post: str) -> str:
        """Return the title of a post, "" for none."""

    def area_choices(self) -> list[tuple[str, str, int]]:
        """Return the areas this person may look at: code, name and depth, in order."""

    def duty_text(self, duty: str) -> str:
        """Return what the charter says of a duty."""

    def promise_s(self, duty: str) -> int | None:
        """Return the promise of a duty in seconds, or None where it has no clock."""


def actor_of(request: HttpRequest) -> DeskActor:
    """Return who makes this request; the entrance has put him there."""
    return cast(DeskActor, request.actor)  # type: ignore[attr-defined]


def moment_of(request: HttpRequest) -> datetime:
    """Return the moment of this request: one for the whole of it."""
    return cast(datetime, request.at)  # type: ignore[attr-defined]
