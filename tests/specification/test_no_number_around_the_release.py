"""No path around the release: no count that it withholds stands in any file, page, log or message.

Every path is searched twice: once as it is, and once with a leak planted in it, which must be found.
"""

from __future__ import annotations

import io
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from barometer import pipeline
from barometer.cli import main
from barometer.controlling import true_count
from barometer.disclosure.protecting import ReleaseRefused
from barometer.published import PublishedTables, Status
from barometer.published_json import release_document
from barometer.release import Release, read_release
from barometer.release.ddi import ddi_xml
from barometer.release.table_rows import tables_csv
from barometer.release.writing import pretty
from barometer.report.building import build_report
from barometer.report.model import Report
from barometer.report.page import render_page
from barometer.report.pdf import render_pdf
from barometer.report.workbook import render_workbook
from barometer.tabulation import Cube, tabulate
from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.results.actions import approve_release, publish_release, take_in_release
from kumppani.surveys.models import ChannelCount, DayCount
from tests.kumppani.conftest import MakePerson, signed_in, somebody
from tests.kumppani.surveys.conftest import custodians, open_wave, who
from tests.specification.canaries import canaries_of, found_in, numbers_in, numbers_of, write_canary_wave

__all__ = ["custodians", "open_wave", "signed_in", "somebody", "who"]

AT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
RESPONDENTS = 13_471
"""Published: a search that does not see it sees nothing."""
UNRELEASED = 1709
"""How many have answered the wave that is still open; no canary of the released one."""


@dataclass(frozen=True)
class Made:
    """The wave with canaries, released on the command line, and everything that was said on the way."""

    wave: Path
    folder: Path
    cube: Cube
    release: Release
    canaries: frozenset[int]
    said: dict[str, str]


class Listening(logging.Handler):
    """Keeps every line that any logger of this process writes, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture(scope="module")
def log() -> Iterator[Listening]:
    listening = Listening()
    loggers = [logging.getLogger(name) for name in (None, *django_settings.LOGGING["loggers"])]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(listening)
        logger.setLevel(logging.DEBUG)
    yield listening
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(listening)
        logger.setLevel(level)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, log: Listening) -> Made:
    place = tmp_path_factory.mktemp("canaries")
    wave, folder = write_canary_wave(place / "wave"), place / "release"
    said = {
        "release --json": run("release", wave, "--to", folder, "--json"),
        "verify --json": run("verify", folder, "--json"),
        "attack --json": run("attack", folder, "--json"),
        "tabulate --json": run("tabulate", wave, "--to", place / "counts.csv", "--json"),
    }
    cube, release = tabulate(pipeline.read_wave_folder(wave).responses), read_release(folder)
    return Made(wave, folder, cube, release, canaries_of(cube, release.tables), said)


def run(*arguments: object) -> str:
    """Run a command; give all that it printed, for people and for machines."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        assert main([str(argument) for argument in arguments]) == 0
    return out.getvalue()


def test_the_canaries_are_withheld_and_many(made: Made) -> None:
    withheld = {
        true_count(table, table.category(cell.category), table.group(cell.group), made.cube)
        for table, cell in made.release.tables.cells()
        if cell.status is Status.CONFIDENTIAL
    }

    assert len(made.canaries) >= 5
    assert made.canaries & withheld
    assert UNRELEASED not in made.canaries


def test_a_number_is_found_however_its_thousands_are_written() -> None:
    for written in (
        "1009",
        "1 009",
        "1\u00a0009",
        "1\u202f009",
        "1,009",
        "1.009",
        "<td>1009</td>",
        "n=1009;",
        "x1009y",
    ):
        assert 1009 in numbers_in(written)
    for other in ("11009", "10090", "a" * 20 + "1009" + "b" * 40):
        assert 1009 not in numbers_in(other)


# ---- the release folder


def test_no_file_of_the_release_folder_holds_one(made: Made) -> None:
    assert {name for name in made.release.files if "tables" in name or "report" in name} <= seen_in(made.release.files)
    assert found_in(made.release.files, made.canaries) == {}


def seen_in(files: Mapping[str, bytes | str]) -> set[str]:
    """Name the files in which the search sees a number that is published."""
    return {name for name, content in files.items() if RESPONDENTS in numbers_of(content)}


def leaking_tables(made: Made) -> PublishedTables:
    """The tables as a protection would make them that marks a cell and forgets to take its count away."""
    tables = []
    for table in made.release.tables.tables:
        cells = [
            replace(cell, count=true_count(table, table.category(cell.category), table.group(cell.group), made.cube))
            if cell.status is Status.CONFIDENTIAL
            else cell
            for cell in table.cells
        ]
        tables.append(table.with_cells(cells))
    return replace(made.release.tables, tables=tuple(tables))


def leaking_report(made: Made) -> Report:
    """A report with a sentence that somebody wrote from the exact counts."""
    report = build_report(made.release.tables, certificate=made.release.certificate, cited=None, language="en")
    leak = f"Of them {min(made.canaries):,} said so.".replace(",", "\u202f")
    first = report.questions[0]
    panel = replace(first.panels[0], finding=leak)
    return replace(
        report,
        questions=(replace(first, panels=(panel, *first.panels[1:])), *report.questions[1:]),
        losses=tuple(replace(loss, sentence=leak) for loss in report.losses),
    )


LEAKING_FILES: dict[str, Callable[[Made], bytes]] = {
    "release.json": lambda made: pretty(release_document(leaking_tables(made))),
    "tables.csv": lambda made: tables_csv(leaking_tables(made)),
    "ddi.xml": lambda made: ddi_xml(renamed(made), made.release.id),
    "report.en.html": lambda made: render_page(leaking_report(made)).encode(),
    "report.en.pdf": lambda made: render_pdf(leaking_report(made)),
    "tables.xlsx": lambda made: render_workbook([leaking_report(made)]),
}


def renamed(made: Made) -> PublishedTables:
    """The wave under a title that tells a count: the one thing of the wave that every kind of file shows."""
    wave = made.release.tables.wave
    leak = {language: f"{text} ({min(made.canaries)} said so)" for language, text in wave.title.as_dict().items()}
    return replace(made.release.tables, wave=replace(wave, title=type(wave.title).of(leak)))


@pytest.mark.parametrize("name", LEAKING_FILES)
def test_a_leak_planted_in_a_file_is_found(made: Made, name: str) -> None:
    assert found_in({name: LEAKING_FILES[name](made)}, made.canaries).keys() == {name}


# ---- numbers of the report that are in no released cell


def test_every_number_in_a_cell_of_the_report_follows_from_the_release(made: Made) -> None:
    assert strange_numbers(made.release.files["report.en.html"].decode(), made.release) == []


def test_a_number_of_the_report_that_is_in_no_released_cell_is_found(made: Made) -> None:
    page = made.release.files["report.en.html"].decode()
    changed = page.replace("<td>13\u202f471</td>", "<td>13\u202f473</td>", 1)

    assert changed != page
    assert strange_numbers(changed, made.release) == ["13473"]


def strange_numbers(page: str, release: Release) -> list[str]:
    """Give the numbers in table cells that are neither a released count, nor a share or an interval of one."""
    known = {str(number) for number in known_numbers(release)}
    cells = (re.sub(r"<[^>]*>", " ", cell) for cell in re.findall(r"<td\b[^>]*>(.*?)</td>", page, re.DOTALL))
    numbers = chain_numbers(cells)
    return [number for number in numbers if number.rstrip("0").rstrip(".") not in known and number not in known]


def chain_numbers(cells: Iterator[str]) -> Iterator[str]:
    for cell in cells:
        yield from re.findall(r"\d+(?:\.\d+)?", cell.replace("\u202f", ""))


def known_numbers(release: Release) -> Iterator[object]:
    certificate = release.certificate
    for audit in certificate.audits:
        yield from (audit.withheld, audit.smallest_span or 0)
    for measure in certificate.measures:
        yield from (measure.tried, measure.held, 100)
    for table in release.tables.tables:
        for group in table.groups:
            yield from (group.respondents, group.base)
        for mean in table.means:
            yield from (mean.value, mean.n)
    yield from everybodys_shares(release)
    for _, cell in release.tables.cells():
        yield cell.count
        for part in (cell.share, cell.low, cell.high):
            if part is not None:
                yield from (f"{100 * part:.{decimals}f}" for decimals in (0, 1))


def everybodys_shares(release: Release) -> Iterator[str]:
    """Give what a crossed table says of everybody, in its own categories: sums of what the whole table prints."""
    for table in release.tables.tables:
        if table.by is None:
            continue
        whole = release.tables.table(table.item)
        counts = {
            category.code: sum(
                whole.cell(part.code).count or 0
                for part in whole.categories
                if part.part.adds_up and set(part.members) <= set(category.members)
            )
            for category in table.categories
        }
        base = sum(counts[code] for code in table.base.categories)
        yield from (f"{100 * count / base:.1f}" for count in counts.values() if base)


# ---- the command line


def test_no_command_prints_one(made: Made) -> None:
    assert all(json.loads(said[said.index("{") : said.rindex("}") + 1]) for said in made.said.values())
    assert RESPONDENTS in numbers_in(made.said["release --json"])
    assert found_in({**made.said, "attack --json": without_bounds(made.said["attack --json"])}, made.canaries) == {}


def without_bounds(said: str) -> str:
    """Leave out the ends of intervals, which the attack computes from published files and which may hit a true count.

    That it reads nothing else is kept by the import contracts.
    """
    document = json.loads(said[said.index("{") :])
    for key in ("withheld", "smallest_span"):
        document.pop(key)
    return said[: said.index("{")] + json.dumps(document)


def test_a_command_that_tells_too_much_is_found(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    telling = pipeline.release_folder

    def tell(*given: Any, **named: Any) -> Any:
        print({"done": max(made.canaries)})
        return telling(*given, **named)

    monkeypatch.setattr(pipeline, "release_folder", tell)

    assert found_in({"release": run("release", made.wave, "--to", tmp_path / "r", "--json")}, made.canaries)


def test_a_fault_on_the_road_tells_none_in_its_traceback(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*given: object, **named: object) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(pipeline, "release_files", break_down)
    with pytest.raises(RuntimeError) as fault:
        main(["release", str(made.wave), "--to", str(tmp_path / "r")])
    report = "".join(traceback.format_exception(fault.value))

    assert "The disk is full." in report
    assert found_in({"traceback": report}, made.canaries) == {}


def test_a_refusal_by_our_own_attack_names_the_place_and_no_number(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's words may go to a log; what is refused there is exactly what nobody may read."""
    protecting = pipeline.protect

    def leave_one_open(*given: Any, without: object, restraint: object) -> Any:
        protected = protecting(*given)  # whatever was found before
        (table,) = (one for one in protected.tables.tables if one.id == "works/org")
        cells = [
            replace(cell, status=Status.SHOWN, count=97) if (cell.category, cell.group) == ("no", "ngo") else cell
            for cell in table.cells
        ]
        return replace(protected, tables=replace(protected.tables, tables=(table.with_cells(cells),)))

    monkeypatch.setattr(pipeline, "protect", leave_one_open)

    with pytest.raises(ReleaseRefused) as refusal:
        pipeline.make_release(pipeline.read_wave_folder(made.wave))
    assert "works/org" in str(refusal.value)
    assert not numbers_in(str(refusal.value)) & {97, 1066}


# ---- the site

Answers = dict[str, bytes | str]


@pytest.fixture
def site(made: Made, somebody: MakePerson, settings: Any, tmp_path: Path) -> dict[str, Person]:
    """The release taken in, approved and published, and the people who may see the most."""
    settings.RELEASES_FOLDER = tmp_path / "releases"
    people = {role: somebody(role) for role in (Role.ANALYST, Role.APPROVER, Role.COORDINATOR)}
    release = take_in_release(files=made.release.files, involved=(), by=people[Role.ANALYST], at=AT)
    approve_release(release=release, by=people[Role.APPROVER], at=AT)
    publish_release(release=release, by=people[Role.COORDINATOR], at=AT)
    return people


def entrances(languages: Sequence[str]) -> Iterator[str]:
    """Give every address of the site that needs nothing to be filled in: also of apps to come."""
    names = [name for name in named_addresses(get_resolver().url_patterns) if not name.startswith("account_")]
    for language in languages:
        with override(language):
            yield from (reverse(name) for name in dict.fromkeys(names))


def named_addresses(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_addresses(pattern.url_patterns)
        elif pattern.name and not pattern.pattern.converters and "(" not in str(pattern.pattern):
            yield pattern.name


def walk(client: Client, languages: Sequence[str], *, deep: bool = True) -> Answers:
    """Read every entrance and every page and file of results or waves that one of them leads to."""
    waiting, read = list(dict.fromkeys(entrances(languages))), {}
    while waiting:
        address = waiting.pop()
        if address in read:
            continue
        response = client.get(address)
        read[address] = b"".join(response) if response.streaming else response.content
        if deep and response.headers.get("Content-Type", "").startswith("text/html"):
            links = re.findall(r'href="(/[^"#?]*)', read[address].decode())
            waiting += [link for link in links if "/results/" in link or "/waves/" in link]
    return read


@pytest.mark.django_db(databases=["default", "answers"])
def test_no_page_or_file_of_the_site_holds_one_whoever_reads_it(
    made: Made, site: dict[str, Person], signed_in: Callable[[Person], Client], log: Listening
) -> None:
    anonymous = walk(Client(), [language for language, _ in django_settings.LANGUAGES])
    assert len(seen_in(anonymous)) > 10
    assert found_in(anonymous, made.canaries) == {}

    for person in site.values():
        assert found_in(walk(signed_in(person), ["en"]), made.canaries) == {}
    assert found_in({"log": "\n".join(log.lines)}, made.canaries) == {}


@pytest.mark.django_db
def test_a_leaking_template_is_found(made: Made, site: dict[str, Person], settings: Any, tmp_path: Path) -> None:
    leak = (
        '{% extends "base.html" %}{% block main %}<h1>Results</h1><p>' + f"{min(made.canaries):,}</p>{{% endblock %}}"
    )
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.html").write_text(leak, "utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    assert "/en/results/" in found_in(walk(Client(), ["en"], deep=False), made.canaries)


def test_a_leaking_line_of_a_log_is_found(made: Made, log: Listening) -> None:
    before = len(log.lines)
    logging.getLogger("kumppani.results").debug("cell %s: %s", "works/org", min(made.canaries))

    assert found_in({"log": "\n".join(log.lines[before:])}, made.canaries)


@pytest.mark.django_db
def test_a_fault_on_a_page_of_results_is_told_without_one(
    made: Made, site: dict[str, Person], log: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exact counts never come near the site; what is logged of a fault is searched all the same."""

    def break_down(*given: object, **named: object) -> None:
        raise RuntimeError("The page broke.")

    monkeypatch.setattr("kumppani.results.views.render", break_down)
    before = len(log.lines)
    client = Client(raise_request_exception=False)
    response = client.get("/en/results/")
    told = "\n".join(log.lines[before:])

    assert response.status_code == 500
    assert "The page broke." in told
    assert found_in({"page": response.content, "log": told}, made.canaries) == {}


@pytest.mark.django_db(databases=["default", "answers"])
def test_no_page_tells_how_many_have_answered_a_wave_that_is_not_released(
    open_wave: Any, who: Any, signed_in: Callable[[Person], Client]
) -> None:
    DayCount.objects.create(wave=open_wave, day=date(2026, 3, 2), sent=UNRELEASED)
    ChannelCount.objects.create(wave=open_wave, channel="newsletter", sent=UNRELEASED)

    pages = {**walk(Client(), ["fi"]), **walk(signed_in(who.coordinator), ["en"])}

    assert UNRELEASED // 5 * 5 in frozenset().union(*map(numbers_of, pages.values()))
    assert found_in(pages, {UNRELEASED}) == {}
