"""Search of everything: each room registers what it can find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.kernel.refusal import Sentence


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: Sentence
    url: str
    note: Sentence = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """What a room can find: `look(by, text, limit)` yields hits within the scope of `by`."""

    title: Sentence
    look: Callable[[DeskActor, str, int], Iterable[Hit]]


FINDERS: list[Finder] = []


def finder(
    title: Sentence,
) -> Callable[
    [Callable[[DeskActor, str, int], Iterable[Hit]]],
    Callable[[DeskActor, str, int], Iterable[Hit]],
]:
    """Register a function as a finder under a heading."""

    def wrap(
        look: Callable[[DeskActor, str, int], Iterable[Hit]],
    ) -> Callable[[DeskActor, str, int], Iterable[Hit]]:
        FINDERS.append(Finder(title, look))
        return look

    return wrap
