"""Read `geography.yaml` again: the regions and areas have Arabic names."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from kumppani.regions.loading import load_geography


def read_again(apps: Any, _editor: Any) -> None:
    models = {name: apps.get_model("regions", name) for name in ("region", "grouping", "area")}
    load_geography(**models)


class Migration(migrations.Migration):
    dependencies = [("regions", "0002_geography")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
