"""Looking through the history."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kumppani.design.days import Day
from kumppani.history.models import Line


class HistoryForm(forms.Form):
    """A value that cannot be read counts as none: a link may be old."""

    who = forms.CharField(label=pgettext_lazy("history", "Who"), required=False, max_length=100)
    what = forms.ChoiceField(label=pgettext_lazy("history", "What"), required=False)
    about = forms.CharField(label=pgettext_lazy("history", "About"), required=False, max_length=100)
    first = Day(label=_("From the day"), required=False)
    last = Day(label=_("To the day"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="history-%s")
        deeds = sorted(set(Line.objects.order_by().values_list("what", flat=True).distinct()))
        named = sorted(((deed, gettext(deed)) for deed in deeds), key=lambda pair: pair[1])
        self.fields["what"].choices = [("", gettext("any")), *named]  # type: ignore[attr-defined]

    def lines(self) -> QuerySet[Line]:
        """The lines asked for, the newest first."""
        self.is_valid()
        asked, found = self.cleaned_data, Line.objects.all()
        for name, field in (("who", "by_name__icontains"), ("what", "what"), ("about", "about_name__icontains")):
            if asked.get(name):
                found = found.filter(**{field: asked[name]})
        zone = timezone.get_current_timezone()
        if asked.get("first"):
            found = found.filter(at__gte=datetime.combine(asked["first"], time.min, tzinfo=zone))
        if asked.get("last"):
            found = found.filter(at__lte=datetime.combine(asked["last"], time.max, tzinfo=zone))
        return found
