"""Addresses of moderation: the rules and numbers for everybody, reporting, the queue, and the author's page."""

from __future__ import annotations

from django.urls import path

from kumppani.moderation import views

urlpatterns = [
    path("", views.rules, name="rules-of-conduct"),
    path("numbers/", views.numbers, name="moderation-numbers"),
    path("report/<slug:kind>/<int:number>/", views.report, name="report"),
    path("reports/<str:link>/", views.confirm_report, name="confirm-report"),
    path("queue/", views.queue, name="moderation-queue"),
    path("log/", views.log, name="moderation-log"),
    path("cases/<int:pk>/", views.case, name="moderation-case"),
    path("cases/<int:pk>/decide/", views.decide, name="decide-report"),
    path("cases/<int:pk>/show-again/", views.show_again, name="show-again"),
    path("cases/<int:pk>/appeal/", views.decide_appeal, name="decide-appeal"),
    path("decisions/<int:pk>/", views.decision, name="moderation-decision"),
]
