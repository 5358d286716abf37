"""No form lets an e-mail address through that the tables cannot hold."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from django import forms
from django.conf import settings

from kumppani.accounts.forms import PersonForm
from kumppani.design.addresses import LONGEST_EMAIL, Email

LABEL = "a" * 60
LONG_DOMAIN = ".".join([LABEL] * 4) + ".example.org"


def _forms(of: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for each in of.__subclasses__():
        yield each
        yield from _forms(each)


def test_every_form_of_the_site_asks_for_addresses_with_the_one_field() -> None:
    importlib.import_module(settings.ROOT_URLCONF)
    ours = [each for each in _forms(forms.BaseForm) if each.__module__.startswith("kumppani.")]
    fields = [
        (each.__qualname__, name, field)
        for each in ours
        for name, field in getattr(each, "base_fields", {}).items()
        if isinstance(field, forms.EmailField)
    ]
    assert len(fields) >= 7
    assert [(form, name) for form, name, field in fields if not isinstance(field, Email)] == []
    assert {field.max_length for _form, _name, field in fields} == {LONGEST_EMAIL}


def test_an_address_that_the_tables_cannot_hold_is_refused_with_words() -> None:
    long = f"veera@{LONG_DOMAIN}"
    assert LONGEST_EMAIL < len(long) <= 320
    form = PersonForm({"name": "Veera", "email": long, "language": "en"})
    assert not form.is_valid()
    assert "254" in form.errors["email"][0]
