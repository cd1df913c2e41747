"""The duty: a queue of records with the few acts its holder may do on them.

A room declares its duties in `duties.py`; the menu entry with its badge, the queue page, the acts'
pages, the measures and the handbook page all follow from the declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.forms import ActForm
from zhanggui.ground.kernel.action import Action
from zhanggui.ground.kernel.refusal import Sentence

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in one of the five tones: wait, go, done, stop, rest."""

    tone: str
    text: Sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a queue: lines of text, badges, a tone."""

    lines: Sequence[Sentence] = ()
    badges: Sequence[Badge] = ()
    numeric: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Column(Generic[M]):
    """A column of a queue; `sort` names the field by which it can be ordered."""

    title: Sentence
    cell: Callable[[M], Cell]
    sort: str | None = None
    numeric: bool = False


@dataclass(frozen=True)
class Filter(Generic[M]):
    """A choice that narrows a queue; `choices(by)` yields (value, label)."""

    name: str
    label: Sentence
    choices: Callable[[DeskActor], Iterable[tuple[str, Sentence]]]
    narrow: Callable[[QuerySet[M], str], QuerySet[M]]


@dataclass(frozen=True)
class Act(Generic[M]):
    """An action as the desk offers it: on which records, with which form, key and tone.

    `on` is the kind of record it is done to, None for an act that begins something new from the
    queue page; `place(by)` then gives the area it is done in. `bulk`: may be done to many selected
    rows at once. `opens`: where to go afterwards instead of the record ("queue" or a function of
    the result returning a URL). `reveals`: the act puts a look at personal data on record and shows
    it once. `inline`: the record's page draws the form itself, so no button leads to it.
    """

    action: Action[Any, Any, Any]
    on: type[M] | None = None
    form: type[ActForm] | None = None
    letter: str = ""
    tone: str = ""
    bulk: bool = False
    text: Sentence = ""
    done: Sentence = ""
    opens: str | Callable[[Any], str] = ""
    place: Callable[[DeskActor], str | None] | None = None
    reveals: bool = False
    inline: bool = False

    @property
    def url_name(self) -> str:
        """The name of the act's URL, `act:<room>.<verb>`."""
        return f"act:{self.action.verb}"


@dataclass(frozen=True)
class Duty(Generic[M]):
    """A duty of the charter as people meet it at the desk.

    `code` is `<room>.<name>`; `charter` the ids of the charter it fulfils. `queue(by)` returns the
    records that wait, scoped to `by`; `since` names the moment from which a record's wait runs,
    `due` the moment by which it must be done, where records carry their own. `own`: each holder
    sees only what names him. `everyone`: the other side of a duty, open to all who hold a post (the
    work given by a superior, the request sent to a programmer). `page` is the URL name of a page
    that is the duty instead of a queue.
    """

    code: str
    title: Sentence
    charter: tuple[str, ...]
    queue: Callable[[DeskActor], QuerySet[M]] | None = None
    acts: tuple[Act[Any], ...] = ()
    columns: tuple[Column[M], ...] = ()
    filters: tuple[Filter[M], ...] = ()
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None
    owner: Callable[[M], Sentence] | None = None
    since: str = ""
    due: str = ""
    own: bool = False
    everyone: bool = False
    promise_s: int | None = None
    page: str = ""
    icon: str = "checklist"
    empty: Sentence = ""
    model: type[Model] | None = field(default=None)


DUTIES: dict[str, Duty[Any]] = {}
BY_CHARTER: dict[str, list[Duty[Any]]] = {}


def declare(duty: Duty[M]) -> Duty[M]:
    """Register a duty; its code must be new."""
    if duty.code in DUTIES:
        raise ValueError(f"two duties are called {duty.code}")
    DUTIES[duty.code] = duty
    for charter in duty.charter:
        BY_CHARTER.setdefault(charter, []).append(duty)
    return duty


def charter_ids(code: str) -> tuple[str, ...]:
    """Return the charter ids behind a duty code; a charter id stands for itself."""
    duty = DUTIES.get(code)
    return duty.charter if duty else (code,)


def acts_on(model: type[Model]) -> list[tuple[Duty[Any], Act[Any]]]:
    """Return the acts that may be done to records of a kind, with the duty each belongs to."""
    return [(duty, act) for duty in DUTIES.values() for act in duty.acts if act.on is model]
