"""Every finding can be said in every language, and says how it was come by."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from barometer.attack import Cell, Finding, Kind, Severity, Step, attack
from barometer.attack.accounts import account, say_step
from barometer.published import Part
from barometer.texts import Text
from tests.barometer.attack.building import release_of, rows_of, single, withhold

FOLDER = files("barometer.attack") / "messages"
WORDS = {name: tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in ("fi", "sv", "en")}


def places(sentence: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_language_says_the_same_things_about_the_same_places(language: str) -> None:
    english = {(section, key): places(said) for section, words in WORDS["en"].items() for key, said in words.items()}
    theirs = {(section, key): places(said) for section, words in WORDS[language].items() for key, said in words.items()}

    assert theirs == english


def test_every_kind_and_every_step_has_its_sentence() -> None:
    source = "".join(
        file.read_text("utf-8") for file in files("barometer.attack").iterdir() if file.name.endswith(".py")
    )
    used = set(re.findall(r'Step\(\s*"(\w+)"', source)) | set(re.findall(r'return "(not_tried_\w+)"', source))

    assert {kind.value for kind in Kind} == set(WORDS["en"]["found"])
    assert used <= set(WORDS["en"]["step"])
    assert len(used) > 20


def test_an_account_names_the_place_and_the_way() -> None:
    rows = rows_of(
        (4, {"q": "y", "region": "north"}), (26, {"q": "n", "region": "north"}), (30, {"q": "y", "region": "south"}),
        (30, {"q": "n", "region": "south"}),
    )  # fmt: skip
    table = withhold(single(rows, "q", {"y": Part.ANSWER, "n": Part.ANSWER}, by="region"), ("y", "north"))

    (found,) = attack([release_of(table, respondents=90)]).of_kind(Kind.EXACT)

    said = account(found, "en")
    assert said.startswith(
        "A withheld count is known exactly, 4: “Question q” [q/region], answer “y”, group “north”. How: "
    )
    assert "q/region prints 26 for “n” in “north”" in said
    assert account(found, "fi").startswith("Salattu lukumäärä selviää tarkasti, 4")
    assert account(found, "sv").startswith("Ett dolt antal går att räkna ut exakt, 4")


def test_a_long_way_is_cut() -> None:
    steps = tuple(Step("groups_add_up", {"item": f"q{n}", "background": "b"}) for n in range(12))

    said = account(Finding(Kind.NARROW, Severity.NARROW, Cell("w", "q", Text()), 1, 3, steps), "en")

    assert said.endswith("; and 4 more steps.")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_was_not_tried_is_said_in_sentences(language: str) -> None:
    assert all(say_step(step, language).endswith(".") for step in attack([]).not_tried)
