"""What the pieces of an answer are, before anything is known of how they stand together.

In comes a text, out come its tokens (`tokens.py`), without what only wraps it (`wrappers.py`); of a run of letters, the
role it may have (`names.py`) and the unit it may name (`units.py`). The tables behind it stand in `data/`, one entry a
line: commands, Unicode signs, functions, units, phrases and classes of words. It imports `limits` alone.
"""
