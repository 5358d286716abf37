"""Survey mathematics from a questionnaire to a published, disclosure-safe report.

Every step is a function from one frozen value to the next; nothing here knows the web, the clock or global state.
"""
