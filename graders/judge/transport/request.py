"""The call as it is sent, and what this server has been found to take."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.judge.config import Config, Sampling
from graders.judge.prompt import LADDER, Prompt, Structured
from graders.judge.question import Question

_TOOL = "give_verdict"

SLACK = 1.1
"""A reply of so many times the tokens that were allowed was not held to them; a count may differ by an end token."""


@dataclass(slots=True)
class Dialect:
    """What a server takes: found out by its rejections, each of which changes it once.

    Attributes:
        form: How the form of the reply is asked for.
        folds_system: Whether the system prompt stands in the user's turn, since the server knows no system role.
        dropped: Parameters that the server rejected and that are left out since.
        edition: Counts the changes, so that a call knows whether it was written before the last one.
        warnings: A sentence for each change.
    """

    form: Structured = LADDER[0]
    fixed_form: bool = False
    folds_system: bool = False
    dropped: tuple[str, ...] = ()
    edition: int = 0
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, structured: Structured) -> Dialect:
        """The dialect to begin with."""
        return cls() if structured == "auto" else cls(form=structured, fixed_form=True)

    def without(self, parameter: str, detail: str) -> bool:
        """Leave a rejected parameter out from now on; False where nothing can be left out any more."""
        if parameter == "response_format":
            return self._step_down(detail)
        if parameter == "system":
            return self._fold(detail)
        if parameter in self.dropped:
            return False
        self.dropped += (parameter,)
        self.edition += 1
        self.warnings.append(f"the judge's server rejects {parameter}; it is left out from now on ({detail})")
        return True

    def made(self, tokens: int, sent: Mapping[str, Any]) -> None:
        """Notice a reply longer than it could be: servers that don't know ``max_completion_tokens`` may pass over it.

        Ollama does (ollama/ollama#7125), and llama.cpp did until February 2026 (ggml-org/llama.cpp#19831).
        """
        asked = sent.get("max_completion_tokens")
        if asked is None or "max_tokens" in sent or tokens <= SLACK * asked or "max_completion_tokens" in self.dropped:
            return
        self.dropped += ("max_completion_tokens",)
        self.edition += 1
        self.warnings.append(
            f"the judge's server passes over max_completion_tokens ({tokens} tokens where {asked} were allowed); "
            "max_tokens is sent from now on"
        )

    def _fold(self, detail: str) -> bool:
        if self.folds_system:
            return False
        self.folds_system = True
        self.edition += 1
        self.warnings.append(
            f"the judge's server takes no system role; its prompt stands in the user's turn ({detail})"
        )
        return True

    def _step_down(self, detail: str) -> bool:
        if self.fixed_form or self.form == LADDER[-1]:
            return False
        refused, self.form = self.form, LADDER[LADDER.index(self.form) + 1]
        self.edition += 1
        self.warnings.append(f"the judge's server rejects replies by {refused}; {self.form} is used instead ({detail})")
        return True

    @property
    def flags(self) -> tuple[str, ...]:
        """What stands in the records of calls made in this dialect."""
        form = () if self.form == LADDER[0] else (f"form {self.form}",)
        role = ("system prompt folded",) if self.folds_system else ()
        return (*form, *role, *(f"without {name}" for name in self.dropped))


def body(config: Config, asked: Question, dialect: Dialect, *, more_tokens: int = 0) -> dict[str, Any]:
    """The body of a chat completion call.

    Args:
        config: The judge.
        asked: What is asked.
        dialect: What its server takes.
        more_tokens: How many tokens a reply may have beyond ``max_completion_tokens``.
    """
    endpoint, longest = config.endpoint, config.sampling.max_completion_tokens + more_tokens
    parameters = {**_parameters(config.sampling), "max_completion_tokens": longest}
    if asked.ballot:
        parameters["seed"] = (config.sampling.seed or 0) + asked.ballot
    if "max_completion_tokens" in dialect.dropped and "max_tokens" not in dialect.dropped:
        parameters["max_tokens"] = longest  # the name that older servers know
    if endpoint.reasoning_effort is not None:
        parameters["reasoning_effort"] = endpoint.reasoning_effort
    given = {name: value for name, value in parameters.items() if name not in dialect.dropped}
    messages: list[dict[str, Any]] = asked.prompt.messages(asked.data)
    messages = folded(messages) if dialect.folds_system else messages
    messages = with_images(messages, asked.images) if asked.images else messages
    form = _form(asked.prompt, dialect.form)
    return {"model": endpoint.model, "messages": messages, **given, **form, **endpoint.extra_body}


@functools.lru_cache(maxsize=64)
def _parameters(sampling: Sampling) -> dict[str, Any]:
    return sampling.parameters()


def with_images(messages: list[dict[str, Any]], images: Sequence[str]) -> list[dict[str, Any]]:
    """The messages with images behind the text of the last turn."""
    *before, last = messages
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in images]
    return [*before, {**last, "content": [{"type": "text", "text": last["content"]}, *parts]}]


def folded(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with the system prompt at the head of the first turn behind it."""
    if len(messages) < 2 or messages[0]["role"] != "system":
        return messages
    system, first, *more = messages
    return [{**first, "content": f"{system['content'].strip()}\n\n{first['content']}"}, *more]


@functools.lru_cache(maxsize=256)
def _form(prompt: Prompt, form: Structured) -> dict[str, Any]:
    if form in {"json_schema", "json_schema_loose"}:
        schema = {"name": "verdict", "strict": True, "schema": prompt.schema(loose=form == "json_schema_loose")}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    if form == "tool":
        function = {"name": _TOOL, "description": "Give the verdict.", "parameters": prompt.schema(loose=True)}
        choice = {"type": "function", "function": {"name": _TOOL}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": choice}
    return {"response_format": {"type": "json_object"}} if form == "json_object" else {}
