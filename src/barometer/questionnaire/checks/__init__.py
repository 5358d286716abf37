"""Find what is wrong with a questionnaire before anybody is asked.

Errors block publishing, warnings do not. `reachability` says of every question who is shown it, with answers that lead
there.
"""

from __future__ import annotations

from barometer.problems import Problem
from barometer.questionnaire.checks.constraints import constraint_problems
from barometer.questionnaire.checks.naming import naming_problems
from barometer.questionnaire.checks.reachability import Reach, Reached, reachability, reachability_problems
from barometer.questionnaire.checks.references import reference_problems
from barometer.questionnaire.checks.wording import wording_problems
from barometer.questionnaire.model import Questionnaire

SENSELESS = frozenset({"condition-type", "condition-selected-on-single"})

__all__ = ["Reach", "Reached", "check", "reachability"]


def check(questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Give every problem found, in the order of the file; empty when there is nothing to say."""
    of_references = list(reference_problems(questionnaire))
    # What a comparison of unlike things lets through is no use to know, and not worked out.
    senseless = {problem.item for problem in of_references if problem.code in SENSELESS}
    problems = [
        *naming_problems(questionnaire),
        *constraint_problems(questionnaire),
        *wording_problems(questionnaire),
        *of_references,
        *(problem for problem in reachability_problems(questionnaire) if problem.item not in senseless),
    ]
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))
