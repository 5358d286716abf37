"""Workspaces: where people of several organisations prepare something together, with tasks, discussion and files."""
