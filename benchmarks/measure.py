"""How benchmarks measure: CPU time of this process, the shortest of several runs, rows with a bar."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any


def cpu(call: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def best(call: Callable[[], object], repeats: int = 5) -> float:
    """The shortest of several calls, in CPU seconds."""
    return min(cpu(call) for _ in range(repeats))


def peak(call: Callable[[], object]) -> int:
    """Bytes that a call allocates at its peak."""
    tracemalloc.start()
    call()
    allocated = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return allocated


def at_least(name: str, figure: float, bar: float, unit: str) -> dict[str, Any]:
    """A row whose figure should reach its bar."""
    return {"name": name, "figure": figure, "bar": bar, "unit": unit}


def at_most(name: str, figure: float, bar: float, unit: str) -> dict[str, Any]:
    """A row whose figure should stay below its bar."""
    return {"name": name, "figure": figure, "bar": bar, "unit": f"{unit} (at most)"}
