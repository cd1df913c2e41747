"""The example company's clock may run ahead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_facts_stand")]
    operations = [
        migrations.AddField(
            model_name="installation",
            name="ahead_s",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="installation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ahead_s", 0), models.Q(("ahead_s__gt", 0), ("example", True)), _connector="OR"
                ),
                name="installation_ahead_example",
            ),
        ),
    ]
