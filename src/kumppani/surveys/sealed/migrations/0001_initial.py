"""The tables of the sealed store. On SQLite they are WITHOUT ROWID: a hidden row number would keep the order of arrival."""

from django.db import migrations, models

TABLES = ("SealedAnswer", "Draft", "Tombstone")


def create_tables(apps, schema_editor):
    for name in TABLES:
        model = apps.get_model("sealed", name)
        if schema_editor.connection.vendor == "sqlite":
            sql, _ = schema_editor.table_sql(model)
            schema_editor.execute(f"{sql} WITHOUT ROWID")
        else:
            schema_editor.create_model(model)


def drop_tables(apps, schema_editor):
    for name in TABLES:
        schema_editor.delete_model(apps.get_model("sealed", name))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SealedAnswer",
                    fields=[
                        ("identifier", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("wave", models.CharField(max_length=80)),
                        ("sealed", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        ("lookup", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("wave", models.CharField(max_length=80)),
                        ("sealed", models.BinaryField()),
                        ("expires_on", models.DateField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Tombstone",
                    fields=[
                        ("identifier", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("wave", models.CharField(max_length=80)),
                    ],
                ),
            ],
        ),
        migrations.RunPython(create_tables, drop_tables),
    ]
