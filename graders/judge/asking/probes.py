"""Questions whose verdict is known: is the judge there, and is it still a judge?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from graders.judge.judgement import Judgement
from graders.judge.prompt import Prompt, data

QUESTION = "What is 2 + 2?"
REFERENCE = "4"
RIGHT = data(QUESTION, "The sum of 2 and 2 is 4.", REFERENCE)
"""The known-right probe."""
WRONG = data(QUESTION, "The sum of 2 and 2 is 7.", REFERENCE)
"""The known-wrong probe."""


class Probes:
    """Sends the probes of one judge.

    Args:
        ask: Asks the judge about a data line.
        prompt: With a rubric or criteria of the user's the probes only tell whether a valid verdict comes.
    """

    def __init__(self, ask: Callable[[str], Awaitable[Judgement]], prompt: Prompt) -> None:
        self._ask = ask
        self._strict = prompt.is_default
        self._under_way: asyncio.Task[Judgement] | None = None
        self._last: tuple[float, Judgement] | None = None

    async def right(self, since: float) -> Judgement:
        """The verdict on the known-right probe, or one that passed after a time of the loop's clock.

        Rows that ask at the same time share a probe.
        """
        if self._last is not None and self._last[0] >= since:
            return self._last[1]
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._asked_right())
        return await asyncio.shield(self._under_way)

    async def _asked_right(self) -> Judgement:
        verdict = await self._ask(RIGHT)
        if self.passed(verdict):
            self._last = asyncio.get_running_loop().time(), verdict
        return verdict

    def passed(self, verdict: Judgement) -> bool:
        """Whether the known-right probe's verdict shows that the server judges."""
        return verdict.value == 1 or (not self._strict and bool(verdict.labels))

    async def check(self) -> list[str]:
        """Send both probes; what is alarming about their verdicts, a sentence each."""
        right, wrong = await asyncio.gather(self._ask(RIGHT), self._ask(WRONG))
        alarms = []
        if self._strict and wrong.value > 0:
            alarms.append(f"the judge passes a known-wrong answer ({wrong.reason!r}): its verdicts can't be trusted")
        if self._strict and right.labels and right.value < 1:
            alarms.append(f"the judge fails a known-right answer ({right.reason!r}): its verdicts can't be trusted")
        return alarms
