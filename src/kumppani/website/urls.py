"""Every address of the site. Pages live under their language; what has no language (files, health) stands before."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kumppani.publishing.views.reading import sitemap
from kumppani.results.views import report_style
from kumppani.website import upkeep_views, views

urlpatterns = [
    path("health", views.health, name="health"),
    path("report.css", report_style, name="report-style"),
    path("sitemap.xml", sitemap, name="sitemap"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("workplace/", views.workplace, name="workplace"),
        path("history/", upkeep_views.history, name="history"),
        path("history/history.csv", upkeep_views.history_table, name="history-table"),
        path("upkeep/", upkeep_views.upkeep, name="upkeep"),
        path("upkeep/letters/<int:pk>/", upkeep_views.try_again, name="try-letter-again"),
        path("upkeep/work/<slug:name>/", upkeep_views.start, name="start-work"),
        path("deeds/", upkeep_views.deeds, name="deeds"),
        path("what-we-keep/", upkeep_views.what_we_keep, name="what-we-keep"),
        path("how-answers-are-protected/", views.protection, name="protection"),
        path("accessibility/", views.accessibility, name="accessibility"),
        path("demonstration/", views.demonstration, name="demonstration"),
        path("demonstration/sign-in/", views.demonstration_sign_in, name="demonstration-sign-in"),
        path("demonstration/mailbox/", views.mailbox, name="mailbox"),
        path("", include("kumppani.accounts.urls")),
        path("events/", include("kumppani.events.urls")),
        path("moderation/", include("kumppani.moderation.urls")),
        path("network/", include("kumppani.network.urls")),
        path("new/", include("kumppani.following.urls")),
        path("projects/", include("kumppani.projects.urls")),
        path("", include("kumppani.publishing.urls")),
        path("results/", include("kumppani.results.urls")),
        path("waves/", include("kumppani.surveys.urls")),
    ),
]

handler400 = "kumppani.website.errors.bad_request"
handler403 = "kumppani.website.errors.forbidden"
handler404 = "kumppani.website.errors.not_found"
handler500 = "kumppani.website.errors.broken"
