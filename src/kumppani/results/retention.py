"""What is kept of releases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kumppani.history.retention import keep

keep(
    "results.release",
    what=_("Releases: who sent them in, approved and published them"),
    why=_("So that everybody can check that no one person published results alone."),
    until=_("As long as the results are public. The name is taken out when somebody leaves."),
)
