"""Scenes: what many tests begin with, played once for each process and laid out anew for each test.

`laid_out(make, at)` returns what `make(at)` returned. The first time it lets `make` act, and notes
which rows stand in the tables afterwards that did not stand there before, and which files. Later it
writes those very rows, under the same keys, and returns a copy of its own of what `make` returned.
A test that asks how something came about calls `make` itself.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

Rows = dict[str, tuple[str, ...]]
"""The rows of a table as SQL literals, by key."""


@dataclass(frozen=True)
class Scene:
    """What was made: statements that write it, its files, and what the maker returned."""

    statements: list[str]
    files: dict[Path, bytes]
    made: Any


_scenes: dict[tuple[Any, ...], Scene] = {}


def laid_out(make: Callable[..., Any], *args: Any) -> Any:
    """Return what `make(*args)` returns, with all it leaves in the database."""
    from zhanggui.ground.kernel import guard

    scene = _scenes.get((make, *args))
    if scene is None:
        scene = _scenes[make, *args] = _played(make, args)
    else:
        with guard.writes_open(), connection.cursor() as cursor:
            for statement in scene.statements:
                cursor.execute(statement)
        for file, content in scene.files.items():
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
    return copy.deepcopy(scene.made)


def _played(make: Callable[..., Any], args: tuple[Any, ...]) -> Scene:
    columns = _columns()
    before, files_before = {name: _rows(name, of) for name, of in columns.items()}, _files()
    made = make(*args)
    statements = [
        statement
        for name, of in columns.items()
        for statement in _difference(name, of, before[name], _rows(name, of))
    ]
    files = {file: file.read_bytes() for file in _files() - files_before}
    return Scene(statements, files, made)


def _files() -> set[Path]:
    return {path for path in Path(str(settings.MEDIA_ROOT)).rglob("*") if path.is_file()}


def _columns() -> dict[str, list[str]]:
    """Return of each table its columns, the key first."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            key = connection.introspection.get_primary_key_column(cursor, name)
            if key is not None:
                told = connection.introspection.get_table_description(cursor, name)
                found[name] = [key, *(column.name for column in told if column.name != key)]
    return found


def _rows(name: str, columns: list[str]) -> Rows:
    literal = "quote_nullable({}::text)" if connection.vendor == "postgresql" else "quote({})"
    literals = ", ".join(literal.format(connection.ops.quote_name(c)) for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {literals} FROM {connection.ops.quote_name(name)}")
        return {row[0]: tuple(row) for row in cursor.fetchall()}


def _difference(name: str, columns: list[str], before: Rows, after: Rows) -> list[str]:
    """Return the statements that lead from the rows before to those after."""
    quote = connection.ops.quote_name
    table, key = quote(name), quote(columns[0])
    found = [f"DELETE FROM {table} WHERE {key} = {gone}" for gone in before if gone not in after]
    fresh = [row for own, row in after.items() if own not in before]
    if fresh:
        values = ", ".join(f"({', '.join(row)})" for row in fresh)
        found.append(f"INSERT INTO {table} ({', '.join(map(quote, columns))}) VALUES {values}")
        if connection.vendor == "postgresql":  # the next row of its own must be a further one
            found.append(
                f"SELECT setval(s, (SELECT max({key}::text::bigint) FROM {table})) "
                f"FROM pg_get_serial_sequence('{table}', '{columns[0]}') AS s WHERE s IS NOT NULL"
            )
    for own, row in after.items():
        if own in before and before[own] != row:
            now = ", ".join(f"{quote(c)} = {v}" for c, v in zip(columns, row, strict=True))
            found.append(f"UPDATE {table} SET {now} WHERE {key} = {own}")
    return found
