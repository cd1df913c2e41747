"""Audits: each room proves its own books, `zhanggui check` asks them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from zhanggui.ground.kernel.editions import past_memory


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that must never be so, and is."""

    audit: str
    sentence: str
    kind: str = ""
    record_id: int | None = None


Audit = Callable[[], Iterable[str | tuple[str, str, int]]]

AUDITS: dict[str, Audit] = {}


def audit(name: str) -> Callable[[Audit], Audit]:
    """Register an audit: it yields one sentence (or sentence, kind, id) for each breach."""

    def register(function: Audit) -> Audit:
        if name in AUDITS:
            raise ValueError(f"two audits are called {name}")
        AUDITS[name] = function
        return function

    return register


def run_audits(names: Iterable[str] | None = None) -> Iterator[Breach]:
    """Run these audits (without names: every audit of every room) and yield the breaches.

    They look at what the database says, past what the process remembers.
    """
    for name in sorted(AUDITS if names is None else names):
        with past_memory():
            breaches = list(AUDITS[name]())
        for found in breaches:
            if isinstance(found, str):
                yield Breach(name, found)
            else:
                yield Breach(name, found[0], found[1], found[2])
