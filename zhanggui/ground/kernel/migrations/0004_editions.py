"""Tables have editions, between which what they say is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_example_runs_ahead")]
    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("name", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
            ],
        ),
    ]
