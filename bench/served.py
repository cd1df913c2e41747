"""Measuring what is served, without what the tests put around it to watch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def told_by(how: str, folder: Path, orders: int) -> dict[str, Any]:
    """Return what `own_shop.py` tells of a shop put up in this folder, in a process of its own."""
    command = [sys.executable, "-m", "bench.own_shop", how, folder, str(orders)]
    # Nothing of the tests goes with it but the server of a database.
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL") if name in os.environ}
    done = subprocess.run(
        command, check=True, env=kept, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE
    )
    told: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return told
