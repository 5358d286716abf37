"""The protected release of a real survey, attacked as anybody could attack the download."""

from __future__ import annotations

from pathlib import Path

import pytest

from barometer.attack import attack
from barometer.disclosure.policy import read_policy
from barometer.disclosure.protecting import protect
from barometer.estimation import estimate
from barometer.formats.mapping import read_mapping, wave_files
from barometer.tabulation import tabulate
from barometer.wave import read_wave
from tests.barometer.real_survey import recounting

MAPPINGS = recounting.REPOSITORY / "examples" / "real-survey-mappings"


@pytest.mark.parametrize("survey", ["2017-de", "2017-uk", "2016-uk"])
def test_the_protected_tables_of_a_real_survey_survive_the_attack(survey: str, shared_folder: Path):
    mapped = recounting.mapped(survey, shared_folder)
    files = wave_files(read_mapping((MAPPINGS / f"{survey}.yaml").read_bytes()), mapped)
    wave = read_wave(files["wave.yaml"], mapped.questionnaire, respondents=mapped.responses.respondents)
    policy = read_policy((MAPPINGS / "policies" / f"{survey}.yaml").read_bytes(), mapped.questionnaire)

    tables = estimate(protect(tabulate(mapped.responses), policy, wave).tables)

    assert attack([tables]).findings == ()
    assert len(tables.tables) > 100
    assert tables.wave.attribution
