"""Makes the pages of `docs/reference/` from what the software itself knows: its schemas, commands and error codes."""
