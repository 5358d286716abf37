"""answers.csv and opened answer sheets to a ResponseSet and back; nothing is guessed, and a fault is named by place.

A row is a respondent. An empty cell is *not shown* where routing says so, *not reached* on a page after
``_last_page``, else *skipped*. An answer to something that routing hides is refused in answers.csv (file and
questionnaire do not belong together) and left out of opened sheets, where ``notes`` counts what was left out.
"""

from barometer.responses_csv.reading import read_answers
from barometer.responses_csv.sheets import responses_from_sheets, sheets_of
from barometer.responses_csv.writing import write_answers

__all__ = ["read_answers", "responses_from_sheets", "sheets_of", "write_answers"]
