"""Published values survive the way through JSON, and a damaged file is refused with the place."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from importlib.resources import files
from itertools import product
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer import published
from barometer.problems import UnusableInput
from barometer.published import (
    TOTAL,
    Base,
    Category,
    Cell,
    Certificate,
    CitedFigure,
    CitedTables,
    Group,
    Loss,
    Mean,
    Measure,
    Part,
    PublishedTables,
    Status,
    Table,
    TableAudit,
    Wave,
)
from barometer.published_json import (
    canonical_json,
    certificate_from_plain,
    cited_from_plain,
    read_release_document,
    release_document,
    release_id,
    tables_from_plain,
    to_plain,
)
from barometer.published_rules import ATTACKERS, HOWS
from barometer.texts import Text

SCHEMA = json.loads((files("barometer") / "schemas" / "release.schema.json").read_text("utf-8"))

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
CERTIFICATES = VALIDATOR.evolve(schema={"$ref": "#/$defs/Certificate", "$defs": SCHEMA["$defs"]})

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6)
texts = st.dictionaries(st.sampled_from(["en", "fi", "sv", "ar"]), words, max_size=3).map(Text.of)
counts = st.integers(0, 500)
shares = st.floats(0, 1)
codes = st.tuples() | st.tuples(words) | st.tuples(words, words)
statuses = st.sampled_from(Status)
cells = st.builds(
    Cell, words, words, statuses, st.none() | counts, st.none() | shares, st.none() | shares, st.none() | shares
)


def hanging_together(table: Table) -> Table:
    """Number the parts, so that each has a name of its own, and give every place its cell."""
    categories = tuple(replace(each, code=f"{n}{each.code}") for n, each in enumerate(table.categories))
    groups = tuple(replace(each, code=f"{n}{each.code}", base=each.base and 500) for n, each in enumerate(table.groups))
    if table.by is None:
        groups = (replace(groups[0] if groups else Group("", Text(), 0), code=TOTAL),)
    made = table.cells or (Cell("", "", Status.NOT_AVAILABLE),)
    places = enumerate(product(categories, groups))
    return replace(
        table,
        item=f"i{table.item}",
        categories=categories,
        groups=groups,
        base=replace(table.base, categories=tuple(each.code for each in categories[:1])),
        cells=tuple(
            replace(made[n % len(made)], category=category.code, group=group.code) for n, (category, group) in places
        ),
        means=tuple(replace(mean, group=groups[0].code) for mean in table.means if groups),
    )


tables = st.builds(
    Table,
    item=words,
    by=st.none() | words,
    title=texts,
    row_title=texts,
    by_title=texts,
    kind=st.sampled_from(["partition", "multiple"]),
    base=st.builds(Base, words, texts, codes),
    categories=st.lists(
        st.builds(Category, words, texts, st.sampled_from(Part), codes, st.none() | st.floats(-9, 9)), max_size=2
    ).map(tuple),
    groups=st.lists(st.builds(Group, words, texts, counts, codes, st.none() | counts), max_size=2).map(tuple),
    cells=st.lists(cells, max_size=3).map(tuple),
    means=st.lists(st.builds(Mean, words, statuses, st.none() | st.floats(1, 5), st.integers(0, 9)), max_size=1).map(
        tuple
    ),
    routed_by=codes,
    notes=st.tuples() | st.tuples(texts),
).map(hanging_together)
waves = st.builds(
    Wave, words, texts, words, words, words, codes, counts, words, words, st.booleans(), texts,
    st.dictionaries(words, texts, max_size=2), texts,
)  # fmt: skip
policies = st.dictionaries(words, st.integers() | words | st.lists(words, max_size=2) | st.floats(0, 9), max_size=3)
releases = st.builds(
    PublishedTables,
    waves,
    policies,
    st.lists(tables, max_size=2, unique_by=lambda table: table.id).map(tuple),
    st.lists(st.builds(Loss, words, words, texts), max_size=1).map(tuple),
    st.booleans(),
)
figures = st.builds(
    CitedFigure, words, words, words, st.none() | words, texts, st.floats(0, 99), st.floats(0, 99), words, words, words
)
cited = st.builds(CitedTables, texts, texts, st.lists(figures, max_size=2).map(tuple))
audits = st.builds(TableAudit, words, words, counts, st.none() | counts)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
measures = st.builds(
    lambda attacker, what, held, broken, how: Measure(attacker, what, held + broken, held, how),
    st.sampled_from(ATTACKERS), words.filter(bool), counts, counts, st.sampled_from(HOWS),
)  # fmt: skip
certificates = st.builds(
    Certificate, words, words, words, words, counts, counts, counts, st.lists(audits, max_size=2).map(tuple),
    st.lists(codes, max_size=2).map(tuple), codes, st.booleans(), counts, st.lists(digests, max_size=2).map(tuple),
    codes, st.lists(measures, max_size=2).map(tuple), st.none() | digests,
)  # fmt: skip


def small_release() -> PublishedTables:
    category = Category("y", Text.of({"en": "Yes", "fi": "Kyllä"}), Part.ANSWER, ("y",))
    table = Table(
        "q1", None, Text.of({"en": "Useful?"}), Text(), Text(), "partition",
        Base("answered", Text.of({"en": "of those who answered"}), ("y",)), (category,),
        (Group("-", Text.of({"en": "All"}), 30, (), 30),), (Cell("y", "-", Status.SHOWN, 30, 1.0),),
    )  # fmt: skip
    wave = Wave("w1", Text.of({"en": "First"}), "q", "1", "00", ("en",), 30)
    return PublishedTables(wave, {"k": 5, "m": 20}, (table,))


@settings(max_examples=60, deadline=None)
@given(releases)
def test_tables_come_back_as_they_were(release: PublishedTables) -> None:
    assert tables_from_plain(json.loads(json.dumps(to_plain(release)))) == release


@settings(max_examples=40, deadline=None)
@given(releases, st.none() | cited)
def test_the_whole_document_comes_back_and_keeps_its_schema(
    release: PublishedTables, figures_cited: CitedTables | None
) -> None:
    document = json.loads(json.dumps(release_document(release, figures_cited)))

    VALIDATOR.validate(document)
    assert read_release_document(document) == (release, figures_cited)


@settings(max_examples=40, deadline=None)
@given(certificates, cited)
def test_certificate_and_cited_figures_come_back(certificate: Certificate, figures_cited: CitedTables) -> None:
    plain = json.loads(json.dumps(to_plain(certificate)))

    CERTIFICATES.validate(plain)
    assert certificate_from_plain(plain) == certificate
    assert cited_from_plain(json.loads(json.dumps(to_plain(figures_cited)))) == figures_cited


def test_the_schema_names_every_field() -> None:
    for name, definition in SCHEMA["$defs"].items():
        if "properties" in definition:
            assert list(definition["properties"]) == [field.name for field in fields(getattr(published, name))]
    assert set(SCHEMA["$defs"]["Part"]["enum"]) == {part.value for part in Part}
    assert set(SCHEMA["$defs"]["Status"]["enum"]) == {status.value for status in Status}
    measure = SCHEMA["$defs"]["Measure"]["properties"]
    assert (tuple(measure["attacker"]["enum"]), tuple(measure["how"]["enum"])) == (ATTACKERS, HOWS)


def test_an_empty_field_is_left_out_and_keys_keep_the_order_of_the_fields() -> None:
    plain = to_plain(small_release())

    assert plain["tables"][0]["cells"] == [
        {"category": "y", "group": "-", "status": "shown", "count": 30, "share": 1.0}
    ]
    assert list(plain) == ["wave", "policy", "tables", "unsafe"]


def test_the_digest_does_not_depend_on_key_order_or_on_how_a_whole_number_is_typed() -> None:
    assert canonical_json({"b": 1.0, "a": "ä"}) == '{"a":"ä","b":1}'.encode() == canonical_json({"a": "ä", "b": 1})
    assert len(release_id(small_release())) == 64


def in_swedish(release: PublishedTables) -> PublishedTables:
    """The same release with other words everywhere a word may stand."""
    (table,) = release.tables
    swedish = Text.of({"sv": "Nyttigt?"})
    words = replace(
        table,
        title=swedish,
        row_title=swedish,
        by_title=swedish,
        base=replace(table.base, wording=swedish),
        categories=tuple(replace(each, label=swedish) for each in table.categories),
        groups=tuple(replace(each, label=swedish) for each in table.groups),
        notes=(swedish,),
    )
    policy = {**release.policy, "backgrounds": [{"groups": [{"code": "g", "label": {"sv": "alla"}, "of": ["g"]}]}]}
    return replace(release, tables=(words,), policy=policy)


def test_a_further_language_is_an_edition_of_the_same_release() -> None:
    release = small_release()
    unlabelled = replace(release, policy={**release.policy, "backgrounds": [{"groups": [{"code": "g", "of": ["g"]}]}]})

    assert release_id(in_swedish(release)) == release_id(unlabelled) != release_id(release)


def test_a_question_named_label_stays_in_the_name_of_a_release() -> None:
    release = small_release()
    ordinary, sensitive = (
        release_id(replace(release, policy={"sensitivity": {"label": level}})) for level in ("ordinary", "sensitive")
    )

    assert ordinary != sensitive


@pytest.mark.parametrize(
    "change",
    [
        lambda table: replace(table, cells=(replace(table.cells[0], count=29),)),
        lambda table: replace(table, groups=(replace(table.groups[0], respondents=31),)),
        lambda table: replace(table, groups=(replace(table.groups[0], base=None),)),
        lambda table: replace(table, categories=(replace(table.categories[0], members=("y", "z")),)),
        lambda table: replace(table, shown_if="a = 'b'"),
        lambda table: replace(table, means=(Mean("-", Status.SHOWN, 3.5),)),
    ],
)
def test_every_number_and_everything_that_gives_it_meaning_is_in_the_name(change) -> None:  # type: ignore[no-untyped-def]
    release = small_release()

    assert release_id(replace(release, tables=(change(release.tables[0]),))) != release_id(release)


@pytest.mark.parametrize(
    ("damage", "path"),
    [
        (lambda d: d["tables"][0]["cells"][0].update(status="hidden"), "tables[0].cells[0].status"),
        (lambda d: d["tables"][0]["cells"][0].update(count="30"), "tables[0].cells[0].count"),
        (lambda d: d["tables"][0]["cells"][0].update(count=True), "tables[0].cells[0].count"),
        (lambda d: d["tables"][0].update(colour="red"), "tables[0].colour"),
        (lambda d: d["tables"][0].pop("item"), "tables[0].item"),
        (lambda d: d["wave"].update(title={"en": 5}), "wave.title.en"),
        (lambda d: d.update(tables={}), "tables"),
        (lambda d: d["policy"].update(k=4), "release"),
        (lambda d: d.update(schema="other"), "schema"),
    ],
)
def test_a_damaged_document_is_refused_with_the_place(damage, path) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(json.dumps(release_document(small_release())))
    damage(document)

    with pytest.raises(UnusableInput) as refusal:
        read_release_document(document)

    assert refusal.value.problems[0].item == path


WHOLE = to_plain(small_release())["tables"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cells": []}, "one cell for every category and group"),
        ({"cells": [*WHOLE["cells"], *WHOLE["cells"]]}, "one cell for every category and group"),
        ({"categories": []}, "one cell for every category and group"),
        ({"base": {**WHOLE["base"], "categories": ["n"]}}, "base names a category"),
        ({"means": [{"group": "x", "status": "shown"}]}, "Every mean belongs to one group"),
        ({"means": [{"group": "-", "status": "shown", "decimals": 4000}]}, "from 0 to 9 decimals"),
        ({"groups": [{**WHOLE["groups"][0], "code": "x"}]}, "has the one group"),
        ({"groups": [{**WHOLE["groups"][0], "base": 29}]}, "greater than its base"),
        ({"groups": [{**WHOLE["groups"][0], "respondents": -1}]}, "below nought"),
        ({"groups": [{**WHOLE["groups"][0], "respondents": 10**400}]}, "at most fifteen digits"),
        ({"cells": [{**WHOLE["cells"][0], "share": 10**400}]}, "at most fifteen digits"),
        ({"shown_if": "q0 ="}, "The condition cannot be read at character 5"),
        ({"kind": "crossed"}, "partition or multiple"),
        ({"item": ""}, "needs a code"),
    ],
)
def test_tables_that_do_not_hang_together_are_refused_with_their_place(change: dict[str, Any], message: str) -> None:
    plain = to_plain(small_release())

    with pytest.raises(UnusableInput, match=message) as refusal:
        tables_from_plain({**plain, "tables": [{**WHOLE, **change}]})
    assert refusal.value.problems[0].item.startswith("tables[0]")


def test_a_table_that_stands_twice_is_refused() -> None:
    plain = to_plain(small_release())

    with pytest.raises(UnusableInput, match="The table q1 stands here a second time"):
        tables_from_plain({**plain, "tables": [WHOLE, WHOLE]})


def test_a_document_that_is_no_object_is_refused() -> None:
    with pytest.raises(UnusableInput, match="An object was expected"):
        read_release_document([])


CERTIFICATE = to_plain(
    Certificate("0" * 64, "1" * 64, "barometer 1", "A0", 5, 20, 30, (TableAudit("q1", "open", 0, None),), (), ())
)
SOUND = {"attacker": "A3", "what": "narrowed", "tried": 580, "held": 551, "how": "rate"}


def test_a_certificate_of_an_earlier_version_is_read_as_one_that_measured_nothing() -> None:
    older = {key: value for key, value in CERTIFICATE.items() if key != "colluders"}

    certificate = certificate_from_plain(older)

    assert (certificate.colluders, certificate.audited_with, certificate.rules, certificate.measures) == (0, (), (), ())


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"attacker": "A9"}, "measures[0].attacker"),
        ({"how": "surely"}, "measures[0].how"),
        ({"held": 581}, "measures[0]"),
        ({"held": -1}, "measures[0]"),
        ({"what": ""}, "measures[0]"),
        ({"tried": "580"}, "measures[0].tried"),
    ],
)
def test_a_measure_that_cannot_be_is_refused_with_its_place(change: dict[str, Any], path: str) -> None:
    assert certificate_from_plain({**CERTIFICATE, "measures": [SOUND]}).measures == (Measure(**SOUND),)

    with pytest.raises(UnusableInput) as refusal:
        certificate_from_plain({**CERTIFICATE, "measures": [{**SOUND, **change}]})
    assert refusal.value.problems[0].item == path


def test_fewer_than_no_colluders_are_refused() -> None:
    with pytest.raises(UnusableInput, match="fewer than no colluders"):
        certificate_from_plain({**CERTIFICATE, "colluders": -1})
