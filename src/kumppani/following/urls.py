"""The pages under /new/."""

from __future__ import annotations

from django.urls import path

from kumppani.following import views

urlpatterns = [
    path("", views.new, name="new"),
    path("feed.atom", views.feed, name="feed"),
    path("for-me/", views.new_for_me, name="new-for-me"),
    path("for-me/<str:token>.atom", views.own_feed, name="own-feed"),
    path("followed/", views.followed, name="followed"),
    path("followed/letters/", views.reading, name="reading"),
    path("followed/interests/", views.topics, name="topics"),
    path("followed/feed-address/", views.renew_feed, name="renew-feed"),
    path("followed/add/", views.follow, name="follow"),
    path("followed/<int:pk>/", views.change, name="change-follow"),
    path("followed/<int:pk>/pause/", views.pause, name="pause-follow"),
    path("followed/<int:pk>/stop/", views.unfollow, name="unfollow"),
    path("stop/<str:token>/", views.stop_letters, name="stop-letters"),
    path("stop-one/<str:token>/", views.stop_one, name="stop-one"),
]
