"""Tables recounted from a ResponseSet, laid out as the published files lay them out."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np

from barometer.formats.mapping import Mapped, apply_mapping, read_mapping, survey_files
from barometer.questionnaire.model import Question
from barometer.responses import ChoiceColumn, MultipleColumn, RankingColumn

REPOSITORY = Path(__file__).parents[3]
INVISIBLE = "\ufeff \n"
BLANK = ""


def mapped(survey: str, shared_folder: Path) -> Mapped:
    folder = shared_folder / "real-survey" / survey
    description = REPOSITORY / "examples" / "real-survey-mappings" / f"{survey}.yaml"
    return apply_mapping(read_mapping(description.read_bytes()), survey_files(folder))


def listed_tables(name: str, survey: str, shared_folder: Path) -> list[dict[str, str]]:
    with (shared_folder / "real-survey" / name).open(encoding="utf-8", newline="") as listing:
        return [row for row in csv.DictReader(listing, delimiter="\t") if row["survey"] == survey]


def published(survey: str, table: str, shared_folder: Path) -> tuple[list[str], dict[str, list[int]]]:
    """Give the headings of the counts, and the counts by row label; an empty count is 0."""
    path = shared_folder / "real-survey" / survey / "published" / table
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    counts = {plain(row[0]): [int(float(cell or 0)) for cell in row[1:]] for row in rows}
    return [plain(name) for name in header[1:]], counts


def plain(label: str) -> str:
    return re.sub(r"\s+", " ", label.replace("\ufeff", "")).strip()


def counts_of(mapped: Mapped, item: str) -> dict[str, int]:
    """Count a single choice or matrix row by label; blanks under the empty label."""
    column = mapped.responses.columns[item]
    assert isinstance(column, ChoiceColumn)
    labels = [plain(option.label.in_("en")) for option in mapped.questionnaire.question_of_item(item).options]
    counts = {label: int((column.values == place).sum()) for place, label in enumerate(labels)}
    return counts | {BLANK: int((column.values < 0).sum())}


def ticks_of(mapped: Mapped, question: Question) -> dict[str, int]:
    column = mapped.responses.columns[question.id]
    assert isinstance(column, MultipleColumn)
    labels = [plain(option.label.in_("en")) for option in question.options]
    return dict(zip(labels, column.ticked.sum(axis=0).tolist(), strict=True))


def ranks_of(mapped: Mapped, question: Question, ranks: int) -> dict[str, list[int]]:
    """Count each factor by rank; who named nothing at a rank is counted under the empty label."""
    column = mapped.responses.columns[question.id]
    assert isinstance(column, RankingColumn)
    counts = {
        plain(option.label.in_("en")): [int((column.ranks[:, place] == rank).sum()) for rank in range(1, ranks + 1)]
        for place, option in enumerate(question.options)
    }
    nothing = [int(np.all(column.ranks != rank, axis=1).sum()) for rank in range(1, ranks + 1)]
    return counts | {BLANK: nothing}


def items_by_wording(mapped: Mapped, survey: str, shared_folder: Path) -> dict[str, str]:
    """Give the item behind every wording a published table may use: the questionnaire's or the data header's."""
    found: dict[str, str] = {}
    for question in mapped.questionnaire.questions():
        rows = {row.code: plain(row.label.in_("en")) for row in question.rows}
        for item in question.items:
            code = item.rsplit(".", 1)[-1]
            wording = rows.get(code) or plain(question.text.in_("en"))
            for key in (wording, f"{code}. {wording}", code, question.id):
                found.setdefault(key, item)
    pattern = re.compile(r"([\w-]+)(?:\[([^\]]+)\])?\.\s*(.*?)(?:\s*\[([^\]]*)\])?", re.DOTALL)
    with (shared_folder / "real-survey" / survey / "public_data.csv").open(encoding="utf-8", newline="") as file:
        for header in next(csv.reader(file))[1:]:
            parts = pattern.fullmatch(header)
            assert parts is not None
            code, part, text, label = parts.groups(default="")
            item = f"{code}.{part}" if f"{code}.{part}" in mapped.responses.columns else code
            found.setdefault(plain(label or text), item)
    return found


def item_of(wording: str, items: dict[str, str]) -> str:
    """Find the item of a wording, which the published file may have cut off at the dot of a web address."""
    return items.get(wording) or next(item for known, item in items.items() if wording and known.startswith(wording))
