"""The words that every room uses: what went wrong, what came of a row, and how faults of documents are told.

In comes nothing but values and texts; out go exceptions (`errors`), the closed set of outcomes (`outcome`) and messages
with their place (`validation`), and where the documentation is (`documentation`). It imports no other room.
"""
