"""The orders of a phone or a device are found by an index of all orders."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_payments")]
    operations = [
        migrations.RemoveIndex(model_name="order", name="order_of_phone"),
        migrations.RemoveIndex(model_name="order", name="order_of_device"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["phone_key", "placed_at"], name="order_of_phone"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["device", "placed_at"], name="order_of_device"),
        ),
    ]
