"""Measuring what is served, without what the tests put around it to watch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.template.base import Template
from django.test.utils import _TestState  # type: ignore[attr-defined]

from tests import audited


@contextmanager
def unwatched() -> Iterator[None]:
    """Draw templates and ask the database as in production, inside the block.

    The tests keep the context of every template drawn, and the tables of every statement.
    """
    watched, note = Template._render, audited._note
    Template._render = _TestState.saved_data.template_render
    connection.execute_wrappers.remove(note)
    try:
        yield
    finally:
        connection.execute_wrappers.append(note)
        Template._render = watched
