"""From the folder of a survey to the files of a wave folder; only the policy is left for a person to write."""

from __future__ import annotations

from pathlib import Path

import yaml

from barometer.formats.mapping.applying import Mapped
from barometer.formats.mapping.description import MappingDescription
from barometer.questionnaire.canonical import canonical_json
from barometer.responses_csv import write_answers


def survey_files(folder: Path) -> dict[str, bytes]:
    """Read every CSV file under a folder, by its path from there, as `apply_mapping` takes them."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def wave_files(description: MappingDescription, mapped: Mapped) -> dict[str, bytes]:
    """Give the files by name: questionnaire.json, answers.csv, wave.yaml and mapping-report.txt.

    The report names answers that stood in no list, one person's among them perhaps: it is for the analyst alone.
    """
    report = "".join(f"{line}\n" for line in mapped.report.lines())
    return {
        "questionnaire.json": canonical_json(mapped.questionnaire) + b"\n",
        "answers.csv": write_answers(mapped.responses),
        "wave.yaml": _wave(description).encode("utf-8"),
        "mapping-report.txt": report.encode("utf-8"),
    }


def _wave(description: MappingDescription) -> str:
    wave = {
        "schema": "kumppani/wave/1",
        "id": description.id.lower().replace("_", "-"),
        "title": description.title.as_dict(),
        "demonstration": False,
    }
    if description.attribution:
        wave["attribution"] = description.attribution.as_dict()
    return yaml.safe_dump(wave, allow_unicode=True, sort_keys=False, width=110)
