"""The moves a record may make from state to state; an illegal move refuses loudly."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal

S = TypeVar("S", bound=TextChoices)


class Moves(Generic[S]):
    """A table of verbs, each with the states it starts from and the state it leads to.

    `Moves(State, start=State.DRAFT, verbs={"schedule": ({State.DRAFT}, State.SCHEDULED)})`.
    Building it fails when a state cannot be reached, so a table with a dead state never ships.
    """

    def __init__(
        self,
        states: type[S],
        *,
        start: S | Collection[S],
        verbs: Mapping[str, tuple[Collection[S], S]],
    ) -> None:
        self.states = states
        self.start = frozenset([start] if isinstance(start, states) else start)
        self.verbs = dict(verbs)
        reached = set(self.start)
        while (
            fresh := {to for origins, to in self.verbs.values() if reached & set(origins)} - reached
        ):
            reached |= fresh
        if unreachable := set(states) - reached:
            raise ValueError(
                f"{states.__name__}: no verb leads to {', '.join(sorted(unreachable))}"
            )

    def why_not(self, verb: str, state: str) -> Refusal | None:
        """Return the refusal of this verb in this state, or None when the move is legal."""
        origins, _to = self.verbs[verb]
        if state in origins:
            return None
        now = self.states(state)
        return Refusal(
            "illegal_move",
            _("This cannot be done while the state is “%(state)s”.") % {"state": now.label},
            settles=_("Look at the record again: someone may have moved it on meanwhile."),
            data={"verb": verb, "state": str(now), "from": sorted(str(o) for o in origins)},
        )

    def to(self, verb: str, state: str) -> S:
        """Return the state this verb leads to; raise its Refusal when the move is illegal."""
        if refusal := self.why_not(verb, state):
            raise refusal
        return self.verbs[verb][1]
