"""Changes of the organisation as pure steps from one structure to the next.

Preview and application walk through the same steps, so what was previewed is what is done. Each
step either returns the next structure or raises the Refusal that says what settles it.
"""

from __future__ import annotations

from zhanggui.ground.org.rules.changes.step import AREA_PARENTS, Data, Step
from zhanggui.ground.org.rules.changes.taking import STEPS, BrokenStep, take

__all__ = [
    "AREA_PARENTS",
    "STEPS",
    "BrokenStep",
    "Data",
    "Step",
    "take",
]
