"""Rows to scored rows: a row in is a row out, in order, and an error row where it can't be scored.

`score_part` reads a shard's part, scores it and writes the shard with its receipt; it is the one function that every
engine runs. `score_rows` scores rows in chunks for it and for streams.

The room imports the rooms before it (`reading`, `results`, `writing`, `ledger`) and the reward.
"""
