"""Run by the Python that has ACRO: makes crosstabs of a file of answers with its own suppression, and times them.

Standard input: JSON with `answers` (a csv file), `tables` (pairs of row and column) and `threshold` (none for its own).
Standard output: JSON with `cpu` (seconds for all tables), `version`, and the counts of all tables, null where withheld.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import time
import warnings
from importlib.metadata import version

import acro
import pandas


def main() -> None:
    wanted = json.load(sys.stdin)
    answers = pandas.read_csv(wanted["answers"], dtype=str, keep_default_na=False)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asked = [answers.loc[answers[row] != "", [row, column]] for row, column in wanted["tables"]]
    pairs = list(zip(asked, wanted["tables"], strict=True))
    made = []
    with contextlib.redirect_stdout(io.StringIO()):
        session = acro.ACRO(suppress=True)
        if wanted["threshold"]:
            session.sdc_checks.risk_appetite["safe_threshold"] = wanted["threshold"]
        began = time.process_time()
        tables = [session.crosstab(pair[row], pair[column]) for pair, (row, column) in pairs]
        cpu = time.process_time() - began
        threshold = session.sdc_checks.risk_appetite["safe_threshold"]
    for table in tables:
        counts = [[None if pandas.isna(count) else int(count) for count in row] for row in table.to_numpy()]
        made.append({"rows": list(table.index), "columns": list(table.columns), "counts": counts})
    json.dump({"cpu": cpu, "version": version("acro"), "threshold": threshold, "tables": made}, sys.stdout)


if __name__ == "__main__":
    main()
