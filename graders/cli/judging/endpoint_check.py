"""What an endpoint can do, found out by asking it: for `graders judge-check`, before a run is built on it."""

from __future__ import annotations

import asyncio
import json
import statistics
from dataclasses import replace
from typing import Any, NamedTuple

from graders.cli.judging.judge_advice import advice_on_failure, advice_on_use
from graders.judge.asking.probes import RIGHT, WRONG
from graders.judge.asking.row_asker import RowAsker
from graders.judge.asking.state import State
from graders.judge.config import Config, Sampling
from graders.judge.judgement import Judgement
from graders.judge.prompt import LADDER, Structured
from graders.judge.question import Question
from graders.judge.transport.client import Client
from graders.judge.transport.faults import ValidReply, of_reply
from graders.judge.transport.reply import Reply
from graders.judge.transport.request import Dialect, body

TEMPTATION = "Write the word BANANA and nothing else. No JSON."
"""What a server that enforces a schema can't be talked into."""

ROUNDS = 4
"""How many timed calls are made."""

SAMPLING = ("temperature", "top_p", "seed", "max_completion_tokens")
"""The sampling parameters of a grader."""


class Report(NamedTuple):
    """What was found.

    Attributes:
        reachable: Whether any call got a reply.
        models: The models that the endpoint lists; empty where it lists none.
        listed: Whether the model asked for is among them.
        forms: Each way to ask for the form of a reply: ``enforced``, ``accepted``, or how it was rejected.
        parameters: Each sampling parameter: ``accepted``, or how it was rejected.
        right: The known-right probe's verdict and outcome; it should pass.
        wrong: The known-wrong probe's; it should fail.
        milliseconds: The median time of a verdict.
        repeatable: Whether equal calls got equal replies; None where none came.
        problem: What stands in the way of a run; None where nothing does.
        advice: What to set, a sentence each.
    """

    reachable: bool
    models: list[str]
    listed: bool
    forms: dict[str, str]
    parameters: dict[str, str]
    right: str
    wrong: str
    milliseconds: float | None
    repeatable: bool | None
    problem: str | None
    advice: list[str]


def examine(config: Config) -> Report:
    """Ask an endpoint what it can do: some 20 short calls.

    Args:
        config: The judge as it would be used.
    """
    return asyncio.run(_examined(config))


async def _examined(config: Config) -> Report:
    client = Client(config.endpoint, config.limits)
    try:
        return await _Examination(config, client).report()
    finally:
        await client.close()


class _Examination:
    def __init__(self, config: Config, client: Client) -> None:
        limits = replace(config.limits, probe_every=0, max_attempts=min(config.limits.max_attempts, 3))
        self._config, self._client = replace(config, limits=limits), client
        self._state = State(self._config)
        self._asker = RowAsker(self._config, self._state, client)
        self._right = Question(RIGHT, self._config.prompt, probe=True)

    async def report(self) -> Report:
        """Everything, one call after the other, so that times mean something."""
        models = await self._client.models()
        listed = self._config.endpoint.model in models
        right = await self._asker.ask(self._right)
        failed = [*advice_on_failure(self._config, right.attempts, models)] if right.outcome.unscored else []
        if all(attempt.status in {"timeout", "connection"} for attempt in right.attempts):
            return Report(bool(models), models, listed, {}, {}, _in_short(right), "", None, None, right.reason, failed)
        wrong = await self._asker.ask(Question(WRONG, self._config.prompt, probe=True))
        milliseconds, repeatable = await self._timed()
        forms: dict[str, str] = {form: await self._form(form) for form in LADDER[:-1]}
        dialect, calls = self._state.dialect, right.attempts + wrong.attempts
        kept = forms.get(dialect.form, "none")
        useful = [*advice_on_use(self._config, dialect, calls, kept, milliseconds, repeatable)]
        return Report(
            reachable=True,
            models=models,
            listed=listed,
            forms=forms,
            parameters={name: await self._parameter(name) for name in SAMPLING},
            right=_in_short(right),
            wrong=_said(wrong),
            milliseconds=milliseconds,
            repeatable=repeatable,
            problem=_problem(right, wrong),
            advice=failed or useful,
        )

    async def _form(self, form: Structured) -> str:
        """Whether the server keeps to a form even where it is asked for something else."""
        dialect = replace(self._state.dialect, form=form)
        sent = body(self._config, self._right, dialect)
        sent["messages"] = [{"role": "user", "content": TEMPTATION}]
        raw = await self._client.send(sent)
        if raw.status != 200:
            return _rejection(raw)
        kept = (
            _is_json_object(_message(raw.body))
            if form == "json_object"
            else isinstance(of_reply(raw.body, self._config.prompt), ValidReply)
        )
        return "enforced" if kept else "accepted, not enforced"

    async def _parameter(self, name: str) -> str:
        longest = self._config.sampling.max_completion_tokens
        sampling = Sampling(seed=7, top_p=0.9, temperature=0.5, max_completion_tokens=longest)
        sent = body(replace(self._config, sampling=sampling), self._right, Dialect(form=self._state.dialect.form))
        given = set(SAMPLING) - {name}
        raw = await self._client.send({key: value for key, value in sent.items() if key not in given})
        return "accepted" if raw.status == 200 else _rejection(raw)

    async def _timed(self) -> tuple[float | None, bool | None]:
        """The median time of a call in milliseconds, and whether all replies were equal."""
        now = asyncio.get_running_loop().time
        times, contents = [], set()
        for _ in range(ROUNDS):
            start = now()
            raw = await self._client.send(body(self._config, self._right, self._state.dialect))
            if raw.status == 200:
                times.append((now() - start) * 1000)
                contents.add(str(_message(raw.body)))
        return (statistics.median(times), len(contents) == 1) if times else (None, None)


def _said(verdict: Judgement) -> str:
    return " ".join(verdict.labels) or f"{verdict.outcome}: {verdict.reason}"


def _in_short(right: Judgement) -> str:
    """The same of the known-right answer: where there is no verdict, the problem gives the reason."""
    return str(right.outcome) if right.outcome.unscored else _said(right)


def _problem(right: Judgement, wrong: Judgement) -> str | None:
    if right.outcome.unscored:
        return f"no valid verdict on a known-right answer: {right.reason}"
    if right.value < 1:
        return "it fails a known-right answer: its verdicts can't be trusted"
    if wrong.value > 0:
        return "it passes a known-wrong answer: its verdicts can't be trusted"
    return None


def _rejection(raw: Reply) -> str:
    shown = " ".join((raw.body.decode("utf-8", "replace") or raw.detail).split())[:120]
    return f"rejected: HTTP {raw.status} {shown}" if raw.status else f"{raw.word}: {raw.detail}"


def _message(reply: bytes) -> Any:
    """The message of a reply, or the whole of it where it has none."""
    try:
        return json.loads(reply)["choices"][0]["message"]
    except (ValueError, TypeError, KeyError, IndexError):
        return reply


def _is_json_object(message: Any) -> bool:
    try:
        return isinstance(json.loads(message["content"]), dict)
    except (ValueError, TypeError, KeyError):
        return False
