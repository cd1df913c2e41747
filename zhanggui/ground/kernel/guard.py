"""The lock on every guarded table: a write outside an action raises, however it is spelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model

_open: ContextVar[bool] = ContextVar("writes_open", default=False)
_models: list[type[Model]] = []
_tables: dict[str, str] = {}
_WRITE = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+[\"`]?(\w+)",
    re.IGNORECASE,
)


class WrittenOutsideAction(AssertionError):
    """A guarded table was written by something other than an action: a bug in the calling code."""


def watch(model: type[Model]) -> None:
    """Guard this model's table from now on."""
    _models.append(model)


def guarded_tables() -> dict[str, str]:
    """Return the guarded tables and the models they keep."""
    if not _tables:
        _tables.update(
            {m._meta.db_table: m._meta.label for m in _models if not m._meta.abstract}
        )
    return _tables


def _check(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if not _open.get() and isinstance(sql, str) and (match := _WRITE.match(sql)):
        label = guarded_tables().get(match[1])
        if label is not None:
            raise WrittenOutsideAction(
                f"{label} is written outside an action: put the write into the room's actions.py"
            )
    return execute(sql, params, many, context)


def _on_connection(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _check not in connection.execute_wrappers:
        connection.execute_wrappers.append(_check)


def install() -> None:
    """Put the guard on every connection, present and future."""
    connection_created.connect(_on_connection, dispatch_uid="zhanggui.guard")
    for connection in connections.all(initialized_only=True):
        _on_connection(connection=connection)


@contextmanager
def writes_open() -> Iterator[None]:
    """Let guarded tables be written while the block runs: for the action machinery, migrations and
    the loading of an export; nothing else may call it (checked by tests/house)."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def is_open() -> bool:
    """Tell whether an action is being performed in this thread."""
    return _open.get()
