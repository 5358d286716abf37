"""Addresses of the network: the directory, the pages of one organisation, needs and offers, letters."""

from __future__ import annotations

from django.urls import path

from kumppani.network.views import directory, letters, members, notices, organisations

urlpatterns = [
    path("", directory.organisations, name="network"),
    path("regions/", directory.regions, name="network-regions"),
    path("found/", organisations.found, name="found-organisation"),
    path("mine/", members.mine, name="my-organisations"),
    path("waiting/", organisations.waiting, name="organisations-to-confirm"),
    path("needs-and-offers/", notices.notices, name="notices"),
    path("needs-and-offers/<int:pk>/", notices.notice, name="notice"),
    path("needs-and-offers/<int:pk>/edit/", notices.edit, name="edit-notice"),
    path("needs-and-offers/<int:pk>/close/", notices.close, name="close-notice"),
    path("needs-and-offers/<int:pk>/reopen/", notices.reopen, name="reopen-notice"),
    path("organisations/<slug:code>/", directory.organisation, name="organisation"),
    path("organisations/<slug:code>/edit/", organisations.edit, name="edit-organisation"),
    path("organisations/<slug:code>/send/", organisations.send, name="send-organisation"),
    path("organisations/<slug:code>/confirm/", organisations.confirm, name="confirm-organisation"),
    path("organisations/<slug:code>/decline/", organisations.decline, name="decline-organisation"),
    path("organisations/<slug:code>/still-true/", organisations.still_true, name="profile-holds"),
    path("organisations/<slug:code>/archive/", organisations.archive, name="archive-organisation"),
    path("organisations/<slug:code>/members/", members.members, name="members"),
    path("organisations/<slug:code>/members/invite/", members.invite, name="invite-member"),
    path("organisations/<slug:code>/leave/", members.leave, name="leave-organisation"),
    path("organisations/<slug:code>/write/", letters.write, name="write-to-organisation"),
    path("organisations/<slug:code>/<slug:kind>/write/", notices.write, name="write-notice"),
    path("members/<int:pk>/promote/", members.promote, name="promote-member"),
    path("members/<int:pk>/demote/", members.demote, name="demote-admin"),
    path("members/<int:pk>/remove/", members.remove, name="remove-member"),
    path("members/<int:pk>/hand-over/", members.hand_over, name="hand-over"),
    path("invitations/<int:pk>/withdraw/", members.withdraw, name="withdraw-invitation"),
    path("invitations/<int:pk>/accept/", members.accept, name="accept-invitation"),
    path("invitations/<int:pk>/decline/", members.decline, name="decline-invitation"),
    path("letters/report/<str:token>/", letters.report, name="report-letter"),
    path("letters/<str:token>/", letters.answer, name="answer-letter"),
]
