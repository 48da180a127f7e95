"""Questions whose verdict is known: is the judge there, and is it still a judge?"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from graders.judge.judgement import Judgement
from graders.judge.prompt import Prompt, data

QUESTION = "What is 2 + 2?"
REFERENCE = "4"
RIGHT = data(QUESTION, "The sum of 2 and 2 is 4.", REFERENCE)
"""The known-right probe."""
WRONG = data(QUESTION, "The sum of 2 and 2 is 7.", REFERENCE)
"""The known-wrong probe."""


NEUTRAL = "I don't know."
"""The answer of the same-question probe where there is no reference."""

KEPT_PROBES = 256
"""So many questions whose probe passed are remembered."""


def right_answer_to(line: str) -> str | None:
    """The data line of the same question with its reference as the answer; None where neither is given."""
    asked = json.loads(line)
    if not isinstance(asked, dict) or not (asked.get("reference") or asked.get("question")):
        return None
    reference = asked.get("reference")
    return data(asked.get("question"), reference or NEUTRAL, reference)


class Probes:
    """Sends the probes of one judge.

    Args:
        ask: Asks the judge about a data line; true where it is the probe of the server itself.
        prompt: With a rubric or criteria of the user's the probes only tell whether a valid verdict comes.
    """

    def __init__(self, ask: Callable[[str, bool], Awaitable[Judgement]], prompt: Prompt) -> None:
        self._ask = ask
        self._strict = prompt.is_default
        self._under_way: dict[str, asyncio.Task[Judgement]] = {}
        self._last: OrderedDict[str, tuple[float, Judgement]] = OrderedDict()

    async def server(self, since: float) -> Judgement:
        """The verdict on the known-right probe, or one that came after a time of the loop's clock."""
        return await self._shared(RIGHT, since, of_server=True)

    async def same(self, line: str, since: float) -> Judgement:
        """The verdict on the same question with its reference as the answer (`right_answer_to`), likewise."""
        return await self._shared(line, since)

    async def settled(self) -> None:
        """Wait for the probe of the server, where one is under way."""
        if RIGHT in self._under_way:
            await asyncio.shield(self._under_way[RIGHT])

    async def _shared(self, line: str, since: float, *, of_server: bool = False) -> Judgement:
        """Rows that ask at the same time share a probe."""
        if line in self._last and self._last[line][0] >= since:
            return self._last[line][1]
        if line not in self._under_way:
            self._under_way[line] = asyncio.create_task(self._asked(line, of_server))
        return await asyncio.shield(self._under_way[line])

    async def _asked(self, line: str, of_server: bool) -> Judgement:
        try:
            verdict = await self._ask(line, of_server)
        finally:
            del self._under_way[line]
        if verdict.labels:
            self._last[line] = asyncio.get_running_loop().time(), verdict
            self._last.move_to_end(line)
            if len(self._last) > KEPT_PROBES:
                self._last.popitem(last=False)
        return verdict

    def passed(self, verdict: Judgement) -> bool:
        """Whether a known-right probe's verdict shows that the server judges."""
        return verdict.value == 1 or (not self._strict and bool(verdict.labels))

    async def check(self) -> list[str]:
        """Send both probes; what is alarming about their verdicts, a sentence each."""
        right, wrong = await asyncio.gather(self._ask(RIGHT, False), self._ask(WRONG, False))
        alarms = []
        if self._strict and wrong.value > 0:
            alarms.append(f"the judge passes a known-wrong answer ({wrong.reason!r}): its verdicts can't be trusted")
        if self._strict and right.labels and right.value < 1:
            alarms.append(f"the judge fails a known-right answer ({right.reason!r}): its verdicts can't be trusted")
        return alarms
