"""`python -m barometer` is the `barometer` command."""

from __future__ import annotations

import sys

from barometer.cli import main

sys.exit(main())
