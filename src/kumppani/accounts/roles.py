"""The roles there are. What each may do is declared by the apps, in their `permissions`."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    """Roles are jobs. Respondents have none."""

    COORDINATOR = "coordinator", pgettext_lazy("role", "coordinator")
    CUSTODIAN = "custodian", pgettext_lazy("role", "custodian of keys")
    ANALYST = "analyst", pgettext_lazy("role", "analyst")
    APPROVER = "approver", pgettext_lazy("role", "approver")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")
