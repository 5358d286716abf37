"""What is kept of a person who reported something or appealed."""

from __future__ import annotations

from kumppani.accounts.models import Person
from kumppani.moderation.models import Case, Report


def kept_of(person: Person) -> dict[str, object]:
    reports = Report.objects.filter(reporter=person).select_related("case")
    return {
        "reports": [
            {
                "about": made.case.title,
                "reason": made.reason,
                "words": made.words,
                "at": made.made_at.isoformat(),
                "outcome": made.case.outcome,
            }
            for made in reports
        ],
        "appeals": [
            {"about": case.title, "words": case.appeal, "overturned": case.overturned}
            for case in Case.objects.filter(appealed_by=person)
        ],
    }
