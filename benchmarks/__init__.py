"""Measures of speed: CPU seconds of every process a command starts, since wall time depends on who else is working."""
