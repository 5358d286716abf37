"""The form with which a release comes in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person

LARGEST_COMPARABILITY = 1024 * 1024


class TakeInForm(forms.Form):
    folder = forms.FileField(
        label=gettext_lazy("The release folder, as a zip"),
        error_messages={"required": gettext_lazy("Choose the zip file of the release.")},
    )
    comparability = forms.FileField(
        label=gettext_lazy("Comparability with an earlier wave, if they are compared"), required=False
    )
    involved = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who made the release or opened the answers?"),
        queryset=Person.objects.filter(is_active=True, grants__isnull=False).distinct(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_folder(self) -> UploadedFile:
        folder: UploadedFile = self.cleaned_data["folder"]
        if folder.size is None or folder.size > settings.LARGEST_RELEASE_UPLOAD:
            raise forms.ValidationError(_("The file is larger than a release can be."))
        return folder

    def clean_comparability(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["comparability"]
        if file is not None and (file.size or 0) > LARGEST_COMPARABILITY:
            raise forms.ValidationError(_("The file is larger than a comparability can be."))
        return file

    @property
    def comparability_content(self) -> bytes | None:
        """The file's content once the form is valid; None where none was sent."""
        file = self.cleaned_data["comparability"]
        return None if file is None else file.read()
