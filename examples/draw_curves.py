"""Draws the reward of several runs of `grpo_cpu.py` over their steps, as one SVG.

Arguments: the SVG, then the folders of the runs, e.g. ``docs/grpo_curve.svg demo/seed0 demo/seed1``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from graders.training.curve import read_metrics, svg


def draw(target: Path, folders: list[Path]) -> None:
    """One line a run, named after its folder."""
    steps: dict[int, dict[str, Any]] = {}
    for folder in folders:
        for row in read_metrics(folder / "metrics.jsonl"):
            if "reward" in row:
                steps.setdefault(row["step"], {"step": row["step"]})[folder.name] = row["reward"]
    names = [folder.name for folder in folders]
    target.write_text(svg([steps[step] for step in sorted(steps)], names, "mean reward over 120 GRPO steps"))


if __name__ == "__main__":
    draw(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
