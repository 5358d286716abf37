"""For the tests: as the demonstration, with a data folder that the run throws away and static files as they lie."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("KUMPPANI_DATA", tempfile.mkdtemp(prefix="kumppani-test-"))

from kumppani.settings.demonstration import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
# As on a real site: what the pages do is tested under the rule.
SECOND_FACTOR_REQUIRED = True
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 (whitenoise warns of a folder that is not there)
TEST_NON_SERIALIZED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
"""Django fills their tables again after every flush, under new keys."""
