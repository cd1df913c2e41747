"""The one place that asks what time it is.

Pages, rounds, the command line and the demo company ask; everything else is told (`at`). A pretend
clock starts at a given moment and runs on from there, so a pretend evening still ticks. On top of
that the example company's clock may run ahead (`lead.py`), by as much as days were let pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_fixed: ContextVar[datetime | None] = ContextVar("clock_fixed", default=None)
_process_offset = timedelta(0)
_lead = timedelta(0)


def now() -> datetime:
    """Return the present moment, aware and in UTC; the pretend one while a pretend clock is set."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    return datetime.now(UTC) + _process_offset + _lead


def pretending() -> bool:
    """Tell whether this process lives by a pretend clock."""
    return _fixed.get() is not None or bool(_process_offset) or bool(_lead)


def stopped() -> bool:
    """Tell whether the clock of this thread stands still."""
    return _fixed.get() is not None


def pretend_from(moment: datetime) -> None:
    """Set the whole process to `moment` (aware); time runs on from there."""
    global _process_offset  # noqa: PLW0603 - one clock per process is the point
    if moment.tzinfo is None:
        raise ValueError("a pretend clock needs a moment and its zone: 2026-11-23T22:00+08:00")
    _process_offset = moment - datetime.now(UTC)


def lead() -> timedelta:
    """Return how far the process runs ahead."""
    return _lead


def lead_to(moment: datetime) -> timedelta:
    """Return how far the process has to run ahead for now to be `moment`."""
    return moment - (now() - _lead)


def run_ahead(lead: timedelta) -> bool:
    """Let the whole process run ahead by `lead`; tell whether that is news to it."""
    global _lead
    former, _lead = _lead, lead
    return former != lead


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock of this thread at `moment` while the block runs."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
