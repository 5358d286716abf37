from __future__ import annotations

from xml.etree import ElementTree

import pytest

from barometer.report.charts import bar_svg, chart_svg, legend_html, patterns_svg, wrapped
from barometer.report.model import Bar, BarChart, Key, Segment, Stack, StackedChart

SVG = "{http://www.w3.org/2000/svg}"
STACKED = StackedChart(
    "Half say <yes>",
    "Bar of 100%. yes 50%; withheld together [c].",
    (Stack("row", (Segment("yes", "for1", 0, 0.5, "50%"), Segment("withheld together", "withheld", 0.5, 0.5, "[c]"))),),
    (Key("yes", "for1"), Key("withheld together", "withheld")),
)
BARS = BarChart(
    "Ways",
    "Bars of shares with intervals. training, 49%, interval 43–55%; other, withheld.",
    (Bar("training", "49%", 0.49, 0.43, 0.55), Bar("other", "[c]", None)),
)


def drawn(chart: BarChart | StackedChart, language: str = "en") -> ElementTree.Element:
    return ElementTree.fromstring(chart_svg(chart, name="c1", language=language))


@pytest.mark.parametrize("chart", [STACKED, BARS])
def test_a_chart_has_a_title_and_a_description_that_it_is_named_by(chart: BarChart | StackedChart) -> None:
    svg = drawn(chart)

    titled = {child.get("id"): child.text for child in svg if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert svg.get("aria-labelledby", "").split() == list(titled)
    assert list(titled.values()) == [chart.title, chart.description]


@pytest.mark.parametrize("chart", [STACKED, BARS])
def test_a_chart_obeys_a_policy_that_allows_no_inline_style(chart: BarChart | StackedChart) -> None:
    assert not [element for element in drawn(chart).iter() if element.get("style") or element.tag == f"{SVG}style"]


def test_pieces_are_told_apart_by_text_and_texture_and_not_by_colour_alone() -> None:
    svg = drawn(STACKED)

    texts = [element.text for element in svg.iter(f"{SVG}text") if "on" in element.get("class", "").split()]
    fills = [element.get("fill") for element in svg.iter(f"{SVG}rect") if element.get("fill")]
    assert texts == ["50%", "[c]"]
    assert fills == ["url(#hatch)"]


def test_what_is_withheld_is_hatched_and_has_no_length() -> None:
    svg = ElementTree.fromstring(
        bar_svg(BARS.bars[1], language="en").replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"')
    )

    assert [(rect.get("class"), rect.get("fill"), rect.get("width")) for rect in svg] == [
        ("track", None, "100%"),
        (None, "url(#hatch)", "100%"),
    ]


def test_a_right_to_left_reader_gets_the_mirror_image() -> None:
    def places(language: str) -> list[str | None]:
        return [
            rect.get("x") for rect in drawn(STACKED, language).iter(f"{SVG}rect") if "tone" in rect.get("class", "")
        ]

    assert places("en") == ["0%", "50.45%"]
    assert places("ar") == ["50.45%", "0%"]


def test_textures_and_legend_are_whole() -> None:
    patterns = ElementTree.fromstring(patterns_svg())
    legend = ElementTree.fromstring(legend_html(STACKED))

    assert [element.get("id") for element in patterns.iter("pattern")] == ["hatch", "dots"]
    assert ["".join(entry.itertext()) for entry in legend] == ["yes", "withheld together"]


def test_long_labels_are_broken_between_words_and_long_words_inside() -> None:
    label = "cooperation between the third sector and the authorities of the region"

    assert wrapped(label) == ["cooperation between the third sector and", "the authorities of the region"]
    assert [len(line) for line in wrapped("x" * 90)] == [40, 40, 10]
    assert wrapped("") == [""]
