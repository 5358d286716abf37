"""The pages of texts. Those for everybody stand under the kind; those for writers under /texts/."""

from __future__ import annotations

from django.urls import path, register_converter

from kumppani.publishing.models import Kind
from kumppani.publishing.tongues import LANGUAGES
from kumppani.publishing.views import reading, reviewing, writing


class KindInAddress:
    regex = "|".join(Kind.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


class LanguageInAddress(KindInAddress):
    regex = "|".join(sorted(LANGUAGES, key=len, reverse=True))


register_converter(KindInAddress, "text_kind")
register_converter(LanguageInAddress, "text_language")

urlpatterns = [
    path("texts/", writing.in_hand, name="texts-in-hand"),
    path("texts/begin/<text_kind:kind>/", writing.begin, name="begin-text"),
    path("texts/preview/<str:token>/", reading.preview, name="text-preview"),
    path("texts/<int:pk>/", writing.room, name="text-room"),
    path("texts/<int:pk>/holds/", reviewing.holds, name="practice-holds"),
    path("texts/<int:pk>/about/", writing.about, name="text-about"),
    path("texts/<int:pk>/<text_language:language>/", writing.write, name="write-text"),
    path("texts/<int:pk>/<text_language:language>/review/", reviewing.review, name="review-text"),
    path("texts/<int:pk>/<text_language:language>/send/", reviewing.send, name="send-text"),
    path("texts/<int:pk>/<text_language:language>/hand-back/", reviewing.hand_back, name="hand-back-text"),
    path("texts/<int:pk>/<text_language:language>/publish/", reviewing.publish, name="publish-text"),
    path("texts/<int:pk>/<text_language:language>/withdraw/", reviewing.withdraw, name="withdraw-text"),
    path("texts/<int:pk>/<text_language:language>/versions/", reviewing.versions, name="text-versions"),
    path(
        "texts/<int:pk>/<text_language:language>/versions/<int:number>/restore/", reviewing.restore, name="restore-text"
    ),
    path("<text_kind:kind>/", reading.texts, name="texts"),
    path("<text_kind:kind>/feed.atom", reading.feed, name="texts-feed"),
    path("<text_kind:kind>/<slug:slug>/", reading.text, name="text"),
    path("<text_kind:kind>/<slug:slug>/plain/", reading.text_plain, name="text-plain"),
]
