"""Outgoing mail. A letter is a row written with the change that causes it, and is sent once that is committed."""
