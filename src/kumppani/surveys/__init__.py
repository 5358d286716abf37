"""Waves and collecting: a questionnaire is frozen, opened, answered without an account, closed and exported sealed."""
