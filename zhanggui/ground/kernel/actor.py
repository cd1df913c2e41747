"""Who does a deed, as far as the kernel needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Standing:
    """In what capacity someone may act: appointment, post, area, and the duty's promise there."""

    appointment_id: int | None
    post: str
    area: str
    promise_s: int | None = None


class Actor(Protocol):
    """Anyone who may do deeds: a person in posts, the company's clock, a customer."""

    @property
    def person_id(self) -> int | None:
        """The person's id; None for the clock and for customers."""

    @property
    def kind(self) -> str:
        """person, clock or customer."""

    def standings(self, duty: str, record: object) -> Sequence[Standing]:
        """Return every capacity in which this duty may be done to this record, best first.

        `record` is a record, the code of an area, or None for a deed that has no place yet.
        """


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The company's own clock: rounds act as it, and may do what only the clock may."""

    person_id: int | None = None
    kind: str = "clock"

    def standings(self, duty: str, record: object) -> Sequence[Standing]:
        """Return a standing of its own: rounds are code under review, not a person's wish."""
        return (Standing(appointment_id=None, post="", area=""),)


CLOCKWORK = Clockwork()


@dataclass(frozen=True, slots=True)
class CustomerActor:
    """A customer outside: may do what a face opened to customers, and nothing else.

    `duties` are the codes of the duties that the face asks for on the customer's behalf; no post
    holds them.
    """

    duties: frozenset[str]
    person_id: int | None = None
    kind: str = "customer"

    def standings(self, duty: str, record: object) -> Sequence[Standing]:
        """Return one standing, in the area of the record, for the duties opened to customers."""
        if duty not in self.duties:
            return ()
        area = record if isinstance(record, str) else getattr(record, "area_id", None)
        return (Standing(appointment_id=None, post="", area=area or ""),)
