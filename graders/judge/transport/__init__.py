"""One call, sent and understood: how it is written, how it gets there, when it must wait, who is to blame if it fails.

In: a `Config`, a data line. Out: a `Reply` of the `Transport`, read by `faults` as a decision or a fault; whether and
when a call may be made (`backoff`, `breaker`, `budget`, `concurrency`). It knows nothing of rows or batches.
It may import what stands beside it in `judge` below `transport`: config, prompt, cleaning, judgement, judge_errors.
"""
