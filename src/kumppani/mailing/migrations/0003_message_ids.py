from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0002_letters_of_use_for_a_while")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="message_id",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(model_name="letter", name="unsubscribe", field=models.URLField(blank=True, max_length=500)),
    ]
