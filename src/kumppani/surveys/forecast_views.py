"""The page that says what so many answers could publish, while the wave is not open yet."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from barometer.forecast import MOST_RESPONDENTS
from barometer.problems import UnusableInput
from kumppani.accounts.permissions import require
from kumppani.surveys.forecasting import forecast_of
from kumppani.surveys.models import State, Wave
from kumppani.surveys.permissions import may_see_waves

NOT_OPEN_YET = (State.PREPARED, State.REHEARSED)
TOO_FEW = gettext_lazy("With so few answers nothing can be published.")


class ForecastForm(forms.Form):
    respondents = forms.IntegerField(
        label=gettext_lazy("How many answers do you expect?"), min_value=1, max_value=MOST_RESPONDENTS
    )
    simulate = forms.BooleanField(required=False)


@login_required
def forecast(request: HttpRequest, code: str) -> HttpResponse:
    """Answers at once by formulas; with ``simulate`` a few made-up waves go through the protection."""
    require(may_see_waves(request.user, on=timezone.localdate()))
    wave = get_object_or_404(Wave, code=code)
    if wave.state not in NOT_OPEN_YET:
        raise Http404
    form = ForecastForm(request.GET or None)
    told = None
    if form.is_valid():
        try:
            told = forecast_of(wave, form.cleaned_data["respondents"], simulate=form.cleaned_data["simulate"])
        except UnusableInput as refusal:
            if refusal.problems[0].code != "forecast-too-few":
                raise
            form.add_error("respondents", TOO_FEW)
    status = 400 if form.errors else 200
    return render(request, "surveys/forecast.html", {"wave": wave, "form": form, "told": told}, status=status)
