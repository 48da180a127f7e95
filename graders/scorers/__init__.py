"""The scorers that are shipped: one file a grader type, each a thin shell over pure functions.

In comes a `Batch`, out go `Scores`. They share the batch and nothing else: none imports another. What they compute
with stands in `math`, `text` and `judge`, which know nothing of rewards.

May import: `contract`, `wire` for their own grader, `completion`, `settings` and the core that each stands for.
"""
