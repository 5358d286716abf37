"""Who did what, and when: a line for each deed, readable by people, written in the same transaction as the deed."""
