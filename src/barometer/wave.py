"""wave.yaml: what the reader of a report must know of a wave, its dates and its method statement."""

from __future__ import annotations

from types import MappingProxyType

from barometer.checked_yaml import read_checked, refuse
from barometer.published import Wave
from barometer.questionnaire.canonical import digest
from barometer.questionnaire.checks.constraints import is_day
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.yaml_source import Located
from barometer.texts import Text

METHOD_ITEMS = (
    "strategy",
    "sponsor",
    "instrument",
    "population",
    "recruitment",
    "modes",
    "dates",
    "sample_sizes",
    "weighting",
    "processing",
    "limitations",
)
"""The eleven things a report must state (AAPOR, Disclosure Standards, April 2021), in that order."""


def read_wave(data: bytes, questionnaire: Questionnaire, *, respondents: int, file: str = "wave.yaml") -> Wave:
    """Read the facts of a wave; the number of respondents and the questionnaire's identity are filled in.

    Raises UnusableInput where something is missing, unknown, or not said in every language of the questionnaire.
    """
    document = read_checked(data, "wave", file=file)
    _check_languages(document, questionnaire, file)
    _check_dates(document, file)
    said = document.plain()
    methods = said.get("methods", {})
    return Wave(
        id=said["id"],
        title=Text.of(said["title"]),
        questionnaire=questionnaire.id,
        questionnaire_version=questionnaire.version,
        questionnaire_digest=digest(questionnaire),
        languages=questionnaire.languages,
        respondents=respondents,
        opened=said.get("opened", ""),
        closed=said.get("closed", ""),
        demonstration=said["demonstration"],
        label=Text.of(said.get("label", {})),
        methods=MappingProxyType({item: Text.of(methods[item]) for item in METHOD_ITEMS if item in methods}),
        attribution=Text.of(said.get("attribution", {})),
    )


def missing_method_items(wave: Wave) -> tuple[str, ...]:
    """Give the items of the method statement that say nothing yet; a report waits until there are none."""
    return tuple(item for item in METHOD_ITEMS if not wave.methods.get(item))


def _check_languages(document: Located, questionnaire: Questionnaire, file: str) -> None:
    texts = [(key, document[key]) for key in ("title", "label", "attribution") if document.get(key)]
    methods = document.get("methods")
    texts += [(f"methods.{item}", methods[item]) for item in METHOD_ITEMS if methods and methods.get(item)]
    for path, text in texts:
        for language in questionnaire.languages:
            if text.get(language) is None:
                message = f"The text in {language} is missing."
                raise refuse("wave-language", message, f"Add `{language}: …`.", file=file, line=text.line, item=path)


def _check_dates(document: Located, file: str) -> None:
    opened, closed = document.of("opened", ""), document.of("closed", "")
    for name, day in (("opened", opened), ("closed", closed)):
        if day and not is_day(day):
            message = f"{day} is not a day of the calendar."
            raise refuse("wave-dates", message, "Correct it.", file=file, line=document[name].line, item=name)
    if opened and closed and closed < opened:
        message = f"The wave closes on {closed}, before it opens on {opened}."
        remedy = "Correct one of the two days."
        raise refuse("wave-dates", message, remedy, file=file, line=document["closed"].line, item="closed")
