"""Addresses of results: public ones by wave or by identity, the others for those who take in, approve and publish."""

from __future__ import annotations

from django.urls import path

from kumppani.results import views

urlpatterns = [
    path("", views.results, name="results"),
    path("review/", views.in_review, name="releases-in-review"),
    path("review/take-in/", views.take_in, name="take-in-release"),
    path("review/<slug:digest>/", views.review, name="review"),
    path("review/<slug:digest>/check-again/", views.check_again, name="check-release-again"),
    path("review/<slug:digest>/approve/", views.approve, name="approve-release"),
    path("review/<slug:digest>/publish/", views.publish, name="publish-release"),
    path("releases/<slug:identity>/", views.pinned, name="pinned-release"),
    path("ledger/", views.ledger_of_releases, name="ledger"),
    path("ledger/ledger.json", views.ledger_file, name="ledger-file"),
    path("ledger/everything.zip", views.everything, name="everything"),
    path("files/<slug:digest>.zip", views.archive, name="release-archive"),
    path("files/<slug:digest>/<str:name>", views.download, name="release-file"),
    path("waves/<slug:wave>/changes/", views.changes, name="changes"),
    path("waves/<slug:wave>/", views.newest_of_wave, name="release"),
]
