"""Asks one endpoint what callers put in words of their own, from any event loop, with all that protects a `Judge`.

Calls share the process's judge thread, one budget, and a dispatcher for each form of question, with its adaptive limit,
circuit breaker and connections. Nothing is kept on disk, and nothing is decided without a call.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from graders.judge.asking.dispatch import BatchRun, Dispatcher
from graders.judge.asking.state import State
from graders.judge.config import Config, Endpoint, Limits, Sampling
from graders.judge.grade_prompt import GradePrompt
from graders.judge.judgement import Judgement
from graders.judge.planning import PAST_DEADLINE
from graders.judge.prompt import Prompt
from graders.judge.question import Question
from graders.judge.transport import loop
from graders.judge.transport.budget import Budget
from graders.judge.transport.client import load_client
from graders.judge.transport.reply import Transport

MOST_FORMS = 16
"""So many forms of questions keep their connections; beyond, the one that was used longest ago is closed."""

Messages = list[dict[str, str]]


@dataclass(slots=True)
class _Form:
    """A form of question with what was learnt about the server that answers it."""

    thread: loop.LoopThread
    dispatcher: Dispatcher
    users: int = field(default=0)


class MessageJudge:
    """One endpoint, asked in the callers' own words.

    Args:
        endpoint: Where the judge is.
        limits: How much, how long, how often, over all callers.
        transport: What calls are sent by in place of the `openai` client.

    Raises:
        MissingExtraError: the `openai` client isn't installed, and no transport is given.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits | None = None, transport: Transport | None = None) -> None:
        if transport is None:
            load_client()
        self.endpoint = endpoint
        self._limits = limits or Limits()
        self._transport = transport
        self._budget = Budget(self._limits, Sampling())
        self._forms: OrderedDict[tuple[object, ...], _Form] = OrderedDict()

    async def ask(
        self, asked: Sequence[Messages], prompt: GradePrompt, sampling: Sampling, seconds: float | None = None
    ) -> list[Judgement]:
        """Have questions answered, one judgement each, in order; never raises for what a server does.

        Args:
            asked: The messages of each question.
            prompt: The form of the replies.
            sampling: How the model samples.
            seconds: After so long, what is open is past its deadline; None for the limits' own.
        """
        thread = loop.enter()
        try:
            work = thread.submit(
                self._decide(
                    thread,
                    list(asked),
                    Config(endpoint=self.endpoint, sampling=sampling, prompt=prompt, limits=self._limits),
                    seconds,
                )
            )
            return await asyncio.wrap_future(work)
        finally:
            loop.leave(thread)

    async def _decide(
        self, thread: loop.LoopThread, asked: list[Messages], config: Config, seconds: float | None
    ) -> list[Judgement]:
        """In the judge's thread: hand the questions out and collect the judgements."""
        data = [json.dumps(messages, ensure_ascii=False) for messages in asked]
        questions = ((slot, _question(line, config.prompt)) for slot, line in enumerate(data))
        run = BatchRun(questions, len(data), seconds or self._limits.batch_deadline)
        form = self._form(thread, config)
        form.users += 1
        try:
            await form.dispatcher.decide(run)
        finally:
            form.users -= 1
            if not form.users:
                form.dispatcher.recent.clear()
        found = dict(run.finished)
        return [found.get(slot, PAST_DEADLINE) for slot in range(len(data))]

    def _form(self, thread: loop.LoopThread, config: Config) -> _Form:
        key = (config.sampling, config.prompt)
        form = self._forms.get(key)
        if form is None or form.thread is not thread:
            dispatcher = Dispatcher(config, State(config, self._budget), self._transport)
            thread.closers.append(dispatcher.close)
            form = self._forms[key] = _Form(thread, dispatcher)
        self._forms.move_to_end(key)
        self._retire_one(thread)
        return form

    def _retire_one(self, thread: loop.LoopThread) -> None:
        """Close the form that was used longest ago, where there are too many and nobody uses it."""
        if len(self._forms) <= MOST_FORMS:
            return
        key = next((key for key, form in self._forms.items() if not form.users and form.thread is thread), None)
        if key is not None:
            retired = self._forms.pop(key)
            thread.closers.remove(retired.dispatcher.close)
            thread.submit(retired.dispatcher.close())


def _question(line: str, prompt: Prompt) -> Question:
    return Question(line, prompt, hashlib.sha256(line.encode("utf-8", "replace")).digest(), 1.0)
