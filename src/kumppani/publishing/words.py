"""What the kinds of text are called on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kumppani.publishing.models import Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES: dict[str, StrOrPromise] = {
    Kind.NEWS: _("News"),
    Kind.PRACTICE: _("Good practices"),
    Kind.PAGE: pgettext_lazy("texts", "Pages"),
    Kind.COLUMN: _("Columns"),
}
BEGIN: dict[str, StrOrPromise] = {
    Kind.NEWS: _("Write news"),
    Kind.PRACTICE: _("Submit a good practice"),
    Kind.PAGE: _("Write a page"),
    Kind.COLUMN: _("Write a column"),
}
EMPTY: dict[str, StrOrPromise] = {
    Kind.NEWS: _("There is no news yet."),
    Kind.PRACTICE: _("There are no good practices yet."),
    Kind.PAGE: _("There are no pages yet."),
    Kind.COLUMN: _("There are no columns yet."),
}
