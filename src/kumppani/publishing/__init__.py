"""Texts of the programme: news, good practices, pages and columns, each language with its own times.

Every saved version is kept. What readers see is decided by publications: rows that say which version is shown from
which moment, so that a text appears at its time though nothing runs then.
"""
