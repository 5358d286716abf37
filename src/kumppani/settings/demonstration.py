"""The demonstration on one's own machine: invented people, mail written to a folder, keys the site keeps itself."""

from __future__ import annotations

import os

os.environ.setdefault("KUMPPANI_DATA", "var/demo")
os.environ.setdefault("KUMPPANI_TLS", "no")

from django.utils.translation import gettext_lazy as _

from kumppani.settings.base import *  # noqa: F403

DEMONSTRATION = True
PROGRAMME_NAME = _("Demonstration Programme")
EMAIL_BACKEND = "kumppani.mailing.folder.EmailBackend"
DEFAULT_FROM_EMAIL = "barometer@demonstration.example"
# A visitor changes roles more often than anybody signs in to a real site.
ACCOUNT_RATE_LIMITS = {"request_login_code": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
# A button signs its invented people in, and nobody holds their telephones. A factor that is added is asked for.
SECOND_FACTOR_REQUIRED = False
