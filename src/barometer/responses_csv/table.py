"""A CSV file as columns of cells, read strictly: whatever cannot be read for certain is refused with its place."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from barometer.problems import Problem, UnusableInput

LONGEST_CELL = 131_072
"""Characters: the limit of Python's csv module. A longer cell is a fault of the file, or an attack on who opens it."""

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True)
class CellTable:
    """Cells as text, by column. ``rows`` counts the respondents, without the header."""

    file: str
    header: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    rows: int
    text: str = field(repr=False)
    delimiter: str = ","

    def line_of(self, row: int) -> int:
        """Give the line of the file on which this row (from 0) begins; slow, for messages only."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        begins, seen = 1, -2
        for cells in reader:
            seen += 1 if cells else 0
            if seen == row:
                return begins
            begins = reader.line_num + 1
        return begins


def read_cells(data: bytes, *, file: str, delimiter: str = ",", encoding: str = "utf-8") -> CellTable:
    """Read CSV bytes into columns. Raises UnusableInput with one problem: the first thing that makes it unreadable.

    A UTF-8 byte order mark at the start is accepted; blank lines are ignored; the last line must end with a line break,
    since a file cut off inside its last cell looks the same as a whole one without it.
    """
    text = _text_of(data, file, encoding)
    header, rows = _parsed(text, file, delimiter)
    columns = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(header, ())
    return CellTable(file, header, columns, len(rows), text, delimiter)


def _refused(code: str, message: str, remedy: str, file: str, line: int = 0, column: str = "") -> UnusableInput:
    item = f"column {column}" if column else ""
    return UnusableInput([Problem(code, message, remedy, file, line, item)])


def _text_of(data: bytes, file: str, encoding: str) -> str:
    if not data.strip():
        raise _refused("csv-empty", "The file is empty.", "Export it again; the first line names the columns.", file)
    if encoding == "utf-8":
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:64].count(0) > 16:
            raise _refused("csv-utf16", "The file is UTF-16.", "Save it as UTF-8.", file, 1)
        encoding = "utf-8-sig"
    text = decoded(data, file, encoding)
    if (nul := text.find("\0")) >= 0:
        raise _refused(
            "csv-nul",
            "The file holds a NUL character.",
            "Remove it; a damaged or binary file must be exported again.",
            file,
            text.count("\n", 0, nul) + 1,
        )
    if not text.endswith(("\n", "\r")):
        raise _refused(
            "csv-cut-off",
            "The last line has no line break, so the file may be cut off.",
            "Export it again, or add the line break if the file is whole.",
            file,
            text.count("\n") + 1,
        )
    return text


def decoded(data: bytes, file: str, encoding: str) -> str:
    """Decode the bytes of a file. Raises UnusableInput naming the line of the first that does not fit."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise _refused(
            "csv-encoding",
            f"Byte {fault.start + 1:,} is no {encoding.removesuffix('-sig').upper()}.",
            "Save the file as UTF-8.",
            file,
            data.count(b"\n", 0, fault.start) + 1,
        ) from fault


def _parsed(text: str, file: str, delimiter: str) -> tuple[tuple[str, ...], list[list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [row for row in reader if row]
    except csv.Error as fault:
        raise _broken_quoting(fault, text, file, delimiter) from fault
    header = tuple(rows.pop(0))
    _check_header(header, file, delimiter)
    if {len(row) for row in rows} - {len(header)}:
        at = next(index for index, row in enumerate(rows) if len(row) != len(header))
        raise _refused(
            "csv-ragged",
            f"The row has {len(rows[at])} cells, the header has {len(header)}.",
            "Export the file again; it may be cut off, or a comma stands in a cell without quotation marks.",
            file,
            CellTable(file, header, {}, len(rows), text, delimiter).line_of(at),
        )
    return header, rows


def _broken_quoting(fault: csv.Error, text: str, file: str, delimiter: str) -> UnusableInput:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for _ in reader:
            begins = reader.line_num + 1
    except csv.Error:
        pass
    if "field larger" in str(fault):
        return _refused(
            "csv-cell-too-long",
            f"A cell has more than {LONGEST_CELL:,} characters.",
            "Shorten it, or look for a quotation mark that was never closed.",
            file,
            begins,
        )
    return _refused(
        "csv-quotes",
        "A quotation mark is never closed, or text follows a closed one.",
        "Export the file again; it may be cut off.",
        file,
        begins,
    )


def _check_header(header: tuple[str, ...], file: str, delimiter: str) -> None:
    others = [mark for mark in ",;\t|" if mark != delimiter and mark in header[0]]
    if len(header) == 1 and others:
        names = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ",": "commas"}
        raise _refused(
            "csv-delimiter",
            f"The cells are parted by {names[others[0]]}, not by {names.get(delimiter, repr(delimiter))}.",
            f"Save the file with {names.get(delimiter, repr(delimiter))} between the cells.",
            file,
            1,
        )
    for name, times in Counter(header).items():
        if times > 1:
            raise _refused(
                "csv-duplicate-column",
                f"The column stands {times} times in the header.",
                "Keep one of them.",
                file,
                1,
                name or "(no name)",
            )
