"""What no other world was found for: it is found, published more coarsely, searched again, and then fine.

The group u has the same members by both backgrounds. Whoever knows that reads its answers x in one table, where there
is nothing to withhold, and subtracts them from the other, where x and y are withheld so that y is not told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from barometer.coarsening import MOST_ROUNDS, Settled, Thorough, settled
from barometer.disclosure.policy import Background, Method, Policy
from barometer.disclosure.protecting import Protected, protect
from barometer.disclosure.restraint import COARSER, Restraint
from barometer.pipeline import WaveFolder, make_release
from barometer.published import Measure, PublishedTables
from barometer.questionnaire.model import Kind, Question
from barometer.responses import ResponseSet
from barometer.tabulation import tabulate
from barometer.worlds import Deniability, Pinned, Unmoved, deniability
from tests.barometer.disclosure.surveys import background, option, questionnaire, said, wave_of
from tests.barometer.worlds.made_up import choices

BY_B0 = {"u": "x" * 7 + "y" * 3 + "z" * 5 + "w" * 4, "v": "x" * 6 + "y" * 5 + "z" * 6 + "w" * 6}
BY_B1 = {"u": BY_B0["u"], "v": "x" * 13 + "y" * 6 + "z" * 11 + "w" * 6}
ALL = "x" * 28 + "y" * 24 + "z" * 18 + "w" * 18
POLICY = Policy(backgrounds=(Background("b0"), Background("b1")), k=5, m=10, colluders=0, detail=0)


def survey() -> ResponseSet:
    """Answers to q by two backgrounds, and to another question that nobody could mind: nothing of it is withheld."""
    b0, b1 = _groups(BY_B0), _groups(BY_B1, last_first=True)
    backgrounds = [_background("b0"), _background("b1")]
    asked = questionnaire(*backgrounds, _question("q", "xyzw"), _question("p", "st"), scales=())
    columns = {"b0": b0, "b1": b1, "q": ALL, "p": "st" * (len(ALL) // 2)}
    codes = {"b0": "uvw", "b1": "uvw", "q": "xyzw", "p": "st"}
    return ResponseSet(asked, len(ALL), {name: choices(name, codes[name], given) for name, given in columns.items()})


def _background(name: str) -> Question:
    options = tuple(option(code) for code in "uvw")
    return Question(name, Kind.SINGLE, said(name), options=options, role=background(name, 1).role)


def _question(name: str, codes: str) -> Question:
    return Question(name, Kind.SINGLE, said(name), options=tuple(option(code) for code in codes))


def _groups(by: dict[str, str], *, last_first: bool = False) -> str:
    """Give everybody a group: of each answer the first are in u, and of the others so many in v, the rest in w."""
    found = ""
    for answer in "xyzw":
        in_u, in_v = by["u"].count(answer), by["v"].count(answer)
        others = "v" * in_v + "w" * (ALL.count(answer) - in_u - in_v)
        found += "u" * in_u + (others[::-1] if last_first else others)
    return found


@dataclass
class Searching:
    """The real search, with turns for time; remembers what it was asked about."""

    asked: list[Set[str] | None] = field(default_factory=list)
    found: list[Deniability] = field(default_factory=list)

    def __call__(
        self, responses: ResponseSet, tables: PublishedTables, only: Set[str] | None, before: Deniability | None
    ) -> Deniability:
        turns = itertools.count()
        self.asked.append(only)
        self.found.append(
            deniability(responses, tables, seconds=40.0, seed=1, clock=turns.__next__, only=only, before=before)
        )
        return self.found[-1]


def made(responses: ResponseSet, restraint: Restraint | None = None, policy: Policy = POLICY) -> tuple[Protected, None]:
    return protect(tabulate(responses), policy, wave_of(responses), restraint=restraint), None


def settled_by(search: Thorough, policy: Policy = POLICY) -> Settled:
    responses = survey()
    return settled(
        *made(responses, policy=policy),
        responses=responses,
        search=search,
        making=lambda restraint: made(responses, restraint, policy),
    )


def said_of(table: str, tables: PublishedTables) -> list[tuple[str, str]]:
    return [(loss.what, loss.why.in_("en")) for loss in tables.losses if loss.table == table]


def test_a_number_that_two_tables_tell_together_is_found_coarsened_and_then_fine() -> None:
    search = Searching()

    at_last = settled_by(search)

    first, second = search.found
    assert {(cell.table, cell.group, cell.is_proved) for cell in first.unmoved} == {
        ("q/b1", "u", True),
        ("q/b1", "w", True),
    }
    assert second.unmoved == ()
    assert at_last.coarser == ("q/b1",)
    before, after = made(survey())[0].tables.table("q", "b1"), at_last.made.tables.table("q", "b1")
    assert len(after.categories) < len(before.categories)
    assert at_last.worlds.total("cells_moved") == at_last.worlds.total("cells")
    assert any(what == "merged" and "no other answers" in why for what, why in said_of("q/b1", at_last.made.tables))


def test_only_what_changed_is_searched_again_and_the_rest_is_remembered() -> None:
    search = Searching()

    worlds = settled_by(search).worlds

    assert search.asked == [None, {"q"}]
    first = {item.item: item for item in search.found[0].items}
    assert {item.item for item in worlds.items} == {"q", "p"}
    assert next(item for item in worlds.items if item.item == "p") == first["p"]


def test_where_every_cell_moves_the_tables_stay_as_they_are() -> None:
    def search(
        responses: ResponseSet, tables: PublishedTables, only: Set[str] | None, before: Deniability | None
    ) -> Deniability:
        return Deniability((), 5)

    at_last = settled_by(search)

    assert at_last.coarser == ()
    assert at_last.made.tables == made(survey())[0].tables


class NeverFound:
    """A search that finds no world for one table as long as it is published."""

    def __init__(self, table: str, *, people: bool = False) -> None:
        self.table, self.people, self.forms = table, people, list[int]()

    def __call__(
        self, responses: ResponseSet, tables: PublishedTables, only: Set[str] | None, before: Deniability | None
    ) -> Deniability:
        for table in tables.tables:
            if table.id == self.table:
                self.forms.append(len(table.categories))
                cell = table.cells[0]
                if self.people:
                    return Deniability((), 5, pinned=(Pinned(table.id, 1),))
                return Deniability((), 5, (Unmoved(table.id, cell.category, cell.group, False),))
        return Deniability((), 5)


def test_a_table_that_no_form_helps_is_left_out_and_its_loss_says_why() -> None:
    search = NeverFound("q/b1")

    at_last = settled_by(search)

    assert len(search.forms) <= COARSER + 1 < MOST_ROUNDS
    assert "q/b1" not in {table.id for table in at_last.made.tables.tables}
    ((what, why),) = said_of("q/b1", at_last.made.tables)
    assert what == "dropped"
    assert "no other answers of the same respondents were found" in why


def test_people_without_a_world_have_their_table_made_more_coarsely_too() -> None:
    at_last = settled_by(NeverFound("q/b0", people=True))

    assert "q/b0" in at_last.coarser


def test_of_a_whole_table_the_tables_by_background_go_first() -> None:
    at_last = settled_by(NeverFound("p"))

    assert {"p/b0", "p/b1"} <= set(at_last.coarser)


def test_tables_made_without_protection_are_not_touched() -> None:
    unprotected = Policy(backgrounds=POLICY.backgrounds, k=5, m=10, method=Method.THRESHOLD_ONLY)

    at_last = settled_by(NeverFound("q/b1"), unprotected)

    assert at_last.coarser == ()
    assert at_last.worlds.unmoved


def test_the_certificate_of_a_release_says_what_was_found_at_last() -> None:
    responses = survey()
    wave = WaveFolder(responses.questionnaire, responses, POLICY, wave_of(responses), None, None)

    plain, thorough = make_release(wave), make_release(wave, thorough=Searching())

    assert plain.coarser == () and plain.tables == make_release(wave).tables
    assert thorough.coarser == ("q/b1",)
    measured = {measure.what: measure for measure in _of_worlds(thorough.certificate.measures)}
    assert measured["exact"].held == measured["exact"].tried
    assert measured["deniability"].tried == 2 * len(ALL)
    assert len(thorough.certificate.audits) == len(thorough.tables.tables)


def _of_worlds(measures: tuple[Measure, ...]) -> Iterator[Measure]:
    return (measure for measure in measures if measure.attacker == "A1")
