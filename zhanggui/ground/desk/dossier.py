"""The page of one record: its state, what may be done, what happened, and other rooms' panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.urls import reverse

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.kernel.refusal import Sentence

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled value on a dossier.

    Personal data shows masked as `value`; `hidden` is the whole of it, shown for one look after the
    act `reveal` (a verb) has put the look on record.
    """

    label: Sentence
    value: Sentence
    url: str = ""
    hidden: str = ""
    reveal: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """What a dossier shows of its record before facts, acts and panels."""

    title: Sentence
    state: Badge
    subtitle: Sentence = ""
    money: Sentence = ""
    lines: Sequence[Line] = ()
    template: str = ""
    context: dict[str, Any] | None = None


@dataclass(frozen=True)
class Dossier(Generic[M]):
    """How records of a kind are found and shown.

    `find(by, pk)` returns the record within the scope of `by` or raises `not_yours`; `duties` are
    the duties of which any lets the record be seen. `wide`: it takes the whole width of a screen,
    so a queue leads to it and does not open it beside its rows.
    """

    model: type[M]
    find: Callable[[DeskActor, int], M]
    face: Callable[[M, DeskActor], Face]
    duties: tuple[str, ...]
    scope: str
    wide: bool = False

    def opens_to(self, by: DeskActor) -> bool:
        """Return whether somebody may open records of the kind at all, some of them or all."""
        return not self.duties or any(by.scope(duty) for duty in self.duties)


@dataclass(frozen=True, slots=True)
class Panel:
    """Another room's view of a record: `draw(record, by)` gives safe HTML, None to stay away."""

    name: str
    title: Sentence
    on: str
    draw: Callable[[Any, DeskActor], str | None]


DOSSIERS: dict[type[Model], Dossier[Any]] = {}
PANELS: list[Panel] = []


def declare_dossier(dossier: Dossier[M]) -> Dossier[M]:
    """Register the dossier of a kind of record."""
    DOSSIERS[dossier.model] = dossier
    return dossier


def panel(*, on: str, title: Sentence) -> Callable[[Callable[[Any, DeskActor], str | None]], Panel]:
    """Hang a panel on the dossiers of a lower room's records (`on` is the model's label)."""

    def wrap(draw: Callable[[Any, DeskActor], str | None]) -> Panel:
        made = Panel(name=draw.__name__, title=title, on=on, draw=draw)
        PANELS.append(made)
        return made

    return wrap


def url_of(record: Model) -> str:
    """Return the URL of a record's dossier."""
    return reverse(f"dossier:{record._meta.label_lower}", args=[record.pk])


def kinds_open_to(by: DeskActor) -> frozenset[str]:
    """Return the kinds of records (their models' labels) that somebody may open."""
    return frozenset(m._meta.label for m, dossier in DOSSIERS.items() if dossier.opens_to(by))


def url_of_kind(label: str, pk: int) -> str:
    """Return the URL of the dossier of a kind and id."""
    return reverse(f"dossier:{label.lower()}", args=[pk])
