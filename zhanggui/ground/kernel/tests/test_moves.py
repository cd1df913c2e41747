"""Moves: legal ones lead on, illegal ones refuse, dead states do not ship."""

from __future__ import annotations

import pytest
from django.db.models import TextChoices

from zhanggui.ground.kernel.moves import Moves
from zhanggui.ground.kernel.refusal import Refusal


class Door(TextChoices):
    OPEN = "open", "standing open"
    SHUT = "shut", "shut"
    LOCKED = "locked", "locked"


VERBS = {
    "shut_door": ({Door.OPEN}, Door.SHUT),
    "lock_door": ({Door.SHUT}, Door.LOCKED),
    "open_door": ({Door.SHUT, Door.LOCKED}, Door.OPEN),
}
MOVES = Moves(Door, start=Door.OPEN, verbs=VERBS)


@pytest.mark.parametrize(
    ("verb", "state", "to"),
    [
        ("shut_door", "open", Door.SHUT),
        ("lock_door", "shut", Door.LOCKED),
        ("open_door", "shut", Door.OPEN),
        ("open_door", Door.LOCKED, Door.OPEN),
    ],
)
def test_to_leads_on(verb: str, state: str, to: Door) -> None:
    assert MOVES.why_not(verb, state) is None
    assert MOVES.to(verb, state) is to


@pytest.mark.parametrize(
    ("verb", "state", "origins"),
    [
        ("shut_door", Door.SHUT, ["open"]),
        ("shut_door", Door.LOCKED, ["open"]),
        ("lock_door", Door.OPEN, ["shut"]),
        ("lock_door", Door.LOCKED, ["shut"]),
        ("open_door", Door.OPEN, ["locked", "shut"]),
    ],
)
def test_to_refuses_every_other_move(verb: str, state: Door, origins: list[str]) -> None:
    with pytest.raises(Refusal) as no:
        MOVES.to(verb, state)
    assert (no.value.code, no.value.status) == ("illegal_move", 409)
    assert str(no.value) == (
        f"This cannot be done while the state is “{state.label}”. "
        "Look at the record again: someone may have moved it on meanwhile."
    )
    assert no.value.data == {"verb": verb, "state": state.value, "from": origins}


def test_moves_refuses_to_be_built_with_a_dead_state() -> None:
    verbs = {"shut_door": VERBS["shut_door"], "open_door": VERBS["open_door"]}
    with pytest.raises(ValueError, match=r"Door: no verb leads to locked$"):
        Moves(Door, start=Door.OPEN, verbs=verbs)
    both = Moves(Door, start={Door.OPEN, Door.LOCKED}, verbs=verbs)
    assert both.start == {Door.OPEN, Door.LOCKED}


def test_moves_does_not_take_a_circle_of_dead_states_for_life() -> None:
    verbs = {
        "lock_door": ({Door.SHUT}, Door.LOCKED),
        "unlock_door": ({Door.LOCKED}, Door.SHUT),
    }
    with pytest.raises(ValueError, match=r"Door: no verb leads to locked, shut$"):
        Moves(Door, start=Door.OPEN, verbs=verbs)


def test_why_not_of_an_unknown_verb_or_state_is_a_bug() -> None:
    with pytest.raises(KeyError):
        MOVES.why_not("paint_door", Door.OPEN)
    with pytest.raises(ValueError, match="ajar"):
        MOVES.why_not("shut_door", "ajar")
