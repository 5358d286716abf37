"""A release is attacked together with everything public: editions and corrections pass, what tells of few does not."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files
from string import Formatter

import pytest

from barometer.attack import Kind
from barometer.published import Part, PublishedTables, Table
from barometer.published_json import release_id
from barometer.release.succession import LANGUAGES, reasons_against, standing_of, succeed
from barometer.texts import Text
from tests.barometer.attack.building import Row, release_of, rows_of, single

YES_NO = {"y": Part.ANSWER, "n": Part.ANSWER}


def rows(wave: int = 0) -> list[Row]:
    regions = {"north": (15, 14), "south": (20, 19), "east": (12, 13), "west": (16, 15)}
    return rows_of(
        *((yes + wave, {"q": "y", "region": region}) for region, (yes, _) in regions.items()),
        *((no, {"q": "n", "region": region}) for region, (_, no) in regions.items()),
    )


def release(answers: list[Row], *tables: Table, wave: str = "w1") -> PublishedTables:
    shown = tables or (single(answers, "q", YES_NO), single(answers, "q", YES_NO, by="region"))
    return release_of(*shown, respondents=len(answers), wave=wave)


def corrected_answers() -> list[Row]:
    """Every other answer "yes" was a "no"; in each region at least five."""
    return [{**row, "q": "n"} if row["q"] == "y" and at % 2 == 0 else row for at, row in enumerate(rows())]


FIRST = release(rows())
NEXT_WAVE = release(rows(9), wave="w2")


def test_the_first_release_stands_alone() -> None:
    succession = succeed(FIRST, [])

    assert succession.may_follow
    assert (succession.audited_with, succession.replaces, succession.is_edition) == ((), "", False)
    assert reasons_against(succession, "en") == []
    assert standing_of(succession, "en") == [
        "It is the first release of its wave.",
        "Nothing else was public that it could have been attacked together with.",
    ]


def test_a_later_wave_is_attacked_together_with_the_earlier_one() -> None:
    succession = succeed(NEXT_WAVE, [FIRST])

    assert succession.may_follow
    assert succession.audited_with == (release_id(FIRST),)
    assert "the one release that is public" in standing_of(succession, "en")[1]


def test_another_wave_with_the_same_numbers_is_no_edition() -> None:
    succession = succeed(release(rows(), wave="w2"), [FIRST])

    assert (succession.release, succession.is_edition, succession.replaces) == (release_id(FIRST), False, "")
    assert succession.may_follow


def test_the_same_numbers_in_other_words_are_an_edition() -> None:
    translated = replace(FIRST, tables=tuple(replace(table, title=Text.of({"sv": "Fråga"})) for table in FIRST.tables))

    succession = succeed(translated, [FIRST, NEXT_WAVE])

    assert succession.may_follow
    assert succession.is_edition
    assert succession.replaces == release_id(FIRST)
    assert "only words differ" in standing_of(succession, "en")[0]


def test_a_correction_of_many_names_the_release_it_replaces() -> None:
    corrected = release(corrected_answers())

    later = succeed(corrected, [FIRST])

    assert later.holds == ()
    assert (later.replaces, later.is_edition) == (release_id(FIRST), False)
    assert later.may_follow
    assert release_id(FIRST) in standing_of(later, "en")[0]


def test_a_correction_is_held_against_every_public_release_not_the_newest_alone() -> None:
    """Two people withdraw after a correction: it differs from the newest by few, and so it does from the first."""
    corrected = release(corrected_answers())
    back_but_two = release(rows()[2:])

    succession = succeed(back_but_two, [FIRST, corrected])

    assert succession.replaces == release_id(corrected)
    assert {hold.reason for hold in succession.holds} >= {"respondents", "change"}


def test_a_held_release_is_told_to_wait_and_no_number_of_people_is_told() -> None:
    said = reasons_against(succeed(release(rows()[1:]), [FIRST]), "en")

    changed = "A number differs from the public one by fewer than 5 people: Question q [q]; Question q [q/region]."
    assert changed in said
    assert said[-1].startswith("Wait for the next wave:")
    assert not any(number in " ".join(said) for number in ("124", "123", "14"))


def overlapping(answers: list[Row], *, held: tuple[str, ...]) -> Table:
    groups = {"one": held, "other": tuple({"north", "south", "east", "west"} - set(held))}
    return single(answers, "q", YES_NO, by="region", groups=groups)


def test_what_the_public_releases_give_away_by_themselves_is_not_held_against_the_new_one() -> None:
    small = rows_of((3, {"q": "z", "region": "north"}), *((1, row) for row in rows()))
    leaking = release(small, single(small, "q", {**YES_NO, "z": Part.ANSWER}))

    assert succeed(leaking, []).found
    assert succeed(NEXT_WAVE, [leaking]).may_follow


def test_what_a_release_gives_away_alone_is_told_without_a_word_on_the_others() -> None:
    few = rows_of((3, {"q": "z", "region": "north"}), *((1, row) for row in rows()))
    leaking = release(few, single(few, "q", {**YES_NO, "z": Part.ANSWER}), wave="w2")

    succession = succeed(leaking, [FIRST])

    assert {finding.kind for finding in succession.found} == {Kind.SMALL_COUNT}
    assert not any("Together with" in said for said in reasons_against(succession, "en"))


def test_a_group_that_cuts_across_an_earlier_one_is_named() -> None:
    answers = rows()
    first = release(answers, overlapping(answers, held=("north", "south")))
    table = overlapping(answers, held=("south", "east"))
    small = replace(table.groups[0], respondents=3)
    crossing = release(answers, replace(table, groups=(small, *table.groups[1:])), wave="w2")

    succession = succeed(crossing, [first])

    said = " ".join(reasons_against(succession, "en"))
    assert succession.found
    assert "The group “one” cuts across “one”, which was published in “Wave w1”." in said
    assert "policy.yaml" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_places(language: str) -> None:
    def sentences(code: str) -> dict[tuple[str, str], set[str | None]]:
        read = tomllib.loads((files("barometer.release") / "messages" / f"{code}.toml").read_text("utf-8"))
        return {
            (section, key): {name for _, name, _, _ in Formatter().parse(said) if name}
            for section, held in read.items()
            for key, said in held.items()
        }

    assert sentences(language) == sentences("en")
