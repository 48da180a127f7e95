"""An LLM judge that can stand inside a training loop.

A judge that fails teaches the policy nothing (its rows are unscored), a judge that can be talked to isn't
(answers reach it as data that can't be left), and nothing waits for it longer than it was told to.

The names below load on first use: importing this package imports no client and no event loop.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.judge.config import Endpoint, Limits, Sampling, Storage, Voting
    from graders.judge.criteria import Criterion
    from graders.judge.judge import Judge
    from graders.judge.judge_errors import JudgeError, JudgeWarning
    from graders.judge.judgement import Judgement
    from graders.judge.prompt import Prompt

_HOMES = {
    "Criterion": "criteria",
    "Endpoint": "config",
    "Judge": "judge",
    "JudgeError": "judge_errors",
    "JudgeWarning": "judge_errors",
    "Limits": "config",
    "Prompt": "prompt",
    "Sampling": "config",
    "Storage": "config",
    "Judgement": "judgement",
    "Voting": "config",
}

__all__ = [
    "Criterion",
    "Endpoint",
    "Judge",
    "JudgeError",
    "JudgeWarning",
    "Judgement",
    "Limits",
    "Prompt",
    "Sampling",
    "Storage",
    "Voting",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"graders.judge.{_HOMES[name]}"), name)
