"""Links by which somebody without an account reads a version before it is published. They end by themselves."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from kumppani.publishing.models import Version

SALT = "kumppani.publishing.preview"
HOLDS_FOR = timedelta(days=14)


def token_of(version: Version) -> str:
    return signing.TimestampSigner(salt=SALT).sign(str(version.pk))


def version_of(token: str) -> Version | None:
    """The version a link shows. Raises signing.BadSignature, also when the link is too old."""
    key = signing.TimestampSigner(salt=SALT).unsign(token, max_age=HOLDS_FOR)
    return Version.objects.filter(pk=key).select_related("edition__item").first()
