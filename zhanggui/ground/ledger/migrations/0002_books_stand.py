"""Transfers can only be added; of an account nothing but its closing can change."""

from django.db import migrations

from zhanggui.ground.kernel.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        append_only("ledger_transfer", unique=("id", "pending_id")),
        append_only(
            "ledger_account",
            unique=("id", "code"),
            fixed=(
                "id", "code", "kind", "bound", "name", "area_id", "holder_kind", "holder_id",
                "opened_at",
            ),
        ),
    ]  # fmt: skip
