"""Scoring what is stored: rows in, rows out, nothing lost."""
