"""From an open question to its judgement: attempts, retries, re-asks, probes, and the workers over a batch.

In: a `BatchRun` of questions, each with its key. Out: a `Judgement` for each, counted in `metrics`; what was learnt
and spent on the way stays in `state`. Everything here but `state` and `metrics` lives in the event loop.
It may import `transport` and what that stands on.
"""
