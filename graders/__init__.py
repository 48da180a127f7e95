"""Declarative rewards for reinforcement fine-tuning: batched, hard to game, explained.

    import graders

    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    reward.evaluate(["<think>6*7</think><answer>42</answer>"], reference_answer=["42"]).rewards

Importing this package loads nothing heavy; each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graders.completion.parse import Completion
    from graders.contract.batch import Batch, Pairs
    from graders.contract.grader import Grader
    from graders.contract.registry import register
    from graders.contract.scorer import AnswerScorer, Scorer
    from graders.contract.scores import Scores
    from graders.figures.diagnostics import Diagnostics
    from graders.judge.judge_errors import JudgeError
    from graders.monitor.watched_reward import WatchedReward, watch
    from graders.reward.explanation import Explanation
    from graders.reward.load import load_reward
    from graders.reward.reference_faults import ReferenceFault
    from graders.reward.reward_batch import RewardBatch, combine
    from graders.reward.reward_function import RewardFunction
    from graders.reward.reward_row import RewardRow
    from graders.settings.sections import JudgeSettings, MathSettings, StringSettings, TextSettings
    from graders.settings.settings import Settings
    from graders.vocabulary.errors import (
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
        TranslationWarning,
        UnscoredError,
    )
    from graders.vocabulary.outcome import Outcome
    from graders.wire.schema import (
        FormatCheckGrader,
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

__version__ = "0.1.0"
"""The version of this library: what `reward.signature()` and the package metadata carry."""

_MODULE_OF = {
    "AnswerScorer": "contract.scorer",
    "BadReferenceError": "vocabulary.errors",
    "Batch": "contract.batch",
    "BatchWarning": "vocabulary.errors",
    "Completion": "completion.parse",
    "DataError": "vocabulary.errors",
    "DefinitionError": "vocabulary.errors",
    "DefinitionWarning": "vocabulary.errors",
    "Diagnostics": "figures.diagnostics",
    "Explanation": "reward.explanation",
    "FormatCheckGrader": "wire.schema",
    "GameableRewardWarning": "vocabulary.errors",
    "Grader": "contract.grader",
    "GradersError": "vocabulary.errors",
    "GradersWarning": "vocabulary.errors",
    "InfrastructureConfig": "wire.schema",
    "JudgeError": "judge.judge_errors",
    "JudgeSettings": "settings.sections",
    "LLMGrader": "wire.schema",
    "LoRAConfig": "wire.schema",
    "MathAccuracyGrader": "wire.schema",
    "MathSettings": "settings.sections",
    "MissingExtraError": "vocabulary.errors",
    "Mistake": "vocabulary.errors",
    "Outcome": "vocabulary.outcome",
    "Pairs": "contract.batch",
    "ReferenceFault": "reward.reference_faults",
    "RegistrationError": "vocabulary.errors",
    "RequestConfig": "wire.schema",
    "RewardBatch": "reward.reward_batch",
    "RewardComponents": "wire.schema",
    "RewardFunction": "reward.reward_function",
    "RewardRow": "reward.reward_row",
    "Scorer": "contract.scorer",
    "Scores": "contract.scores",
    "Settings": "settings.settings",
    "StringCheckGrader": "wire.schema",
    "StringSettings": "settings.sections",
    "TextSettings": "settings.sections",
    "TextSimilarityGrader": "wire.schema",
    "TrainingConfig": "wire.schema",
    "TranslationWarning": "vocabulary.errors",
    "UnscoredError": "vocabulary.errors",
    "WatchedReward": "monitor.watched_reward",
    "combine": "reward.reward_batch",
    "load_reward": "reward.load",
    "register": "contract.registry",
    "watch": "monitor.watched_reward",
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
    "RewardRow",
    "Scorer",
    "Scores",
    "Settings",
    "StringCheckGrader",
    "StringSettings",
    "TextSettings",
    "TextSimilarityGrader",
    "TrainingConfig",
    "TranslationWarning",
    "UnscoredError",
    "WatchedReward",
    "__version__",
    "combine",
    "load_reward",
    "register",
    "watch",
]


if not TYPE_CHECKING:  # a type checker would take it for a promise that every name exists

    def __getattr__(name: str) -> Any:
        """Import a public name on first use (PEP 562)."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'graders' has no attribute {name!r}")
        value = getattr(import_module(f"graders.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
