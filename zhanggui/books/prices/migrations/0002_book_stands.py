"""The price book can only be added to; of a price nothing but its withdrawal can change."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhanggui.ground.kernel.immutable import append_only

# SQLite replaces a row that stands in the way of a new one without asking the trigger on DELETE.
_REPLACE = """
CREATE TRIGGER {table}_no_replace_moment BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE sku_id = NEW.sku_id AND since_at = NEW.since_at{live})
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {table} has this moment already'); END
"""
_LIVE = {"prices_priceentry": " AND withdrawn_at IS NULL", "prices_costentry": ""}


def put_up(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table, live in _LIVE.items():
            schema_editor.execute(_REPLACE.format(table=table, live=live))


def take_down(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in _LIVE:
            schema_editor.execute(f"DROP TRIGGER {table}_no_replace_moment")


class Migration(migrations.Migration):
    dependencies = [("prices", "0001_initial")]
    operations = [
        append_only(
            "prices_priceentry",
            fixed=(
                "id", "sku_id", "price_fen", "market_fen", "since_at", "reason", "set_at",
                "set_by_id", "deed",
            ),
        ),
        append_only("prices_costentry"),
        migrations.RunPython(put_up, take_down),
    ]  # fmt: skip
