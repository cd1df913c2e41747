"""Figures on Today: what a holder of a duty answers for, each with its definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.refusal import Sentence


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: value with unit, tone, how far along (percent), note, definition, its rows."""

    title: Sentence
    value: str
    definition: Sentence
    unit: Sentence = ""
    tone: str = "rest"
    percent: int | None = None
    mark: int | None = None
    note: Sentence = ""
    url: str = ""
    spark: tuple[int, ...] | None = None


FIGURES: list[tuple[str, Callable[[DeskActor, datetime], Figure | None]]] = []


def figure(
    *, duty: str
) -> Callable[
    [Callable[[DeskActor, datetime], Figure | None]],
    Callable[[DeskActor, datetime], Figure | None],
]:
    """Register a figure shown to holders of a duty."""

    def wrap(
        count: Callable[[DeskActor, datetime], Figure | None],
    ) -> Callable[[DeskActor, datetime], Figure | None]:
        FIGURES.append((duty, count))
        return count

    return wrap
