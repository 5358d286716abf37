"""What is kept of people is declared, told and ended: no model is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.test import Client

from kumppani.history import retention
from kumppani.history.ending import end_what_is_over
from kumppani.history.models import Line, Run

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PERSON = "accounts.person"


def holds_something_of_people(model: type[models.Model]) -> bool:
    """A person, an address, or room for somebody's own words."""
    fields = [*model._meta.get_fields(include_hidden=False)]
    of_people = [field for field in fields if field.is_relation and not field.auto_created]
    names = {field.related_model._meta.label_lower for field in of_people if isinstance(field.related_model, type)}
    free = [field for field in fields if isinstance(field, (models.EmailField, models.TextField, models.BinaryField))]
    return PERSON in names or bool(free) or model._meta.label_lower == PERSON


@pytest.mark.same_on_every_database("models are the same on each")
def test_every_model_of_the_site_is_declared():
    labels = {model._meta.label_lower for model in apps.get_models()}

    assert labels - retention.declared_models() == set()
    assert retention.declared_models() - labels == set()


@pytest.mark.same_on_every_database("models are the same on each")
def test_what_is_said_to_hold_nothing_about_people_holds_nothing():
    said = [apps.get_model(label) for label in retention.models_about_nobody()]

    assert [model._meta.label_lower for model in said if holds_something_of_people(model)] == []
    assert holds_something_of_people(apps.get_model("mailing.letter"))
    assert holds_something_of_people(apps.get_model("network.membership"))


@pytest.mark.same_on_every_database("it reads no database")
def test_a_model_is_declared_once():
    with pytest.raises(ValueError, match=r"mailing\.letter"):
        retention.keep("mailing.letter", what="", why="", until="")


@pytest.mark.django_db
def test_everybody_reads_what_is_kept_and_how_long():
    for language, _name in settings.LANGUAGES:
        page = Client().get(f"/{language}/what-we-keep/").content.decode()

        assert page.count('<li class="task">') == len(retention.everything_kept())
    assert "Two years after the last day." in Client().get("/en/what-we-keep/").content.decode()


@pytest.mark.django_db(databases=["default", "answers"])
def test_the_nightly_command_runs_every_end_twice_without_harm_and_tells_numbers():
    call_command("end_what_is_over")
    call_command("end_what_is_over")

    assert [run.outcome for run in Run.objects.all()] == ["done", "done"]
    assert not Line.objects.filter(what="kept no longer").exists()  # there was nothing to end


@pytest.mark.django_db
def test_an_end_that_fails_stops_no_other_and_is_told_by_its_class():
    def fails(_at: datetime) -> int:
        Line.objects.create(what="half done", by_name="", at=NOW)
        raise OSError("somebody@example.org")

    rows = [
        retention.Retention(("a.a",), "", "", "", fails),
        retention.Retention(("b.b",), "", "", "", lambda _at: 3),
        retention.Retention(("c.c",), "", "", ""),
    ]

    with pytest.raises(OSError, match="somebody"):
        end_what_is_over(at=NOW, rows=rows)

    run = Run.objects.get()
    assert (run.outcome, run.told) == ("failed", "OSError")
    assert [(line.what, line.note) for line in Line.objects.all()] == [("kept no longer", "b.b 3")]
