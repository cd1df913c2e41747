"""The lock on every guarded table: a write outside an action raises, however it is spelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model

_open: ContextVar[set[str] | None] = ContextVar("writes_open", default=None)
"""The tables with editions written since the lock was lifted; None while it is not."""

_models: list[type[Model]] = []
_tables: dict[str, str] = {}
_noted: set[str] = set()  # of the guarded tables those that have editions
_renew: list[Callable[[set[str]], None]] = []
_around: list[Callable[[], AbstractContextManager[None]]] = []
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
    _noted.clear()


def guarded_tables() -> dict[str, str]:
    """Return the guarded tables and the models they keep."""
    if not _tables:
        real = [model for model in _models if not model._meta.abstract]
        _tables.update({model._meta.db_table: model._meta.label for model in real})
        _noted.update(m._meta.db_table for m in real if getattr(m, "editions", False))
    return _tables


def tables_with_editions() -> set[str]:
    """Return the guarded tables of which it is noted when they were written."""
    guarded_tables()
    return _noted


def _check(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    written = _open.get()
    if written is None:
        for table in _written(str(sql)):
            if label := guarded_tables().get(table.lower()):
                raise WrittenOutsideAction(
                    f"{label} is written outside an action: write it in the room's actions.py"
                )
    else:
        written |= tables_with_editions().intersection(_written(str(sql)))
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


def when_written(
    renew: Callable[[set[str]], None], *, around: Callable[[], AbstractContextManager[None]]
) -> None:
    """Call `renew` with the tables with editions that were written, in the same transaction.

    `around` is what surrounds the time in which the lock is lifted.
    """
    _renew.append(renew)
    _around.append(around)


def written() -> set[str]:
    """Return the tables with editions that the deed being done has written so far."""
    return _open.get() or set()


@contextmanager
def writes_open() -> Iterator[None]:
    """Let guarded tables be written while the block runs: for the action machinery, migrations and
    the loading of an export; nothing else may call it (checked by tests/house)."""
    if _open.get() is not None:
        yield
        return
    own: set[str] = set()
    token = _open.set(own)
    try:
        with ExitStack() as stack:
            for around in _around:
                stack.enter_context(around())
            yield
            if own:
                for renew in _renew:
                    renew(own)
    finally:
        _open.reset(token)


def is_open() -> bool:
    """Tell whether an action is being performed in this thread."""
    return _open.get() is not None
