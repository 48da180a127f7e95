"""Questions whose verdict is known: is the judge there, and is it still a judge?"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from graders.judge.judgement import Judgement
from graders.judge.prompt import Prompt, data
from graders.judge.question import Question

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


def right_answer_to(question: Question) -> Question | None:
    """The same question with its reference as the answer, as a probe; None where neither of both is given."""
    asked = json.loads(question.data)
    if not isinstance(asked, dict) or not (asked.keys() & {"reference", "question", "conversation"}):
        return None
    reference = asked.get("reference")
    turns = tuple((turn["role"], turn["content"]) for turn in asked.get("conversation", ()))
    line = data(asked.get("question"), reference or NEUTRAL, reference, turns)
    return Question(line, question.prompt, probe=True, images=question.images)


class Probes:
    """Sends the probes of one judge.

    Args:
        ask: Asks the judge.
        prompt: With a rubric or criteria of the user's the probes only tell whether a valid verdict comes.
    """

    def __init__(self, ask: Callable[[Question], Awaitable[Judgement]], prompt: Prompt) -> None:
        self._ask = ask
        self._right, self._wrong = (Question(line, prompt, probe=True) for line in (RIGHT, WRONG))
        self.of_server = self._right._replace(of_server=True)
        self._under_way: dict[Question, asyncio.Task[Judgement]] = {}
        self._last: OrderedDict[Question, tuple[float, Judgement]] = OrderedDict()

    async def server(self, since: float) -> Judgement:
        """The verdict on the known-right probe, or one that came after a time of the loop's clock."""
        return await self._shared(self.of_server, since)

    async def same(self, question: Question, since: float) -> Judgement:
        """The verdict on the same question with its reference as the answer (`right_answer_to`), likewise."""
        return await self._shared(question, since)

    async def settled(self) -> None:
        """Wait for the probe of the server, where one is under way."""
        if self.of_server in self._under_way:
            await asyncio.shield(self._under_way[self.of_server])

    async def _shared(self, question: Question, since: float) -> Judgement:
        """Rows that ask at the same time share a probe."""
        if question in self._last and self._last[question][0] >= since:
            return self._last[question][1]
        if question not in self._under_way:
            self._under_way[question] = asyncio.create_task(self._asked(question))
        return await asyncio.shield(self._under_way[question])

    async def _asked(self, question: Question) -> Judgement:
        try:
            verdict = await self._ask(question)
        finally:
            del self._under_way[question]
        if verdict.labels:
            self._last[question] = asyncio.get_running_loop().time(), verdict
            self._last.move_to_end(question)
            if len(self._last) > KEPT_PROBES:
                self._last.popitem(last=False)
        return verdict

    async def check(self) -> list[str]:
        """Send both probes; what is alarming about their verdicts, a sentence each."""
        right, wrong = await asyncio.gather(self._ask(self._right), self._ask(self._wrong))
        if not self._right.prompt.is_default:
            return []
        alarms = []
        if wrong.value > 0:
            alarms.append(f"the judge passes a known-wrong answer ({wrong.reason!r}): its verdicts can't be trusted")
        if right.labels and right.value < 1:
            alarms.append(f"the judge fails a known-right answer ({right.reason!r}): its verdicts can't be trusted")
        return alarms


def passed(probe: Question, verdict: Judgement) -> bool:
    """Whether the verdict on a known-right probe shows that the server judges."""
    return verdict.value == 1 or (not probe.prompt.is_default and bool(verdict.labels))
