"""Many pairs at once: each distinct text is read once, each distinct pair decided once."""

from __future__ import annotations

from collections.abc import Sequence

from graders.math.equivalence import judge
from graders.math.verdict import Verdict


def verify(
    answers: Sequence[str],
    references: Sequence[str],
    prompts: Sequence[str | None] | None = None,
    *,
    echo_guard: bool = True,
    symbolic: bool = True,
) -> list[Verdict]:
    """The verdicts on pairs of answers and references, in order.

    `echo_guard=False` ignores the prompts; `symbolic=False` never calls the symbolic worker. Raises `ValueError`
    for sequences of different lengths.

    >>> [verdict.outcome for verdict in verify(["0.5", "3"], ["1/2", "4"])]
    ['match', 'mismatch']
    """
    asked: Sequence[str | None] = prompts if prompts is not None and echo_guard else [None] * len(answers)
    if not len(answers) == len(references) == len(asked):
        raise ValueError(f"{len(answers)} answers, {len(references)} references, {len(asked)} prompts")
    decided: dict[tuple[str, str, str | None], Verdict] = {}
    verdicts = []
    for triple in zip(answers, references, asked, strict=True):
        verdict = decided.get(triple)
        if verdict is None:
            verdict = decided[triple] = judge(*triple, symbolically=symbolic)
        verdicts.append(verdict)
    return verdicts
