"""What happens in the programme, who follows it, and one letter that misses nothing.

A deed of any app `tell`s what happened in its own transaction. Readers see it on one page, in feeds and in a letter in
their language, as long as the app that told it lets them see what it is about.
"""
