"""Forms of the coordinator's and the custodians' pages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from barometer.problems import UnusableInput
from barometer.sealing import WaveKey, read_wave_key
from barometer.texts import direction_of
from kumppani.design.addresses import Email
from kumppani.surveys.demonstration_keys import demonstration_wave_key, example_folders
from kumppani.surveys.freezing import Frozen, files_of_folder, files_of_zip, freeze, renamed
from kumppani.surveys.privacy import standard_privacy

LARGEST_ZIP = 10_000_000
LARGEST_KEY_FILE = 1_000_000
LARGEST_SHEETS = 20_000_000
CHANNEL = re.compile(r"[a-z0-9_]{1,40}")


class PrepareForm(forms.Form):
    folder = forms.FileField(label=gettext_lazy("The wave folder, as a zip"), required=False)
    code = forms.SlugField(label=gettext_lazy("Another short name for the wave"), required=False, max_length=60)
    wave_key = forms.FileField(label=gettext_lazy("The wave key that the custodians made"), required=False)
    opens_on = forms.DateField(label=gettext_lazy("First day"))
    closes_on = forms.DateField(label=gettext_lazy("Last day"))
    destroy_on = forms.DateField(label=gettext_lazy("Sealed answers are destroyed on"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes it takes to answer"), min_value=1, max_value=120)
    contact = Email(label=gettext_lazy("E-mail address for questions"))
    channels = forms.CharField(label=gettext_lazy("Further channels"), required=False, max_length=400)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for code, name in settings.LANGUAGES:
            self.fields[f"privacy_{code}"] = forms.CharField(
                label=name,
                widget=forms.Textarea(attrs={"lang": code, "dir": direction_of(code)}),
                initial=standard_privacy(code),
                max_length=10_000,
                required=False,
            )
        if settings.DEMONSTRATION:
            choices = [("", _("none")), *((name, name) for name in example_folders())]
            self.fields["example"] = forms.ChoiceField(
                label=_("A wave of the examples"), required=False, choices=choices
            )

    @property
    def privacy_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("privacy_")]

    def privacy(self) -> dict[str, str]:
        """The notice in each language the wave is asked in."""
        languages = self.cleaned_data["frozen"].questionnaire.languages
        return {code: self.cleaned_data[f"privacy_{code}"] for code, _name in settings.LANGUAGES if code in languages}

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).lower().replace("_", "-")

    def clean_channels(self) -> list[str]:
        channels = str(self.cleaned_data["channels"]).replace(",", " ").split()
        if not all(CHANNEL.fullmatch(channel) for channel in channels):
            raise forms.ValidationError(_("A channel is named with small letters, digits and underscores."))
        return channels

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        frozen = self._frozen(cleaned)
        cleaned["frozen"] = renamed(frozen, cleaned["code"]) if frozen and cleaned.get("code") else frozen
        cleaned["key"] = self._key(cleaned)
        self._require_privacy(cleaned, frozen)
        return cleaned

    def _require_privacy(self, cleaned: dict[str, Any], frozen: Frozen | None) -> None:
        """Respondents are told in every language they are asked in; a language the wave has not got needs no notice."""
        for code, _name in settings.LANGUAGES:
            name = f"privacy_{code}"
            if frozen and code in frozen.questionnaire.languages and name not in self.errors and not cleaned[name]:
                self.add_error(name, self.fields[name].error_messages["required"])

    def _frozen(self, cleaned: dict[str, Any]) -> Frozen | None:
        folder: Path | None = example_folders().get(cleaned.get("example") or "") if settings.DEMONSTRATION else None
        upload: UploadedFile | None = cleaned.get("folder")
        try:
            if folder is not None:
                return freeze(files_of_folder(folder))
            if upload is not None:
                return freeze(files_of_zip(_content(upload, LARGEST_ZIP)))
        except UnusableInput as fault:
            self.add_error("folder", [str(problem) for problem in fault.problems])
            return None
        self.add_error("folder", _("Choose the wave folder."))
        return None

    def _key(self, cleaned: dict[str, Any]) -> WaveKey | None:
        upload: UploadedFile | None = cleaned.get("wave_key")
        if upload is None and settings.DEMONSTRATION:
            return demonstration_wave_key()
        if upload is None:
            self.add_error("wave_key", _("Choose the file that a custodian made with “barometer keys wave”."))
            return None
        try:
            return read_wave_key(_content(upload, LARGEST_KEY_FILE).decode("utf-8", "replace"), file=upload.name or "")
        except UnusableInput as fault:
            self.add_error("wave_key", [str(problem) for problem in fault.problems])
            return None


class ProofForm(forms.Form):
    word = forms.CharField(label=gettext_lazy("The word inside the rehearsal"), max_length=60)


class ExtendForm(forms.Form):
    closes_on = forms.DateField(label=gettext_lazy("New last day"))


class SheetsForm(forms.Form):
    answers = forms.FileField(label=gettext_lazy("Answers from elsewhere (answers.csv)"))

    def clean_answers(self) -> bytes:
        return _content(self.cleaned_data["answers"], LARGEST_SHEETS)


def standard_days() -> dict[str, str]:
    """Days to begin with, as a browser's date field takes them."""
    today = timezone.localdate()
    days = {"opens_on": 0, "closes_on": 60, "destroy_on": 365}
    return {name: (today + timedelta(days=number)).isoformat() for name, number in days.items()}


def _content(upload: UploadedFile, most: int) -> bytes:
    if upload.size is None or upload.size > most:
        raise forms.ValidationError(_("The file is too large."))
    return upload.read()
