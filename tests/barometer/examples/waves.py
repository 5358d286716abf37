from __future__ import annotations

from pathlib import Path

from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.reading import read_questionnaire_folder

EXAMPLES = Path(__file__).parents[3] / "examples"
WAVES = ("partnership-barometer-2022", "demonstration-2025", "demonstration-2026", "demonstration-open")
ANSWERED = WAVES[:3]


def questionnaire_of(folder: Path) -> Questionnaire:
    return read_questionnaire_folder(folder / "questionnaire")
