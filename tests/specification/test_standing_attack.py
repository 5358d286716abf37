"""The standing test: two waves, two releases of one wave and one correction are attacked together, whatever was added.

Whatever publishes a number publishes it through a release, and a release comes into being by `make_release` and stands
beside the others by `succeed`. So this test walks that road with a small survey and attacks all it lets out, together.
First it shows that the same attack succeeds on releases made without the hold rule. A further kind of file in a release
folder is noticed here and has to be placed: what is in it must follow from the tables that are attacked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from barometer.attack import Findings, Kind, attack
from barometer.disclosure.policy import Background, Grouping, NamedGroup, Policy
from barometer.pipeline import MadeRelease, ReleaseRefused, WaveFolder, make_release, protected_tables
from barometer.published import PublishedTables, Wave
from barometer.questionnaire.model import (
    Kind as QuestionKind,
)
from barometer.questionnaire.model import Net, Option, OptionKind, Page, Question, Questionnaire, Role, Section
from barometer.release import Release, read_release, write_folder
from barometer.release.succession import succeed
from barometer.responses import ChoiceColumn, Missing, ResponseSet
from barometer.texts import Text

RESPONDENTS = 240
WITHDRAWALS = (1, 3, 10)
TABLES_ALONE = {"release.json", "tables.csv", "tables.xlsx", "datapackage.json", "ddi.xml"}
WORDS_AND_TABLES = {"report.en.html", "report.en.pdf"}
NO_COUNTS_OF_ANSWERS = {"questionnaire.en.html", "certificate.json", "SHA256SUMS"}
"""The files of a release folder, placed: every number of the first two kinds is one of the tables that are attacked."""


def text(words: str) -> Text:
    return Text.of({"en": words})


def question(name: str, codes: Sequence[str], **more: object) -> Question:
    given = tuple(Option(code, text(code)) for code in codes)
    return Question(name, QuestionKind.SINGLE, text(f"Question {name}"), options=given, **more)  # type: ignore[arg-type]


CANNOT_SAY = Option("dk", text("cannot say"), OptionKind.CANNOT_SAY)
REGIONS, SECTORS = tuple("nsew"), ("city", "ngo", "state")
FIVE = ("1", "2", "3", "4", "5")
ASKED = Questionnaire(
    "standing",
    "1",
    text("Standing survey"),
    "en",
    ("en",),
    (
        Section(
            "all",
            text("All"),
            (
                Page(
                    "page",
                    text("Page"),
                    (
                        question("region", REGIONS, role=Role.BACKGROUND),
                        question("sector", SECTORS, role=Role.BACKGROUND),
                        *(
                            replace(
                                question(name, FIVE, nets=(Net("high", text("high"), ("4", "5")),)),
                                options=(*(Option(code, text(code), score=float(code)) for code in FIVE), CANNOT_SAY),
                            )
                            for name in ("use", "trust")
                        ),
                        question("joint", ("yes", "no")),
                    ),
                ),
            ),
        ),
    ),
)


def tree(name: str, *halves: tuple[str, ...]) -> Background:
    groups = tuple(NamedGroup("_".join(half), text(" and ".join(half)), half) for half in halves)
    return Background(name, (Grouping("halves", groups),))


POLICY = Policy(backgrounds=(tree("region", ("n", "s"), ("e", "w")), tree("sector", ("city",), ("ngo", "state"))), m=30)
OTHER_TREE = replace(POLICY, backgrounds=(tree("region", ("n", "e"), ("s", "w")), POLICY.backgrounds[1]))


@dataclass(frozen=True)
class Answers:
    """The answers of a wave, a row a respondent and a column a question."""

    wave: str
    rows: np.ndarray

    def without(self, count: int, seed: int = 1) -> Answers:
        """Let so many respondents, drawn by a seed, withdraw."""
        gone = np.random.default_rng(seed).choice(len(self.rows), count, replace=False)
        return replace(self, rows=np.delete(self.rows, gone, axis=0))

    def corrected(self) -> Answers:
        """Turn the answers of one question round, as if its two options had been coded the wrong way."""
        rows = self.rows.copy()
        rows[:, -1] = np.where(rows[:, -1] < 0, rows[:, -1], 1 - rows[:, -1])
        return replace(self, rows=rows)

    def folder(self, policy: Policy = POLICY) -> WaveFolder:
        columns = {}
        for place, asked in enumerate(ASKED.questions()):
            codes = tuple(option.code for option in asked.options)
            columns[asked.id] = ChoiceColumn(asked.id, codes, self.rows[:, place].astype(np.int16))
        responses = ResponseSet(ASKED, len(self.rows), columns)
        year = "2026" if self.wave == "w1" else "2027"
        about = Wave(
            self.wave, text(f"Wave {self.wave}"), ASKED.id, ASKED.version, "1" * 64, ("en",), len(self.rows),
            opened=f"{year}-01-01", closed=f"{year}-01-31",
        )  # fmt: skip
        return WaveFolder(ASKED, responses, policy, about, None, None)


@cache
def drawn(wave: str) -> Answers:
    """Draw a wave: most answer, some cannot say, few skip; sectors and regions of unequal size."""
    chance = np.random.default_rng({"w1": 11, "w2": 12}[wave])
    columns = [
        chance.choice(4, RESPONDENTS, p=[0.35, 0.35, 0.2, 0.1]),
        chance.choice(3, RESPONDENTS, p=[0.5, 0.4, 0.1]),
        *(chance.choice(6, RESPONDENTS, p=[0.04, 0.16, 0.2, 0.25, 0.25, 0.1]) for _ in range(2)),
        chance.choice(2, RESPONDENTS, p=[0.7, 0.3]),
    ]
    rows = np.stack(columns, axis=1)
    rows[:, 2:4][chance.random((RESPONDENTS, 2)) < 0.06] = Missing.SKIPPED
    return Answers(wave, rows)


@cache
def first_release() -> MadeRelease:
    return make_release(drawn("w1").folder())


def as_released(made: MadeRelease) -> Release:
    return Release(made.id, made.tables, made.certificate, None, made.files)


def broken_together(*releases: PublishedTables) -> Findings:
    return attack(list(releases))


# ---- without the hold rule the attack succeeds, or this test would be void


@pytest.mark.parametrize("count", WITHDRAWALS)
def test_republishing_after_withdrawals_without_the_hold_rule_falls(count: int) -> None:
    again = protected_tables(drawn("w1").without(count).folder()).tables

    alone, together = broken_together(again), broken_together(first_release().tables, again)

    assert len(alone.found) == 0
    fallen = {kind: len(list(together.of_kind(kind))) for kind in (Kind.CHANGE, Kind.LATE_ANSWERS)}
    print(f"{count} withdrawals: {len(together.found)} findings, {fallen}")
    assert fallen[Kind.CHANGE] > 0
    assert (fallen[Kind.LATE_ANSWERS] > 0) == (count < POLICY.k)


def test_a_second_list_of_regions_that_cuts_across_the_first_is_not_let_out() -> None:
    other = protected_tables(drawn("w1").folder(OTHER_TREE)).tables

    assert {hold.reason for hold in succeed(other, [first_release().tables]).holds} >= {"groups"}


# ---- the road refuses


@pytest.mark.parametrize("count", WITHDRAWALS)
def test_the_road_holds_a_release_after_withdrawals(count: int) -> None:
    with pytest.raises(ReleaseRefused, match="Wait for the next wave"):
        make_release(drawn("w1").without(count).folder(), previous=[as_released(first_release())])


def test_withdrawals_after_a_correction_are_held_too() -> None:
    corrected = make_release(drawn("w1").corrected().folder(), previous=[as_released(first_release())])
    public = [as_released(first_release()), as_released(corrected)]

    with pytest.raises(ReleaseRefused, match="Wait for the next wave"):
        make_release(drawn("w1").corrected().without(3).folder(), previous=public)


# ---- what the road lets out stands, all of it together


def test_two_waves_two_releases_and_a_correction_stand_together() -> None:
    public: list[Release] = []
    for answers in (drawn("w1"), drawn("w1"), drawn("w1").corrected(), drawn("w2"), drawn("w2").corrected()):
        public.append(as_released(make_release(answers.folder(), previous=public)))

    together = broken_together(*(release.tables for release in public))

    first, edition, correction, *_ = public
    assert (edition.id, edition.certificate.replaces) == (first.id, first.id)
    assert (correction.certificate.replaces, len({release.id for release in public})) == (first.id, 4)
    assert all(
        set(release.certificate.audited_with) == {one.id for one in public[:at]} for at, release in enumerate(public)
    )
    assert [str(finding) for finding in together.found] == []
    assert len(first.tables.losses) > 0  # something was taken away, which the others could have given back


def test_every_file_of_a_release_is_placed_and_its_tables_are_those_attacked(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = first_release()
    folder = tmp_path_factory.mktemp("standing") / "release"

    write_folder(made.files, folder)

    assert set(made.files) == TABLES_ALONE | WORDS_AND_TABLES | NO_COUNTS_OF_ANSWERS
    assert read_release(folder).tables == made.tables
