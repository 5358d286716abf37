"""Made-up respondents take the same road as real ones."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from barometer.generating import generate_sheets
from barometer.sealing import open_bundle
from kumppani.surveys import actions
from kumppani.surveys.order import NotNow
from kumppani.surveys.simulating import simulate_respondents

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


def test_what_arrives_is_what_was_made_up(open_wave, custodians):
    simulate_respondents(wave=open_wave, respondents=15, seed=4)

    opened = open_bundle(actions.bundle_of(open_wave), custodians[:2], open_wave.questionnaire)
    made_up = generate_sheets(open_wave.questionnaire, 15, 4)

    def answers(sheets):
        return sorted(repr(sorted(sheet.answers.items())) for sheet in sheets)

    assert answers(opened.sheets) == answers(made_up)
    assert opened.unexplained == 0


def test_the_command_answers_the_only_open_wave(open_wave, custodians, capsys):
    call_command("simulate_answers", 2, seed=1)

    assert "2 made-up respondents answered" in capsys.readouterr().out
    assert len(actions.bundle_of(open_wave).rows) == 2


@pytest.mark.parametrize(("words", "sentence"), [((0,), "1 or more"), ((3, "--wave=other"), "0 waves are open")])
def test_the_command_says_what_is_missing(open_wave, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("simulate_answers", *map(str, words))


def test_the_command_refuses_outside_the_demonstration(open_wave, settings):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="Only the demonstration"):
        call_command("simulate_answers", 1)


def test_a_closed_wave_takes_no_made_up_answers(open_wave, who):
    actions.close_wave(wave=open_wave, by=who.coordinator, at=timezone.now())
    open_wave.refresh_from_db()

    with pytest.raises(NotNow):
        simulate_respondents(wave=open_wave, respondents=1, seed=1)
