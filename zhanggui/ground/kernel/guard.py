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
    r"(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|MERGE\s+INTO|DELETE\s+FROM|COPY|"
    r"UPDATE(?:\s+OR\s+\w+)?|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(?:[\"`]?\w+[\"`]?\.)?[\"`]?(\w+)",
    re.IGNORECASE,
)
_PLAIN = ("SELECT", "INSERT", "UPDATE", "DELETE")


class WrittenOutsideAction(AssertionError):
    """A guarded table was written by something other than an action: a bug in the calling code."""


def watch(model: type[Model]) -> None:
    """Guard this model's table from now on."""
    _models.append(model)
    _tables.clear()


def guarded_tables() -> dict[str, str]:
    """Return the guarded tables and the models they keep."""
    if not _tables:
        _tables.update({m._meta.db_table: m._meta.label for m in _models if not m._meta.abstract})
    return _tables


def _check(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if not _open.get():
        for table in _written(str(sql)):
            if label := guarded_tables().get(table.lower()):
                raise WrittenOutsideAction(
                    f"{label} is written outside an action: write it in the room's actions.py"
                )
    return execute(sql, params, many, context)


def _written(sql: str) -> list[str]:
    """Return the tables a statement writes; only unusual statements are read to their end."""
    if sql.startswith(_PLAIN) and ";" not in sql:
        match = _WRITE.match(sql)
        return [match[1]] if match else []
    return _WRITE.findall(sql)


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
