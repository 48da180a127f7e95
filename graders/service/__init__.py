"""Rewards and fine-tuning over HTTP: one process that answers trainers, evaluators, probes and people.

In: a `ServiceSettings`, the rewards that it names, and requests. Out: each caller's own JSON (`dialects`), with rewards
that are bit-equal to those of `graders.load_reward` in process. The front process reads, admits and answers; what costs
CPU or waits for a judge runs in worker processes (`scoring`).

May import everything but `cli`. The only room that imports starlette, uvicorn, msgspec and prometheus_client (extra
``[serve]``).
"""
