"""No path of the database leads from a release, or from a person, to the sealed answers, or from results to surveys."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

from kumppani.surveys.sealed.routing import ANSWERS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kumppani"
SURVEYS = "kumppani.surveys"
SEALED = f"{SURVEYS}.sealed"


def relations() -> set[tuple[str, str]]:
    """Give every foreign key and link table as the apps it joins."""
    return {
        (model._meta.app_config.name, field.related_model._meta.app_config.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
    }


def test_there_are_relations_to_look_at():
    assert (SURVEYS, "kumppani.accounts") in relations()


def test_results_have_no_foreign_key_to_surveys():
    assert {pair for pair in relations() if pair[0] == "kumppani.results" and pair[1].startswith(SURVEYS)} == set()


def test_nothing_is_joined_to_the_sealed_store():
    assert {pair for pair in relations() if SEALED in pair} == set()


def test_the_sealed_store_keeps_no_time_finer_than_a_day_and_no_address():
    kinds = {
        f"{model.__name__}.{field.name}": field.get_internal_type()
        for model in apps.get_app_config("sealed").get_models()
        for field in model._meta.get_fields()
    }

    assert kinds
    assert {
        name for name, kind in kinds.items() if kind in {"DateTimeField", "TimeField", "GenericIPAddressField"}
    } == set()


def test_the_alias_of_the_sealed_store_is_spelled_in_the_store_alone():
    """Import rules cannot see a string such as using("answers")."""
    spelled = re.compile(rf"""["']{ANSWERS}["']""")
    allowed = {SOURCE / "settings" / "base.py", SOURCE / "surveys" / "sealed" / "routing.py"}
    using = re.compile(rf"""using\(?\s*=?\s*["']{ANSWERS}["']|connections\[["']{ANSWERS}["']""")

    assert ANSWERS in settings.DATABASES
    assert [path for path in allowed if not spelled.search(path.read_text(encoding="utf-8"))] == []
    assert [
        path for path in SOURCE.rglob("*.py") if path not in allowed and using.search(path.read_text(encoding="utf-8"))
    ] == []
