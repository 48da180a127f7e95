"""Declarative rewards for reinforcement fine-tuning: batched, hard to game, explained.

    import graders

    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    reward.evaluate(["<think>6*7</think><answer>42</answer>"], reference_answer=["42"]).rewards

Importing this package loads nothing heavy; each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from graders.version import __version__

if TYPE_CHECKING:
    from graders.batch import Batch, Pairs
    from graders.completion import Completion
    from graders.diagnostics import Diagnostics
    from graders.errors import (
        BadReferenceError,
        BatchWarning,
        DataError,
        DefinitionError,
        DefinitionWarning,
        GameableRewardWarning,
        GradersError,
        GradersWarning,
        MissingExtraError,
        Mistake,
        RegistrationError,
        UnscoredError,
    )
    from graders.explanation import Explanation
    from graders.judge.errors import JudgeError
    from graders.load import load_reward
    from graders.outcome import Outcome
    from graders.registry import register
    from graders.reward import ReferenceFault, RewardFunction
    from graders.reward_batch import RewardBatch, combine
    from graders.schema import (
        FormatCheckGrader,
        Grader,
        InfrastructureConfig,
        LLMGrader,
        LoRAConfig,
        MathAccuracyGrader,
        RequestConfig,
        RewardComponents,
        StringCheckGrader,
        TextSimilarityGrader,
        TrainingConfig,
    )
    from graders.scorer import AnswerScorer, Scorer, Scores
    from graders.settings import JudgeSettings, MathSettings, Settings, StringSettings, TextSettings

_MODULE_OF = {
    "AnswerScorer": "scorer",
    "BadReferenceError": "errors",
    "Batch": "batch",
    "BatchWarning": "errors",
    "Completion": "completion",
    "DataError": "errors",
    "DefinitionError": "errors",
    "DefinitionWarning": "errors",
    "Diagnostics": "diagnostics",
    "Explanation": "explanation",
    "FormatCheckGrader": "schema",
    "GameableRewardWarning": "errors",
    "Grader": "schema",
    "GradersError": "errors",
    "GradersWarning": "errors",
    "InfrastructureConfig": "schema",
    "JudgeError": "judge.errors",
    "JudgeSettings": "settings",
    "LLMGrader": "schema",
    "LoRAConfig": "schema",
    "MathAccuracyGrader": "schema",
    "MathSettings": "settings",
    "MissingExtraError": "errors",
    "Mistake": "errors",
    "Outcome": "outcome",
    "Pairs": "batch",
    "ReferenceFault": "reward",
    "RegistrationError": "errors",
    "RequestConfig": "schema",
    "RewardBatch": "reward_batch",
    "RewardComponents": "schema",
    "RewardFunction": "reward",
    "Scorer": "scorer",
    "Scores": "scorer",
    "Settings": "settings",
    "StringCheckGrader": "schema",
    "StringSettings": "settings",
    "TextSettings": "settings",
    "TextSimilarityGrader": "schema",
    "TrainingConfig": "schema",
    "UnscoredError": "errors",
    "combine": "reward_batch",
    "load_reward": "load",
    "register": "registry",
}

__all__ = [
    "AnswerScorer",
    "BadReferenceError",
    "Batch",
    "BatchWarning",
    "Completion",
    "DataError",
    "DefinitionError",
    "DefinitionWarning",
    "Diagnostics",
    "Explanation",
    "FormatCheckGrader",
    "GameableRewardWarning",
    "Grader",
    "GradersError",
    "GradersWarning",
    "InfrastructureConfig",
    "JudgeError",
    "JudgeSettings",
    "LLMGrader",
    "LoRAConfig",
    "MathAccuracyGrader",
    "MathSettings",
    "MissingExtraError",
    "Mistake",
    "Outcome",
    "Pairs",
    "ReferenceFault",
    "RegistrationError",
    "RequestConfig",
    "RewardBatch",
    "RewardComponents",
    "RewardFunction",
    "Scorer",
    "Scores",
    "Settings",
    "StringCheckGrader",
    "StringSettings",
    "TextSettings",
    "TextSimilarityGrader",
    "TrainingConfig",
    "UnscoredError",
    "__version__",
    "combine",
    "load_reward",
    "register",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'graders' has no attribute {name!r}")
    value = getattr(import_module(f"graders.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
