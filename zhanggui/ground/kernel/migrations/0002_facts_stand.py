"""Facts and seals can only be added, whoever asks."""

from django.db import migrations

from zhanggui.ground.kernel.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        append_only("kernel_fact", unique=("id", "key")),
        append_only("kernel_seal", unique=("id", "after_id", "upto_id")),
    ]
