"""Translations: what is found in code and templates, and what the check refuses."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import polib
import pytest

from tools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext

def say(count):
    # Translators: on the button
    _("Send")
    pgettext("a verb", "Open")
    ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}
"""
TEMPLATE = """{% load i18n %}
      <h1>{% translate "Waves" %}</h1>
  {% blocktranslate trimmed with name=wave.name %}
    It's the wave {{ name }}, 100 % yours.
  {% endblocktranslate %}
    {% blocktranslate count days=days trimmed %}One day{% plural %}{{ days }} days{% endblocktranslate %}
"""
SAID = {
    "Send": "Lähetä",
    "Open": "Avaa",
    "Waves": "Kierrokset",
    "It's the wave %(name)s, 100 %% yours.": "Kierros on %(name)s, 100 %% sinun.",
}
SAID_PLURAL = {
    "%(count)s answer": ("%(count)s vastaus", "%(count)s vastausta"),
    "One day": ("Yksi päivä", "%(days)s päivää"),
}
SAID_ARABIC = {
    "%(count)s answer": (
        "لا إجابات",
        "إجابة واحدة",
        "إجابتان",
        "%(count)s إجابات",
        "%(count)s إجابة",
        "%(count)s إجابة بالضبط",
    ),
    "One day": ("لا أيام", "يوم واحد", "يومان", "%(days)s أيام", "%(days)s يومًا", "%(days)s يوم"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with one module and one template, completely translated."""
    templates = tmp_path / messages.SITE / "surveys" / "templates" / "surveys"
    templates.mkdir(parents=True)
    (templates / "waves.html").write_text(TEMPLATE)
    (tmp_path / messages.SITE / "surveys" / "views.py").write_text(PYTHON)
    messages.update(tmp_path)
    for language in messages.LANGUAGES:
        translate(tmp_path, language)
    messages.update(tmp_path)
    return tmp_path


def translate(root: Path, language: str) -> None:
    catalogue = polib.pofile(str(messages.catalogue_of(root, language)))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = dict(enumerate((SAID_ARABIC if language == "ar" else SAID_PLURAL)[entry.msgid]))
        else:
            entry.msgstr = SAID[entry.msgid]
    catalogue.save()


def change(root: Path, old: str, new: str, name: str = "locale/fi/LC_MESSAGES/django.po") -> None:
    path = root / messages.SITE / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_strings_are_found_in_code_and_in_templates(site):
    found = messages.strings_of(site)

    assert {(context, text) for context, text in found} == {
        (None, "Send"),
        ("a verb", "Open"),
        (None, "Waves"),
        (None, "%(count)s answer"),
        (None, "It's the wave %(name)s, 100 %% yours."),
        (None, "One day"),
    }
    assert found[None, "Send"].comments == {"Translators: on the button"}
    assert found[None, "One day"].plural == "%(days)s days"


def test_a_complete_catalogue_has_no_fault(site):
    assert list(messages.faults_in(site)) == []


def test_the_catalogue_speaks_finnish(site):
    compiled = polib.pofile(str(messages.catalogue_of(site, "fi"))).to_binary()
    finnish = gettext.GNUTranslations(io.BytesIO(compiled))

    assert finnish.gettext("Send") == "Lähetä"
    assert finnish.pgettext("a verb", "Open") == "Avaa"
    assert finnish.ngettext("One day", "%(days)s days", 2) == "%(days)s päivää"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "لا أيام"),
        (1, "يوم واحد"),
        (2, "يومان"),
        (3, "3 أيام"),
        (10, "10 أيام"),
        (11, "11 يومًا"),
        (99, "99 يومًا"),
        (100, "100 يوم"),
        (102, "102 يوم"),
        (103, "103 أيام"),
        (1011, "1011 يومًا"),
    ],
)
def test_the_catalogue_counts_in_arabic(site, days, said):
    compiled = polib.pofile(str(messages.catalogue_of(site, "ar"))).to_binary()
    arabic = gettext.GNUTranslations(io.BytesIO(compiled))

    assert arabic.ngettext("One day", "%(days)s days", days) % {"days": days} == said


def test_a_language_without_one_of_its_forms_is_not_translated(site):
    change(site, 'msgstr[5] "%(days)s يوم"', 'msgstr[5] ""', "locale/ar/LC_MESSAGES/django.po")

    assert [line for line in messages.faults_in(site) if "“One day” is not translated" in line] == [
        "src/kumppani/locale/ar/LC_MESSAGES/django.po: “One day” is not translated"
    ]


def test_each_form_beside_a_number_keeps_it(site):
    change(site, 'msgstr[4] "%(days)s يومًا"', 'msgstr[4] "أيام"', "locale/ar/LC_MESSAGES/django.po")

    assert list(messages.faults_in(site)) == [
        "src/kumppani/locale/ar/LC_MESSAGES/django.po: “One day” has other placeholders in its translation: days"
    ]


def test_the_words_at_the_head_of_a_catalogue_stay(site):
    path = messages.catalogue_of(site, "ar")
    path.write_text(f"# The words of this catalogue.\n{path.read_text()}")
    messages.update(site)

    assert path.read_text().startswith("# The words of this catalogue.\n")


def test_updating_twice_changes_nothing(site):
    paths = sorted((site / messages.SITE / "locale").rglob("django.*"))
    before = [path.read_bytes() for path in paths]

    messages.update(site)

    assert [path.read_bytes() for path in paths] == before


def test_a_string_that_comes_back_brings_its_translation(site):
    change(site, '_("Send")', '_("Post")', "surveys/views.py")
    messages.update(site)
    change(site, '_("Post")', '_("Send")', "surveys/views.py")
    messages.update(site)

    assert polib.pofile(str(messages.catalogue_of(site, "fi"))).find("Send").msgstr == "Lähetä"


def test_pruning_drops_what_no_code_uses(site):
    change(site, '_("Send")', '_("Open")', "surveys/views.py")
    messages.update(site, prune=True)

    assert "Lähetä" not in messages.catalogue_of(site, "fi").read_text()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgstr "Lähetä"', 'msgstr ""', "“Send” is not translated"),
        ('msgid "Send"', '#, fuzzy\nmsgid "Send"', "“Send” is marked fuzzy"),
        ("Kierros on %(name)s", "Kierros on %(nimi)s", "has other placeholders in its translation: name, nimi"),
        ("%(days)s päivää", "päiviä", "has other placeholders in its translation: days"),
    ],
)
def test_a_fault_in_a_catalogue_is_reported(site, old, new, fault):
    change(site, old, new)

    assert any(fault in line for line in messages.faults_in(site))


def test_a_new_string_in_the_code_is_reported(site):
    change(site, '_("Send")', '_("Post")', "surveys/views.py")

    assert any("is not up to date with the code" in line for line in messages.faults_in(site))


def test_a_missing_catalogue_is_reported(site):
    messages.catalogue_of(site, "sv").unlink()

    assert list(messages.faults_in(site)) == [
        "src/kumppani/locale/sv/LC_MESSAGES/django.po: is missing; run `make messages`"
    ]
