"""Runs benchmarks and writes docs/benchmarks.md: ``python -m benchmarks`` all, ``python -m benchmarks NAME`` one."""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

SUBJECTS = (
    "format_check",
    "string_check",
    "text",
    "math_accuracy",
    "judge",
    "trainers",
    "monitor",
    "offline",
    "report",
    "comparison",
    "service",
)
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEADER = (
    "# Benchmarks\n\nMade by `make bench`; every figure is CPU time of one process unless it says otherwise, ratios "
    "are against the peer in the same process.\n"
)
PACKAGES = ("numpy", "rapidfuzz", "sympy", "sacrebleu", "rouge-score", "rouge-rust", "math-verify", "pyarrow", "orjson")


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


def pace() -> str:
    """How fast this machine is today: one plain loop, so that figures of two days can be set against each other."""
    started, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number * number
    return f"ten million sums of squares in a plain loop take {time.process_time() - started:.2f} s"


def sections() -> dict[str, str]:
    """What stands on the page already, by subject."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}


def main(names: list[str]) -> None:
    """Run the benchmarks, all or those named, and write their sections of the page.

    Each of several runs in a process of its own: neither the memory nor the caches of one are in another's figures.
    """
    if len(names) == 1:
        write(names[0])
        return
    for name in names or SUBJECTS:
        subprocess.run([sys.executable, "-m", "benchmarks", name], check=True)


def write(name: str) -> None:
    """Run one benchmark, print its table and put it into the page."""
    tables = sections()
    rows = import_module(f"benchmarks.{name}").run()
    stamp = f"{machine()} ({pace()}); Python {platform.python_version()}, {', '.join(map(installed, PACKAGES))}."
    tables[name] = f"{table(rows)}\n\n{stamp}"
    print(f"\n{name}\n{tables[name]}", flush=True)
    body = "".join(f"\n## {subject}\n\n{tables[subject]}\n" for subject in SUBJECTS if subject in tables)
    PAGE.write_text(HEADER + body, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
