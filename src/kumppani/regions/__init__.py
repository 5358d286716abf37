"""The dated region tree: leaves that stay, and groupings of them that hold between two dates."""
