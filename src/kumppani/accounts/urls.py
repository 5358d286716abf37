"""Signing in and out, asking to join, people and their roles.

Of django-allauth's pages only these are reachable; the names are the ones it looks up.
"""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import include, path

from kumppani.accounts import joining_views, own_views, terms_views, views

urlpatterns = [
    path("sign-in/", allauth_views.request_login_code, name="account_request_login_code"),
    path("sign-in/", allauth_views.request_login_code, name="account_login"),
    path("sign-in/", allauth_views.request_login_code, name="account_signup"),
    path("sign-in/code/", views.confirm_code, name="account_confirm_login_code"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("account/", own_views.account, name="account"),
    path("account/everything.json", own_views.everything, name="own-everything"),
    path("account/leave/", own_views.leave, name="leave"),
    path("terms/", terms_views.terms, name="terms"),
    path("join/", joining_views.join, name="join"),
    path("join/confirm/<str:link>/", joining_views.confirm_joining, name="confirm-joining"),
    path("people/requests/", joining_views.join_requests, name="join-requests"),
    path("people/requests/<int:pk>/", joining_views.join_request, name="join-request"),
    path("people/idle/", views.idle_accounts, name="idle-accounts"),
    path("", include("kumppani.accounts.security_urls")),
    path("people/", views.people, name="people"),
    path("people/add/", views.add, name="add-person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/give-role/", views.give_role, name="give-role"),
    path("people/roles/<int:pk>/end/", views.end_role, name="end-role"),
]
