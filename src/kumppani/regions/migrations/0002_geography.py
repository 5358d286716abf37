"""Fill the region tree from `geography.yaml`."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from kumppani.regions.loading import load_geography


def forwards(apps: Any, schema_editor: Any) -> None:
    models = {name.lower(): apps.get_model("regions", name) for name in ("Region", "Grouping", "Area")}
    load_geography(**models)


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False)]
