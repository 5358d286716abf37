"""A small wave folder that every command takes, for tests that spoil one thing in it."""

from __future__ import annotations

from pathlib import Path

QUESTIONNAIRE = """\
schema: kumppani/questionnaire/1
id: small
version: "1"
source_language: en
languages: [en]
title: Small survey
sections:
  - id: all
    title: All
    pages:
      - id: first
        title: First
        questions:
          - id: org
            kind: single
            role: background
            text: Who are you?
            options: [{code: city, label: City}, {code: ngo, label: NGO}]
      - id: second
        title: Second
        questions:
          - id: works
            kind: single
            text: Do you work with partners?
            show_if: "org = 'city'"
            options: [{code: 'yes', label: "Yes"}, {code: 'no', label: "No"}]
"""
POLICY = """\
version: 1
k: 5
m: 20
method: audited
backgrounds:
  - question: org
    groupings:
      - id: both
        groups:
          - {code: city, label: {en: cities}, of: [city]}
          - {code: ngo, label: {en: NGOs}, of: [ngo]}
crossings: all
rounding: {share_decimals: 0, mean_decimals: 1}
weights: none
"""
WAVE = """\
schema: kumppani/wave/1
id: small-1
title: {en: Small survey}
demonstration: true
opened: 2026-01-01
closed: 2026-01-31
"""
ANSWERS = "org,works\n" + "city,yes\n" * 40 + "city,no\n" * 20 + "ngo,\n" * 55
FILES = {
    "questionnaire/questionnaire.yaml": QUESTIONNAIRE,
    "policy.yaml": POLICY,
    "wave.yaml": WAVE,
    "answers.csv": ANSWERS,
}


def write_wave_folder(folder: Path, **changed: str | bytes | None) -> Path:
    """Write the wave, with other contents for some files (named by their stem), or without them where None."""
    for name, content in FILES.items():
        given = changed.get(Path(name).stem, content)
        if given is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(given if isinstance(given, bytes) else given.encode("utf-8"))
    return folder
