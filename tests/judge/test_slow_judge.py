"""A judge with one slot is slow, not dead."""

import asyncio
import json

import pytest

from graders.judge import Endpoint, Judge, Limits
from graders.judge.transport.reply import Reply

VERDICT = json.dumps({"choices": [{"message": {"content": '{"reason": "", "verdict": "pass"}'}}]}).encode()


class SlowSlots:
    """Some slots of a slow server; calls that wait too long are given up, and answered all the same where `goes_on`."""

    def __init__(self, seconds, slots, timeout, goes_on=False):
        self.seconds, self.slots, self.timeout, self.goes_on = seconds, slots, timeout, goes_on
        self.free = None

    async def send(self, body):
        self.free = self.free or asyncio.Semaphore(self.slots)
        work = asyncio.ensure_future(self.work())
        try:
            await asyncio.wait_for(asyncio.shield(work) if self.goes_on else work, self.timeout)
        except TimeoutError:
            return Reply(0, word="timeout", detail="no whole reply in time")
        return Reply(200, VERDICT)

    async def work(self):
        async with self.free:
            await asyncio.sleep(self.seconds)


@pytest.mark.parametrize("goes_on", [False, True])
def test_300_rows_at_a_slow_judge_with_one_slot_lose_nothing(kit, goes_on):
    """The defaults at a four hundredth of their times: 8 s a call, 60 s for an attempt."""
    scale = 400
    limits = Limits(attempt_timeout=60 / scale, backoff_base=0.5 / scale, backoff_max=8 / scale,
                    breaker_patience=10 / scale, breaker_cooldown=30 / scale, probe_every=0)  # fmt: skip
    slow = SlowSlots(8 / scale, 1, 60 / scale, goes_on)
    verdicts = Judge(Endpoint(base_url="http://nowhere", model="m"), limits=limits, transport=slow).verdicts(
        *kit.rows(300)
    )
    assert kit.outcomes(verdicts) == ["match"] * 300
    assert sum(len(verdict.attempts) for verdict in verdicts) < 330


@pytest.mark.parametrize("concurrency", [8, 64])
@pytest.mark.parametrize(("seconds", "slots"), [(2, 1), (8, 2), (8, 4), (20, 2)])
def test_a_slow_judge_loses_nothing_whatever_its_slots(kit, seconds, slots, concurrency):
    """The same at a four hundredth of all times, for fewer rows."""
    scale = 400
    limits = Limits(attempt_timeout=60 / scale, backoff_base=0.5 / scale, backoff_max=8 / scale,
                    breaker_patience=10 / scale, breaker_cooldown=30 / scale, probe_every=0,
                    concurrency=concurrency)  # fmt: skip
    slow = SlowSlots(seconds / scale, slots, 60 / scale)
    judge = Judge(Endpoint(base_url="http://nowhere", model="m"), limits=limits, transport=slow)
    assert kit.outcomes(judge.verdicts(*kit.rows(24))) == ["match"] * 24
