from __future__ import annotations

from dataclasses import replace

from barometer.comparison import Change, Class, Comparison, Difference, ItemComparison, Point, Standing
from barometer.published import TOTAL, Status
from barometer.report.building import build_report
from barometer.report.charts import change_svg
from barometer.report.model import Compared, ComparedItem, ComparedLine, Interval, Mark, Number, Refused, Said
from barometer.texts import Text
from tests.barometer.report.factory import BENEFIT_TITLE, CERTIFICATE, TABLES, USE_TITLE, WAVE, words

EARLIER = replace(WAVE, id="kb2020", title=words("Barometer 2020"))
REASON = words("Not compared: nobody has classified it.")


def change(status: Status, difference: Difference | None) -> Change:
    earlier = Point(Status.SHOWN, 110, 200, 0.55, 0.48, 0.62)
    later = Point(status if status is Status.BREAK else Status.SHOWN, 180, 300, 0.6, 0.54, 0.65)
    return Change("useful", words("useful"), TOTAL, words("All"), earlier, later, status, difference)


WAS, NOW = Interval(0.48, 0.62), Interval(0.54, 0.65)
COMPARISON = Comparison(
    EARLIER,
    WAVE,
    (
        ItemComparison(
            "benefit", "benefit", None, BENEFIT_TITLE, Class.IDENTICAL, Standing.LINE, Text(),
            (change(Status.SHOWN, Difference(0.05, -0.0379, 0.1385, 0.27)),),
        ),
        ItemComparison(
            "use_nat.training", "use_nat.training", None, USE_TITLE, Class.REWORDED, Standing.BROKEN,
            words("The question was worded differently."), (change(Status.BREAK, None),),
        ),
        ItemComparison("did", "did", None, words("How?"), None, Standing.REFUSED, REASON),
        ItemComparison("grade", "grade", None, words("Grade?"), None, Standing.REFUSED, REASON),
    ),
    (words("Independence is assumed."),),
)  # fmt: skip


def test_a_comparison_shows_points_changes_broken_lines_and_refusals_with_their_reason() -> None:
    report = build_report(TABLES, certificate=CERTIFICATE, cited=None, language="en", comparison=COMPARISON)

    assert report.comparison == Compared(
        language="en",
        earlier="Barometer 2020",
        later="Partnership Barometer 2022",
        notes=(Said("Independence is assumed."),),
        items=(
            ComparedItem(
                "Has the programme been of benefit to your work?",
                broken=False,
                reason=None,
                lines=(
                    ComparedLine(
                        "useful",
                        Number("55%", 0.55),
                        Number("60%", 0.6),
                        Number("+5 points", 0.05),
                        "−4 to +14",
                        WAS,
                        NOW,
                    ),
                ),
            ),
            ComparedItem(
                "How useful have the national activities been? – training",
                broken=True,
                reason=Said("The question was worded differently."),
                lines=(
                    ComparedLine(
                        "useful",
                        Number("55%", 0.55),
                        Number("60%\u00a0[b]", 0.6, "b"),
                        Number("[b]", None, "b"),
                        "",
                        WAS,
                        NOW,
                    ),
                ),
                marks=(Mark("b", "break: not comparable with the earlier figure as such"),),
            ),
        ),
        crossed=(),
        refused=(
            Refused(
                "Not compared: nobody has classified it.",
                ("How have you taken part?", "What grade do you give to cooperation?"),
            ),
        ),
    )


def test_without_an_earlier_wave_there_is_no_comparison() -> None:
    assert build_report(TABLES, certificate=CERTIFICATE, cited=None, language="en").comparison is None


def test_groups_are_compared_apart_from_all_respondents() -> None:
    by_type = replace(COMPARISON.items[0], by="org_type")
    report = build_report(
        TABLES, certificate=CERTIFICATE, cited=None, language="en", comparison=replace(COMPARISON, items=(by_type,))
    )

    assert report.comparison is not None
    assert report.comparison.items == ()
    assert [(item.title, item.lines[0].answer) for item in report.comparison.crossed] == [
        ("Has the programme been of benefit to your work?, by: Which kind of organisation?", "All: useful")
    ]


def test_two_points_are_joined_unless_the_line_is_broken() -> None:
    report = build_report(TABLES, certificate=CERTIFICATE, cited=None, language="en", comparison=COMPARISON)
    assert report.comparison is not None
    plain, broken = (change_svg(item.lines[0], broken=item.broken, language="en") for item in report.comparison.items)

    assert plain.count('class="joint"') == 1
    assert broken.count('class="joint"') == 0
    assert plain.count("<circle") == broken.count("<circle") == 2
