"""What is done of a run and what is not, so that it can be gone on with exactly, or refused.

In come a `Task` and the inputs; the ledger cuts them into shards (`shards`), says in a manifest what is run on what
(`manifest`), keeps a receipt beside each shard (`receipts`), and lets one process at a time into a directory
(`run_folder`). Out comes which shards are there and whole, and what stands in them without reading a row.

The room imports `reading`, `results` and `writing`, and nothing that scores.
"""
