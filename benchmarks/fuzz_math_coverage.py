"""The fuzz run guided by coverage: ``python benchmarks/fuzz_math_coverage.py [CORPUS] [-runs=N] [-max_total_time=S]``.

Atheris (``pip install atheris``) makes up bytes that reach new branches of the verifier; the properties are those
of `fuzz_math`. The first fault ends the run and is printed. The options are libFuzzer's.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))
with atheris.instrument_imports(include=["graders.math"]):
    import fuzz_math

SEPARATOR = "\x1f"
"""Between the two texts of a pair."""


def one_input(data: bytes) -> None:
    """Check one pair."""
    answer, _, reference = data.decode("utf-8", "ignore").partition(SEPARATOR)
    finding = fuzz_math.check(answer[:200], reference[:200])
    if finding:
        raise AssertionError(finding)


def write_corpus(folder: Path) -> None:
    """Some answers of the project's own cases as the corpus to start from, each with the one after it."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = fuzz_math.answers()[::8]
    for number, pair in enumerate(pairwise(texts)):
        (folder / f"case{number}").write_bytes(SEPARATOR.join(pair).encode("utf-8", "ignore"))


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if folders and not Path(folders[0]).exists():
        write_corpus(Path(folders[0]))
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
