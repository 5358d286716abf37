from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def find_topics(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lines written so far know the topic they tell of by its title alone."""
    changes = apps.get_model("projects", "Change").objects.filter(what="topic begun")
    for topic in apps.get_model("projects", "Topic").objects.all():
        changes.filter(workspace=topic.workspace_id, at=topic.made_at, about=topic.title).update(topic=topic)


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0003_change_topic"),
    ]

    operations = [
        migrations.RunPython(find_topics, migrations.RunPython.noop),
    ]
