"""Forms of moderation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kumppani.design.addresses import Email
from kumppani.moderation.models import Outcome, Rule
from kumppani.moderation.spam import looks_like_spam

LONGEST = 2000


def _words(label: Any, help_text: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=help_text,
        error_messages={"required": gettext_lazy("Write the reason in your own words.")},
    )


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=[("", "–"), *Rule.choices],
        error_messages={"required": gettext_lazy("Choose what is wrong with it.")},
    )
    words = _words(
        gettext_lazy("In your own words (you may leave this empty)"),
        gettext_lazy("Those who decide read this. The author does not, and is not told who reported."),
        required=False,
    )
    email = Email(
        label=gettext_lazy("Your e-mail address (you may leave this empty)"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not an e-mail address.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of letters to you"), choices=settings.LANGUAGES)
    website = forms.CharField(required=False, label=gettext_lazy("Leave this empty"))
    """Nobody sees it; programs fill it in."""

    def __init__(self, data: Any, *, has_account: bool, language: str) -> None:
        super().__init__(data, initial={"language": language})
        if has_account:
            del self.fields["email"], self.fields["language"]

    @property
    def is_of_a_program(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"])
        if looks_like_spam(words):
            raise forms.ValidationError(_("Write this without addresses of pages and long rows of the same sign."))
        return words


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=pgettext_lazy("moderation", "Decision"),
        choices=[
            ("", "–"),
            (Outcome.LEFT, pgettext_lazy("decision", "Leave it as it is")),
            (Outcome.HIDDEN, pgettext_lazy("decision", "Hide it")),
            (Outcome.WARNED, pgettext_lazy("decision", "Hide it and warn the author")),
        ],
        error_messages={"required": gettext_lazy("Choose a decision.")},
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Which rule it is about"),
        choices=[("", "–"), *Rule.choices],
        error_messages={"required": gettext_lazy("Choose the rule.")},
    )
    because = _words(
        gettext_lazy("The reason, as the author will read it"),
        gettext_lazy("Say what breaks the rule, and what the author can do. Write in the author's language."),
    )


class ReasonForm(forms.Form):
    """A reason alone: to show again, and to decide on an appeal."""

    because = _words(
        gettext_lazy("The reason, as the author will read it"), gettext_lazy("Write in the author's language.")
    )


class AppealForm(forms.Form):
    words = _words(
        gettext_lazy("Why should it be shown?"),
        gettext_lazy("Another person reads this and decides. You can appeal once."),
    )
