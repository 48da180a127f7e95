"""Runs all benchmarks and writes docs/benchmarks.md; ``python -m benchmarks NAME`` runs one and writes nothing."""

from __future__ import annotations

import platform
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

SUBJECTS = ("format_check", "string_check", "text", "math_accuracy", "judge", "trainers")
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PACKAGES = ("numpy", "rapidfuzz", "sympy", "sacrebleu", "rouge-score", "rouge-rust", "math-verify")


def met(row: dict[str, Any]) -> bool:
    """Whether a figure is on the right side of its bar."""
    return row["figure"] <= row["bar"] if row["unit"].endswith("(at most)") else row["figure"] >= row["bar"]


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table."""
    lines = ["| what | figure | bar | unit |", "|---|---:|---:|---|"]
    for row in rows:
        missed = "" if met(row) else " **missed**"
        lines.append(f"| {row['name']} | {row['figure']:.4g}{missed} | {row['bar']:g} | {row['unit']} |")
    return "\n".join(lines)


def installed(package: str) -> str:
    """A package with its version."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} absent"


def machine() -> str:
    """What the figures were taken on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} cores of {models[0]}" if models else platform.processor() or "unknown"


def main(names: list[str]) -> None:
    """Run the benchmarks; without names all of them, and write the page."""
    tables = {}
    for name in names or SUBJECTS:
        tables[name] = table(import_module(f"benchmarks.{name}").run())
        print(f"\n{name}\n{tables[name]}", flush=True)
    if names:
        return
    header = (
        "# Benchmarks\n\nMade by `make bench`; every figure is CPU time of one process, ratios are against the peer in "
        "the same process.\n\n"
        f"Python {platform.python_version()}, {', '.join(map(installed, PACKAGES))}. {platform.system()} on "
        f"{platform.machine()}, {machine()}.\n"
    )
    PAGE.write_text(header + "".join(f"\n## {name}\n\n{text}\n" for name, text in tables.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
