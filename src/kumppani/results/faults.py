"""What `verify` finds wrong with a release, in the reader's language. The library's codes are permanent."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from barometer.problems import Problem

SAID = {
    "release-missing": gettext_lazy("There is no release folder."),
    "release-file-missing": gettext_lazy("The file is missing."),
    "release-file-unexpected": gettext_lazy("The file does not belong to a release."),
    "release-file-too-large": gettext_lazy("The file is larger than a release file can be."),
    "release-not-a-file": gettext_lazy("It is not a plain file."),
    "release-not-json": gettext_lazy("It cannot be read as JSON."),
    "release-malformed": gettext_lazy("It is not written as a release writes it."),
    "release-digest": gettext_lazy("The content was changed: it is not what SHA256SUMS says."),
    "release-derived-differs": gettext_lazy("The file does not follow from release.json."),
    "release-estimates-differ": gettext_lazy("A share or an interval does not follow from its counts."),
    "release-identity": gettext_lazy("The identity is not that of its tables and rules of protection."),
    "release-certificate": gettext_lazy("The certificate belongs to another release."),
    "release-policy": gettext_lazy("The certificate names other rules of protection."),
    "release-unsafe": gettext_lazy("Certificate and tables disagree on whether they are protected."),
    "release-respondents": gettext_lazy("Certificate and tables differ in the number of respondents."),
    "release-audits": gettext_lazy("Not every table was audited."),
    "release-groups": gettext_lazy("The groups of a table do not add up to all respondents."),
    "release-sum": gettext_lazy("The answers of a table do not add up to the group."),
    "release-net": gettext_lazy("A joined category is not the sum of its parts."),
    "release-comparison": gettext_lazy(
        "The comparison with the earlier wave does not follow from the published numbers."
    ),
    "release-claims": gettext_lazy("The certificate claims more than can be computed from the published files."),
    "release-languages": gettext_lazy("The report does not show the same in every language."),
    "release-unprotected": gettext_lazy("A number can be worked out that should be hidden."),
}


def fault_said(fault: Problem) -> str:
    """One sentence with its place and code; a fault that we have no words for stays as the library says it."""
    said = SAID.get(fault.code)
    if said is None:
        return str(fault)
    place = fault.item or fault.file
    remedy = _("Do not use this copy: take the release again from those who made it.")
    return f"{place}: {said} {remedy} [{fault.code}]" if place else f"{said} {remedy} [{fault.code}]"
