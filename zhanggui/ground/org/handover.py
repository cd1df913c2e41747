"""Work that hangs on a person rather than on a post, and how it passes to a successor.

Rooms register their kinds of personal work; a reorganisation shows what would be left behind and
refuses to leave it without a successor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Sentence
from zhanggui.ground.org.models import Person


@dataclass(frozen=True, slots=True)
class PersonalWork:
    """A kind of work that names its holder.

    `open_of(person_ids)` returns how many pieces each person holds; `give` passes all of one
    person's to another and returns how many.
    """

    title: Sentence
    open_of: Callable[[Iterable[int]], dict[int, int]]
    give: Callable[..., Any]


PERSONAL_WORK: list[PersonalWork] = []


def register_work(work: PersonalWork) -> PersonalWork:
    """Register a kind of personal work."""
    PERSONAL_WORK.append(work)
    return work


def open_work(person_ids: Iterable[int]) -> dict[int, list[tuple[Sentence, int]]]:
    """Return what each person holds: pairs of title and number, kinds without any left out."""
    ids = list(person_ids)
    held: dict[int, list[tuple[Sentence, int]]] = {}
    for work in PERSONAL_WORK:
        for person_id, number in work.open_of(ids).items():
            if number:
                held.setdefault(person_id, []).append((work.title, number))
    return held


def give_all_work(person: Person, *, to: Person, by: Actor, at: datetime) -> int:
    """Pass all personal work of one person to another; return how many pieces."""
    return sum(int(work.give(person, to=to, by=by, at=at)) for work in PERSONAL_WORK)
