"""The versions of everything that may change a reward."""

from __future__ import annotations

import hashlib
import inspect
import platform
import unicodedata
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from graders import __version__
from graders.contract import registry
from graders.reward.reward_function import RewardFunction

_LIBRARIES = {
    "math_accuracy": ("sympy", "mpmath"),
    "text_similarity": ("sacrebleu", "rouge-score", "rapidfuzz"),
}
"""The packages whose numbers a grader type gives on."""


def versions_of(reward: RewardFunction) -> dict[str, str]:
    """Name and version of this library, numpy, Python, its Unicode tables, and of what the reward's scorers build on.

    A scorer that is not one of ours is told by the content of its file, so that an edited one is noticed.
    """
    types = sorted({grader.type for grader in reward.definition.graders})
    libraries = [name for kind in types for name in _LIBRARIES.get(kind, ())]
    found = {
        "graders": __version__,
        "numpy": version("numpy"),
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
    }
    found |= {name: _version(name) for name in libraries}
    return found | {f"grader {kind}": _of_scorer(kind) for kind in types if kind not in registry.BUILT_IN}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _of_scorer(kind: str) -> str:
    """A fingerprint of the file that a scorer is in; its name alone where there is no such file."""
    scorer: Any = registry.scorer_class(kind)
    name = f"{scorer.__module__}:{scorer.__qualname__}"
    try:
        content = Path(inspect.getfile(scorer)).read_bytes()
    except (OSError, TypeError):
        return name
    return f"{name} {hashlib.sha256(content).hexdigest()[:16]}"
