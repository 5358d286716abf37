"""The form with which a release comes in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person


class TakeInForm(forms.Form):
    folder = forms.FileField(
        label=gettext_lazy("The release folder, as a zip"),
        error_messages={"required": gettext_lazy("Choose the zip file of the release.")},
    )
    involved = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who made the release or opened the answers?"),
        queryset=Person.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_folder(self) -> UploadedFile:
        folder: UploadedFile = self.cleaned_data["folder"]
        if folder.size is None or folder.size > settings.LARGEST_RELEASE_UPLOAD:
            raise forms.ValidationError(_("The file is larger than a release can be."))
        return folder
