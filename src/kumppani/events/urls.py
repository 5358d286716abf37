"""Addresses of events: the calendar, one event, arranging it, and a registration behind its secret link."""

from __future__ import annotations

from django.urls import path

from kumppani.events.views import arranging, calendar, registering

urlpatterns = [
    path("", calendar.events, name="events"),
    path("calendar.ics", calendar.feed, name="events-calendar"),
    path("mine/", registering.mine, name="my-events"),
    path("write/", arranging.write, name="write-event"),
    path("<int:pk>/", calendar.event, name="event"),
    path("<int:pk>/event.ics", calendar.one_as_calendar, name="event-calendar"),
    path("<int:pk>/register/", registering.register, name="register-for-event"),
    path("<int:pk>/edit/", arranging.edit, name="edit-event"),
    path("<int:pk>/publish/", arranging.publish, name="publish-event"),
    path("<int:pk>/call-off/", arranging.call_off, name="call-event-off"),
    path("<int:pk>/copy/", arranging.copy, name="copy-event"),
    path("<int:pk>/delete/", arranging.delete, name="delete-event"),
    path("<int:pk>/questions/", arranging.questions, name="event-questions"),
    path("<int:pk>/places/", arranging.held_seats, name="event-places"),
    path("<int:pk>/participants/", arranging.participants, name="participants"),
    path("<int:pk>/participants/participants.csv", arranging.participants_csv, name="participants-csv"),
    path("<int:pk>/participants/came/", arranging.note, name="note-attendance"),
    path("<int:pk>/materials/", arranging.materials, name="event-materials"),
    path("<int:pk>/materials/tell/", arranging.tell_of_materials, name="tell-of-materials"),
    path("materials/<int:pk>/", calendar.material, name="event-material"),
    path("materials/<int:pk>/take-away/", arranging.take_away, name="take-material-away"),
    path("registered/<str:token>/", registering.registration, name="registration"),
    path("registered/<str:token>/confirm/", registering.confirm, name="confirm-registration"),
    path("registered/<str:token>/accept/", registering.accept, name="accept-place"),
    path("registered/<str:token>/change/", registering.change, name="change-registration"),
    path("registered/<str:token>/cancel/", registering.cancel, name="cancel-registration"),
    path("registered/<str:token>/event.ics", registering.calendar, name="registration-calendar"),
    path("registered/<str:token>/certificate.pdf", registering.certificate, name="certificate"),
    path("registered/<str:token>/materials/<int:pk>/", registering.material, name="registered-material"),
]
