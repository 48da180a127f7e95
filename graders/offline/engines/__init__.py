"""Who scores the shards: this process, worker processes on this machine, or a Ray cluster.

In come shards and a task; out come their results in any order, each exactly once, whatever ends a worker. `engine` has
the protocol and chooses; `pool`, `worker_process` and `shard_worker` are the host and the worker of this machine,
`ray_engine` and `ray_worker` are those of a cluster.

The room imports `scoring` and the ledger; only `run` and the command line import it.
"""
