"""For tests of your own: the conformance suite for scorers, a judge to script, and hypothesis strategies.

`check_scorer` and `FakeJudge` need nothing beyond the library; the strategies need the extra ``testing``:
``pip install "reward-graders[testing]"``.
"""

from __future__ import annotations

from typing import Any

from graders.testing.conformance import check_scorer
from graders.testing.fake_judge import FakeJudge

__all__ = ["FakeJudge", "check_scorer", "completions", "hostile", "malformed", "well_formed"]


def __getattr__(name: str) -> Any:
    """Import the strategies on first use: they need hypothesis."""
    if name not in __all__:
        raise AttributeError(f"module 'graders.testing' has no attribute {name!r}")
    from graders.testing import strategies

    return getattr(strategies, name)
