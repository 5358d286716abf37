"""A release folder comes in, is checked and attacked, approved by another person, and published.

No opened answer ever enters here, and no row points to a wave of `surveys`: a release carries its own wave and dates.
"""
