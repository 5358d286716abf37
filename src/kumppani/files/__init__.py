"""Attachments: kept under random names outside everything that is served, and given out by the views of other apps."""
