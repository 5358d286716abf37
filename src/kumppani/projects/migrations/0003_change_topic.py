import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0002_change_other"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="topic",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="projects.topic"
            ),
        ),
    ]
