"""Taking lines one after another, from one structure to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.rules.changes.areas import add_area, close_area, move_area
from zhanggui.ground.org.rules.changes.people import appoint, end, hand_over, leave, transfer
from zhanggui.ground.org.rules.changes.posts import add_post, move_duty
from zhanggui.ground.org.rules.changes.step import Data, Step, no
from zhanggui.ground.org.rules.changes.units import (
    add_unit,
    close_unit,
    merge_units,
    move_unit,
    split_unit,
)
from zhanggui.ground.org.rules.difference import undo
from zhanggui.ground.org.rules.structure import (
    Structure,
)


def restore(structure: Structure, data: Data) -> Structure:
    """Undo a recorded difference: everything it touched must still be as it left it."""
    return undo(structure, data["difference"])


STEPS: dict[str, Callable[[Structure, Data], Structure]] = {
    "appoint": appoint,
    "transfer": transfer,
    "end": end,
    "leave": leave,
    "hand_over": hand_over,
    "add_unit": add_unit,
    "move_unit": move_unit,
    "split_unit": split_unit,
    "merge_units": merge_units,
    "add_area": add_area,
    "move_area": move_area,
    "move_duty": move_duty,
    "add_post": add_post,
    "close_unit": close_unit,
    "close_area": close_area,
    "restore": restore,
}


class BrokenStep(Refusal):
    """A line of a change set that cannot be taken; `line` counts from 1."""

    def __init__(self, line: int, why: Refusal) -> None:
        super().__init__(
            why.code, why.sentence, settles=why.settles, status=why.status, data={"line": line}
        )
        self.line = line


def take(structure: Structure, steps: Sequence[Step]) -> Structure:
    """Return the structure after all steps; raise BrokenStep at the first that cannot be taken."""
    for number, step in enumerate(steps, start=1):
        try:
            structure = STEPS[step.kind](structure, step.data)
        except Refusal as why:
            raise BrokenStep(number, why) from why
        except (KeyError, TypeError, AttributeError) as why:
            raise BrokenStep(
                number,
                no(
                    "incomplete_line",
                    _("This line lacks a value or has one of the wrong kind."),
                    _("Remove the line and add it again."),
                ),
            ) from why
    return structure
