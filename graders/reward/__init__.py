"""The reward itself: a definition made into a function, and what comes out of it.

In come a definition (`graders.wire`), settings and the columns of a batch; out go a `RewardBatch`, a trainer's list of
floats, an `Explanation`. `reward_function` is the entrance and the path: `Batch.of`, `isolation.ScorerRun.scores`,
`RewardBatch`. What is odd with a batch (`batch_warnings`) and what a trainer's log is told (`telemetry`) only look at
the result.

May import: everything that a reward is made of, from `contract` to `scorers`; nothing that uses rewards.
"""
