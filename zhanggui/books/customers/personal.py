"""What the house holds about a person's phone, room by room: shown to him, and erased for him.

Each room that keeps something of a customer registers a `Holder`: an export asks all of them, an
erasure has all of them let go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal, Sentence


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data it is: the digits of the proved phone, and the member's id."""

    phone_key: str
    customer_id: int


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one kind as a person reads them: `columns` are (key, title), `rows` by key."""

    code: str
    title: Sentence
    columns: Sequence[tuple[str, Sentence]]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Holder:
    """A room (its label is the code) that keeps something of customers.

    `held` returns it in sections; `why_not` says what must end before it can be erased; `erase`,
    an action on None, lets go of everything and returns how many records it changed.
    """

    code: str
    held: Callable[[Subject], Sequence[Section]]
    erase: Callable[..., int]
    why_not: Callable[[Subject], Refusal | None] = lambda _subject: None


HOLDERS: dict[str, Holder] = {}


def register_holder(holder: Holder) -> Holder:
    """Register what a room keeps of customers; a room registers once."""
    if holder.code in HOLDERS:
        raise ValueError(f"two holders are called {holder.code}")
    HOLDERS[holder.code] = holder
    return holder


def holders() -> list[Holder]:
    """Return the rooms that keep something of customers, the lower ones first."""
    return [HOLDERS[app.label] for app in apps.get_app_configs() if app.label in HOLDERS]


def held_of(subject: Subject) -> list[Section]:
    """Return everything the house holds about somebody, the lower rooms first."""
    return [section for holder in holders() for section in holder.held(subject)]


def why_not_erase(subject: Subject) -> Refusal | None:
    """Return what must end before somebody can be erased."""
    found = (holder.why_not(subject) for holder in holders())
    return next((refusal for refusal in found if refusal is not None), None)


def erase_all(subject: Subject, *, by: Actor, at: datetime) -> dict[str, int]:
    """Have every room let go of somebody, the upper rooms first; return how many records each.

    An upper room finds its records by those of a lower one, which therefore goes last.
    """
    return {
        holder.code: holder.erase(subject=subject, by=by, at=at) for holder in reversed(holders())
    }
