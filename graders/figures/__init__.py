"""What a batch or a whole dataset says about the reward itself: whether it can teach anything, and what it is made of.

In come blocks of scored rows (`running_figures.ScoredBlock`), in any number; out come `diagnostics.Diagnostics` with
`alarms` and the rows that raised them. What is kept doesn't grow with the rows: moments that pool (`moments`), by group
(`grouping`), and the first rows of each kind (`noted_rows`).

May import: `contract.scores` and `outcome`; nothing that makes or uses a reward.
"""
