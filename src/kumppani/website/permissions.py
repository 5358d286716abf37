"""Who looks after the site itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kumppani.accounts.permissions import declare
from kumppani.accounts.roles import Role

LOOK_AFTER = declare(
    "website.look_after",
    label=_("see outgoing letters and background work, and start them again"),
    roles={Role.ADMINISTRATOR},
    refusal=_("Only an administrator may see this."),
)
