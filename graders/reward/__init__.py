"""The reward itself: a definition made into a function, and what comes out of it.

In come a definition (`graders.wire`), settings and the columns of a batch; out go a `RewardBatch`, a trainer's list of
floats, an `Explanation`. `reward_function` is the entrance and the path: `Batch.of`, `isolation.ScorerRun.scores`,
`RewardBatch`. What is odd with a batch (`batch_warnings`) and what a trainer's log is told (`telemetry`) only look at
the result. `system_prompt` says what a policy has to be told, `asked_prompts` whether prompts do; `notebook_cards` and
`batch_columns` show a batch to people and to other libraries.

May import: everything that a reward is made of, from `contract` to `scorers`, and `pages`; nothing that uses rewards.
"""
