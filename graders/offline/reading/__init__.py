"""Files to rows: JSON lines, other JSON, CSV, Parquet, Arrow, plain or compressed, cut into parts or read as a stream.

In comes a path, a folder, a glob or standard input (`sources`, `rows`); out comes a `Row` for every line, readable or
with its fault, in order. `parts` cuts a file so that any process can read a piece of it alone; `text_parts` and
`table_parts` do so for lines and for tables; `row` says what a row gives to score.

The room imports errors and the words for faults, and nothing of what scores or writes.
"""
