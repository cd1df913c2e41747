"""Movements can only be added; a place never changes and is never deleted."""

from django.db import migrations

from zhanggui.ground.kernel.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]
    operations = [
        append_only("stock_movement"),
        append_only("stock_location", unique=("id", "code", "depot_id", "holder_id")),
    ]
