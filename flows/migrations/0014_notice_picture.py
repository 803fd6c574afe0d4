from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("flows", "0013_manuals"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="picture",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
