"""mapping.yaml: from other people's CSV and answer lists to our questionnaire and answers; every change is reported.

The mapping describes how the files are laid out; the questionnaire is drafted from their own list of questions.
"""

from barometer.formats.mapping.applying import Mapped, apply_mapping
from barometer.formats.mapping.description import MappingDescription, read_mapping
from barometer.formats.mapping.folder import survey_files, wave_files
from barometer.formats.mapping.report import Change, Report

__all__ = [
    "Change",
    "Mapped",
    "MappingDescription",
    "Report",
    "apply_mapping",
    "read_mapping",
    "survey_files",
    "wave_files",
]
