from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_initial")]

    operations = [
        migrations.AddField(model_name="letter", name="of_use_until", field=models.DateTimeField(null=True)),
    ]
