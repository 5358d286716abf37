"""A real survey that nobody here made, recounted through our mapping. Its files are no part of this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from barometer.formats.mapping import Change, Mapped
from barometer.tabulation import NOT_REACHED, NOT_SHOWN, SKIPPED, tabulate
from tests.barometer.real_survey import recounting
from tests.barometer.real_survey.recounting import counts_of, item_of, items_by_wording, published, ranks_of, ticks_of

SURVEYS = {"2017-de": (325, 17, 30), "2017-uk": (253, 15, 27), "2016-uk": (273, 12, 15)}
"""By survey: respondents, tables that must be recounted, further tables that were recounted by others."""


@pytest.fixture(scope="module", params=SURVEYS)
def survey(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def mapped(survey: str, shared_folder: Path) -> Mapped:
    return recounting.mapped(survey, shared_folder)


def test_every_respondent_is_taken_over_and_no_answer_is_lost(survey: str, mapped: Mapped):
    assert mapped.responses.respondents == SURVEYS[survey][0]
    assert mapped.report.times(Change.LEFT_OUT) == 0
    assert mapped.report.times(Change.UNREADABLE) == 0


def test_every_table_that_must_be_recounted_is_recounted_exactly(survey: str, mapped: Mapped, shared_folder: Path):
    items = items_by_wording(mapped, survey, shared_folder)
    tables = recounting.listed_tables("recount-must-match.tsv", survey, shared_folder)

    different = {}
    for listed in tables:
        code = listed["column"].split(".")[0].split("[")[0]
        _, wanted = published(survey, listed["table"], shared_folder)
        counted = counts_of(mapped, items[code])
        ours = {label: [n] for label, n in counted.items() if label in wanted or (n and label)}
        answered = sum(n for label, n in counted.items() if label)
        bases = (answered, counted[""]) == (int(listed["answered"]), int(listed["blank"]))
        if ours != wanted or not bases:
            different[listed["table"]] = (ours, wanted)

    assert different == {}
    assert len(tables) == SURVEYS[survey][1]


def test_the_exact_cube_gives_the_same_counts(survey: str, mapped: Mapped, shared_folder: Path):
    items = items_by_wording(mapped, survey, shared_folder)
    cube = tabulate(mapped.responses)

    for listed in recounting.listed_tables("recount-must-match.tsv", survey, shared_folder):
        item = items[listed["column"].split(".")[0].split("[")[0]]
        counted = cube.items[item]
        by_code = dict(zip(counted.codes, counted.total.tolist(), strict=True))
        question = mapped.questionnaire.question_of_item(item)
        ours = {recounting.plain(o.label.in_("en")): by_code.get(o.code, 0) for o in question.options}
        ours[""] = sum(by_code.get(code, 0) for code in (SKIPPED, NOT_SHOWN, NOT_REACHED))
        assert ours == counts_of(mapped, item), listed["table"]


def test_every_further_table_is_recounted_too(survey: str, mapped: Mapped, shared_folder: Path):
    items = items_by_wording(mapped, survey, shared_folder)
    tables = recounting.listed_tables("recount-also-matched.tsv", survey, shared_folder)

    recounted = [
        listed["table"]
        for listed in tables
        if _recount(mapped, items, listed, *(found := published(survey, listed["table"], shared_folder))) == found[1]
    ]

    print(f"{survey}: {len(recounted)} of {len(tables)} further tables recounted")
    assert recounted == [listed["table"] for listed in tables]
    assert len(recounted) == SURVEYS[survey][2]


def _recount(
    mapped: Mapped, items: dict[str, str], listed: dict[str, str], heads: list[str], wanted: dict[str, list[int]]
) -> dict[str, list[int]]:
    first = listed["table"].removesuffix(".csv").split("_")[0]
    match listed["layout"]:
        case "multi-choice":
            counts = {label: [n] for label, n in ticks_of(mapped, mapped.questionnaire.question(first)).items()}
        case "ranking":
            counts = ranks_of(mapped, mapped.questionnaire.question(first), len(heads))
        case "yesno":
            by_item = {wording: counts_of(mapped, item_of(wording, items)) for wording in wanted}
            return {wording: [counted[head] for head in heads] for wording, counted in by_item.items()}
        case _:
            columns = [counts_of(mapped, item_of(head, items)) for head in heads]
            labels = {label for column in columns for label in column if label}
            counts = {label: [column.get(label, 0) for column in columns] for label in labels}
    return {label: row for label, row in counts.items() if label in wanted or any(row)}


def test_every_mark_and_space_that_was_removed_is_reported(survey: str, mapped: Mapped):
    """530 cells begin with an invisible byte order mark, 230 end in a space."""
    assert mapped.report.times(Change.TRIMMED) == {"2017-de": 530, "2017-uk": 0, "2016-uk": 230}[survey]


def test_one_answer_in_two_spellings_becomes_one(shared_folder: Path):
    mapped = recounting.mapped("2016-uk", shared_folder)

    options = [option.label.in_("en") for option in mapped.questionnaire.question("perfCheck1").options]

    assert options.count("Never") == 1
    assert "Never " not in options


def test_who_left_before_a_page_did_not_reach_it(shared_folder: Path):
    mapped = recounting.mapped("2017-de", shared_folder)

    cube = tabulate(mapped.responses)
    gender = dict(zip(cube.items["socio2"].codes, cube.items["socio2"].total.tolist(), strict=True))

    assert gender[NOT_REACHED] + gender[SKIPPED] == 62
    assert gender[NOT_REACHED] >= 55


def test_funding_is_not_shown_to_those_who_do_not_know_it(shared_folder: Path):
    mapped = recounting.mapped("2017-de", shared_folder)

    cube = tabulate(mapped.responses)
    states = dict(zip(cube.items["fund2"].codes, cube.items["fund2"].total.tolist(), strict=True))

    assert states[NOT_SHOWN] == 325 - 183
