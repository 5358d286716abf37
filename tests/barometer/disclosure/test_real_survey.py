"""A survey that others made, under a policy without groupings: its protected tables survive the attack.

Under the policies that come with their mappings all of them are attacked in `tests/barometer/real_survey`.
"""

from __future__ import annotations

from pathlib import Path

from barometer.attack import attack
from barometer.disclosure.policy import Background, Policy
from barometer.disclosure.protecting import protect
from barometer.tabulation import tabulate
from tests.barometer.disclosure.surveys import wave_of
from tests.barometer.real_survey.recounting import mapped


def test_the_attack_finds_nothing_in_a_real_survey(shared_folder: Path) -> None:
    responses = mapped("2016-uk", shared_folder).responses
    backgrounds = tuple(Background(question.id) for question in responses.questionnaire.backgrounds)

    made = protect(tabulate(responses), Policy(backgrounds=backgrounds), wave_of(responses))

    findings = attack([made.tables])
    assert findings.is_clean, findings.found[0]
    assert len(made.tables.tables) > 100
