"""Tables that the database itself refuses to change: a migration operation for both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} cannot be changed: {verb} refused'); END
"""
# INSERT OR REPLACE deletes what stands in its way without asking the trigger on DELETE.
_SQLITE_REPLACE = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN {same}
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table} has this row already'); END
"""
_SQLITE_SAME = "EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.{column})"
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION zhanggui_no_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% cannot be changed: % refused', TG_TABLE_NAME, lower(TG_OP); END $$
"""
_POSTGRES = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
FOR EACH {each} EXECUTE FUNCTION zhanggui_no_change()
"""


def append_only(
    table: str, *, unique: Sequence[str] = ("id",), fixed: Sequence[str] = ()
) -> RunPython:
    """Return the migration operation after which rows of `table` can only be added.

    Changing, deleting and truncating raise a database error, whoever asks and however. `unique`
    names the columns that may not occur twice (SQLite would let a row be replaced by another with
    the same value). With `fixed` only these columns cannot be changed; the others can.
    """
    update = f"UPDATE OF {', '.join(fixed)}" if fixed else "UPDATE"

    def triggers(vendor: str) -> dict[str, str]:
        if vendor == "postgresql":
            events = [("update", update, "ROW"), ("delete", "DELETE", "ROW")]
            events.append(("truncate", "TRUNCATE", "STATEMENT"))
            return {
                verb: _POSTGRES.format(table=table, verb=verb, event=event, each=each)
                for verb, event, each in events
            }
        same = " OR ".join(_SQLITE_SAME.format(table=table, column=column) for column in unique)
        return {
            "update": _SQLITE.format(table=table, verb="update", event=update),
            "delete": _SQLITE.format(table=table, verb="delete", event="DELETE"),
            "replace": _SQLITE_REPLACE.format(table=table, same=same),
        }

    def put_up(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(_POSTGRES_FUNCTION, None)  # its % is not a placeholder
        for statement in triggers(vendor).values():
            schema_editor.execute(statement)

    def take_down(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        vendor = schema_editor.connection.vendor
        on = f" ON {table}" if vendor == "postgresql" else ""
        for verb in triggers(vendor):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}{on}")

    return RunPython(put_up, take_down)
