"""What is expected: given shares before an earlier release, an earlier release before assumptions."""

from __future__ import annotations

import pytest

from barometer.forecast import GivenShares, Source, expect
from barometer.forecast.expecting import broken_stick
from tests.barometer.forecast.surveys import AREAS, ASKED, POLICY, SHARES, published, real_wave


def given_shares(unanswered: float | None = None, **shares: dict[str, float]) -> GivenShares:
    return GivenShares(shares, unanswered, "shares.yaml", {})


def test_with_nothing_known_groups_are_equal_and_answers_are_not():
    expected = expect(ASKED, POLICY)

    assert expected.splits["area"].shares == dict.fromkeys(AREAS, 0.25)
    assert {code: round(share, 3) for code, share in expected.splits["works"].shares.items()} == {
        "a5": 0.037, "a4": 0.144, "a3": 0.42, "a2": 0.236, "a1": 0.083, "cannot_say": 0.08,
    }  # fmt: skip
    assert {split.source for split in expected.splits.values()} == {Source.ASSUMED}


@pytest.mark.parametrize("parts", [1, 2, 5, 20])
def test_a_broken_stick_is_whole_and_its_parts_fall(parts):
    sizes = broken_stick(parts)

    assert sum(sizes) == pytest.approx(1)
    assert sizes == sorted(sizes, reverse=True)


def test_an_earlier_release_tells_its_shares():
    earlier = published(real_wave(20_000, seed=5))

    expected = expect(ASKED, POLICY, earlier=earlier)

    assert expected.unlike == ()
    for item, shares in {"area": AREAS, **SHARES}.items():
        split = expected.splits[item]
        assert split.source is Source.EARLIER
        if item != "uses":
            assert split.shares == pytest.approx(shares, abs=0.02)
        assert split.unanswered == pytest.approx(0.0 if item == "area" else 0.05, abs=0.01)


def test_what_an_earlier_release_merged_or_withheld_still_has_a_share():
    earlier = published(real_wave(60, seed=5))

    expected = expect(ASKED, POLICY, earlier=earlier)

    for item, split in expected.splits.items():
        assert set(split.shares) == {option.code for option in ASKED.question(item).options}
        assert item == "uses" or sum(split.shares.values()) == pytest.approx(1)


def test_a_question_whose_answers_have_changed_is_not_taken_from_the_earlier_release():
    from tests.barometer.disclosure.surveys import YES_NO, background, questionnaire, single

    changed = questionnaire(background("area", 5), single("works", YES_NO))

    expected = expect(changed, POLICY, earlier=published(real_wave(400, seed=5)))

    assert expected.unlike == ("area", "works")
    assert {split.source for split in expected.splits.values()} == {Source.ASSUMED}


def test_given_shares_go_before_everything():
    earlier = published(real_wave(400, seed=5))
    said = given_shares(area={"area0": 10, "area1": 20, "area2": 30, "area3": 40}, unanswered=0.2)

    expected = expect(ASKED, POLICY, earlier=earlier, given=said)

    assert expected.splits["area"].shares == {"area0": 0.1, "area1": 0.2, "area2": 0.3, "area3": 0.4}
    assert (expected.splits["area"].source, expected.splits["area"].unanswered) == (Source.GIVEN, 0.2)
    assert expected.splits["works"].source is Source.EARLIER


def test_a_group_of_the_tree_stands_for_its_answers():
    said = given_shares(area={"north": 60, "area2": 30, "south": 10})

    assert expect(ASKED, POLICY, given=said).splits["area"].shares == pytest.approx(
        {"area0": 0.3, "area1": 0.3, "area2": 0.3, "area3": 0.1}
    )
