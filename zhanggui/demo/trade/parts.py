"""The parts of the trade, in the order in which those of one moment act."""

from __future__ import annotations

from typing import cast

from zhanggui.demo.trade import (
    carrying,
    money,
    placing,
    screening,
    shelves,
    shortages,
    transfers,
)
from zhanggui.demo.trade.living import Part

PARTS = cast(
    "tuple[Part, ...]", (shelves, money, transfers, placing, screening, shortages, carrying)
)
