"""When worker processes are worth it."""

from graders.offline.engines import engine
from graders.offline.engines.engine import Local, is_worth_workers
from graders.offline.ledger.task import Task
from graders.offline.scoring.score_part import score_part


def test_workers_are_worth_it_for_long_work_alone(plan, row):
    shards = plan([row(n) for n in range(100)], 10)
    assert is_worth_workers(0.1, shards)
    assert not is_worth_workers(1e-6, shards * 10**6)  # quick rows: the transport costs more
    assert not is_worth_workers(1e-4, shards)  # soon done
    assert not is_worth_workers(float("inf"), shards)  # nobody knows


def test_the_first_shard_is_scored_here_and_the_rest_where_it_pays(plan, row, odd_reward, monkeypatch):
    calls = []

    def pooled(shards, task, workers, rows_done):
        calls.append((len(shards), workers))
        return (score_part(shard, task) for shard in shards)

    monkeypatch.setattr(engine, "processors", lambda: 2)
    monkeypatch.setattr(engine, "is_worth_workers", lambda cpu, rest: len(rest) == 3)
    monkeypatch.setattr(engine, "pool_results", pooled)
    results = list(Local().results(plan([row(n) for n in range(25)], 5), Task(odd_reward)))
    assert [result.shard.number for result in results] == [0, 1, 2, 3, 4]
    assert calls == [(3, 2)]
