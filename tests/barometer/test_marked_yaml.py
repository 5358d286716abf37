from __future__ import annotations

import pytest

from barometer.marked_yaml import read_marked
from barometer.problems import UnusableInput
from barometer.texts import Text

FILE = """name: Spring
size: 12
open: true
label: {fi: Kevät, en: Spring}
codes: ["no", b]
""".encode()


def test_values_are_asked_for_by_what_they_should_be():
    entries = read_marked(FILE, file="f.yaml").mapping()

    assert entries["name"].text() == "Spring"
    assert entries["size"].whole_number() == 12
    assert entries["open"].text() == "true"
    assert entries["label"].in_languages() == Text.of({"fi": "Kevät", "en": "Spring"})
    assert entries["codes"].texts() == ("no", "b")


@pytest.mark.parametrize(
    ("ask", "place"),
    [
        (lambda m: m.mapping(required=("missing",)), "f.yaml:1"),
        (lambda m: m.mapping(optional=("name", "size", "open", "label")), "f.yaml:5, codes"),
        (lambda m: m.mapping()["name"].whole_number(), "f.yaml:1, name"),
        (lambda m: m.mapping()["name"].items(), "f.yaml:1, name"),
        (lambda m: m.mapping()["codes"].text(), "f.yaml:5, codes"),
        (lambda m: m.mapping()["codes"].items()[1].mapping(), "f.yaml:5, codes[2]"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(ask, place: str):
    with pytest.raises(UnusableInput) as refused:
        ask(read_marked(FILE, file="f.yaml"))

    assert str(refused.value).startswith(place)
