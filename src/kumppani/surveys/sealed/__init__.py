"""The sealed store: ciphertext rows in a database of their own, with no key to anything else.

Nobody but `kumppani.surveys` imports it. Rows carry no time, and their order says nothing of arrival once shuffled.
"""
