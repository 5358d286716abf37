"""Addresses of those who run waves. Respondents have one address of their own, outside: `respondent/chain.py`."""

from __future__ import annotations

from django.urls import path

from kumppani.surveys import forecast_views, views

urlpatterns = [
    path("", views.waves, name="waves"),
    path("prepare/", views.prepare, name="prepare-wave"),
    path("<slug:code>/", views.wave, name="wave"),
    path("<slug:code>/forecast/", forecast_views.forecast, name="wave-forecast"),
    path("<slug:code>/rehearsal/", views.rehearsal, name="wave-rehearsal"),
    path("<slug:code>/rehearsal/word/", views.prove, name="prove-rehearsal"),
    path("<slug:code>/extend/", views.extend, name="extend-wave"),
    path("<slug:code>/sheets/", views.sheets, name="seal-sheets"),
    path("<slug:code>/bundle/", views.bundle, name="wave-bundle"),
    path("<slug:code>/do/<slug:deed>/", views.do, name="wave-do"),
]
