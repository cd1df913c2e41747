import django.db.models.deletion
from django.db import migrations, models

import zhanggui.books.catalogue.models


class Migration(migrations.Migration):
    """Keep under which tokens each product is found; the clock's round fills what stood before."""

    dependencies = [("catalogue", "0003_picture")]

    operations = [
        migrations.CreateModel(
            name="IndexEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", zhanggui.books.catalogue.models.TokenField(max_length=40)),
                ("weight", models.SmallIntegerField()),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["token", "product", "weight"], name="indexentry_by_token")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "token"), name="indexentry_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gt", 0)), name="indexentry_weighs"
                    ),
                ],
            },
        ),
    ]
