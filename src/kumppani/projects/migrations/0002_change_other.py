import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TOLD_OF_ANOTHER = ("related", "relation taken away", "task comes again")


def forget_titles(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lines written so far hold the title of another task, also for readers who may not see that one."""
    apps.get_model("projects", "Change").objects.filter(what__in=TOLD_OF_ANOTHER).update(about="")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0001_workspaces"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="other",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="projects.task"
            ),
        ),
        migrations.RunPython(forget_titles, migrations.RunPython.noop),
    ]
