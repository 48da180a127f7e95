"""Scoring what is stored: rows in, rows out, nothing lost.

`run` scores files part by part, as shards that are there whole or not at all, and goes on with what was broken off;
`stream` scores rows as they come; `merge` puts the shards of several jobs together; `scored` reads what was scored.

The rooms, each importing those before it alone: `reading` (files to rows), `results` (what became of rows), `writing`
(rows to files), `ledger` (what is done and what is not), `scoring` (a part to a shard), `engines` (who does it). They
may import the reward and what stands below it; the command line, reports and audits import them.
"""
