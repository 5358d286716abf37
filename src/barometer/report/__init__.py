"""The printed report: one frozen tree per language, and the page, the PDF and the workbook made from it.

Everything here reads PublishedTables alone; no number is made that is not a published cell.
"""
