import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Let each picture of a product be one of the library; no product had one before."""

    dependencies = [
        ("media", "0001_initial"),
        ("catalogue", "0002_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="productpicture",
            name="picture",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="media.picture",
            ),
        ),
        migrations.AddConstraint(
            model_name="productpicture",
            constraint=models.UniqueConstraint(
                fields=("product", "picture"), name="product_has_picture_once"
            ),
        ),
    ]
