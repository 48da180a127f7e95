"""What a report says, in a line or two for the terminal."""

from __future__ import annotations

from pathlib import Path

from graders.pages.formatting import count, counted
from graders.report.facts import Facts
from graders.report.report_page import verdict


def summary_lines(facts: Facts, output: str) -> list[str]:
    """What was written, in a line or two."""
    size = "" if output == "-" else f", {count(Path(output).stat().st_size // 1000)} KB"
    shown = f"{counted(len(facts.scored), 'completion')}, {counted(len(facts.sample), 'row')} of them to browse{size}"
    lines = [f"{output}: {shown}", f"  {verdict(facts)}"]
    return [*lines, f"  {facts.reward.why_not_explained}"] if facts.reward.why_not_explained else lines
