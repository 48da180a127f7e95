"""Rule-based verifiers side by side: ``make bench-verifiers`` writes docs/verifiers.md.

Each verifier is asked what a trainer would ask it: here is a completion, here is the reference, is it right? The pairs
are the golden cases of this project and, where they lie beside it, samples of what failed in the field. A pair that is
paid against its label is a false payment, one that is refused a false refusal; an exception or a missing verdict pays
nothing, as in a trainer. The golden cases were written for this library and its policy, so its column there is a
regression test; the field's pairs say more, and most were found by looking for its faults.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import logging
import re
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "verifiers.md"
GOLDEN = ROOT / "tests" / "math" / "cases"
FIELD = ROOT.parent / "shared" / "cases"
SECONDS = 5
"""Wall time of one pair; a verifier that needs more gives no verdict."""
MOST = 30
"""Golden pairs of one kind, taken evenly; of the field's all are tried."""


class Case(NamedTuple):
    """One labelled pair, and the kind of answer it stands for."""

    kind: str
    reference: str
    answer: str
    expected: bool
    is_sentence: bool

    @property
    def completion(self) -> str:
        """What a policy would write: the answer in a box, or a sentence as it is."""
        return self.answer if self.is_sentence else rf"The final answer is \boxed{{{self.answer}}}"


Verifier = Callable[[Case], bool]


# -- the verifiers -----------------------------------------------------------------------------------------------------


def graders() -> Verifier:
    from graders.math import equivalent

    return lambda case: equivalent(case.answer, case.reference).equal


def math_verify() -> Verifier:
    """As its documentation has it: both sides parsed, then compared."""
    from math_verify import parse, verify

    return lambda case: verify(
        parse(f"${case.reference}$", parsing_timeout=2), parse(case.completion, parsing_timeout=2), timeout_seconds=2
    )


def trl() -> Verifier:
    """What TRL's accuracy_reward does on the main thread; TRL itself would bring PyTorch with it."""
    from latex2sympy2_extended import NormalizationConfig
    from math_verify import LatexExtractionConfig, parse, verify

    units = NormalizationConfig(units=True)
    config = LatexExtractionConfig(normalization_config=units, boxed_match_priority=0, try_extract_without_anchor=False)

    def right(case: Case) -> bool:
        gold = parse(f"${case.reference}$", parsing_timeout=2)
        given = parse(case.completion, extraction_config=[config], extraction_mode="first_match", parsing_timeout=2)
        return bool(gold) and verify(gold, given, timeout_seconds=2)

    return right


def verl_math_reward() -> Verifier:
    module = _file_of("verl", "utils/reward_score/math_reward.py")
    return lambda case: module.compute_score(case.completion, case.reference) > 0


def verl_math_dapo() -> Verifier:
    module = _file_of("verl", "utils/reward_score/math_dapo.py")
    return lambda case: bool(module.compute_score(f"Answer: {case.answer}", case.reference)["acc"])


def lighteval() -> Verifier:
    """Equal after lighteval's math_normalizer, which is the Hendrycks normalisation."""
    normal = _function_of("lighteval", "metrics/normalizations.py", "math_normalizer")
    return lambda case: normal(rf"\boxed{{{case.answer}}}") == normal(rf"\boxed{{{case.reference}}}")


VERIFIERS: dict[str, tuple[str, Callable[[], Verifier]]] = {
    "graders": ("reward-graders", graders),
    "math-verify": ("math-verify", math_verify),
    "TRL accuracy_reward": ("math-verify", trl),
    "verl math_reward": ("verl", verl_math_reward),
    "verl math_dapo": ("verl", verl_math_dapo),
    "lighteval math_normalizer": ("lighteval", lighteval),
}
"""Name, the package it comes from, and how it is made."""


def _path_in(package: str, path: str) -> Path:
    return Path(str(distribution(package).locate_file(f"{package}/{path}")))


def _file_of(package: str, path: str) -> ModuleType:
    """One file of a package, without what the package as a whole would import."""
    spec = importlib.util.spec_from_file_location(path.replace("/", "_")[:-3], _path_in(package, path))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _function_of(package: str, path: str, name: str) -> Callable[[str], str]:
    """One function of a package's file, alone."""
    source = ast.parse(_path_in(package, path).read_text(encoding="utf-8"))
    (function,) = [node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == name]
    names: dict[str, Any] = {}
    exec(compile(ast.Module([function], []), path, "exec"), names)
    found: Callable[[str], str] = names[name]
    return found


# -- the pairs ---------------------------------------------------------------------------------------------------------


@cache
def cases() -> tuple[Case, ...]:
    """The golden cases, and the field's pairs where they are at hand."""
    found = [
        Case(f"golden: {path.stem.replace('_', ' ')}", row["reference"], row["answer"], bool(row["expected"]), False)
        for path in sorted(GOLDEN.glob("*.jsonl"))
        for row in _evenly(list(_rows(path)))
        if not row.get("prompt")
    ]
    for name, kind in (("field_faults", "kind"), ("prose_cases", "category")):
        path = FIELD / f"{name}.jsonl"
        found += [
            Case(f"field: {words}", row["reference"], row["answer"], bool(row["expected"]), name == "prose_cases")
            for row in (_rows(path) if path.exists() else ())
            if not row.get("options")  # an echo needs its prompt, which the others don't take
            for words in [_words(row[kind])]
        ]
    return tuple(found)


def _evenly(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return rows[:: -(-len(rows) // MOST)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


# -- the run -----------------------------------------------------------------------------------------------------------


@contextmanager
def _limited() -> Iterator[None]:
    """An alarm for verifiers that never come back; those with alarms of their own replace it."""

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def verdict(verifier: Verifier, case: Case) -> bool:
    """What a trainer would pay: an exception pays nothing."""
    try:
        with _limited():
            return bool(verifier(case))
    except Exception:  # noqa: BLE001 - whatever a peer raises is its answer
        return False


class Tally(NamedTuple):
    """The errors of one verifier, by kind."""

    payments: Counter[str]
    refusals: Counter[str]


def tally(make: Callable[[], Verifier]) -> Tally:
    verifier, found = make(), Tally(Counter(), Counter())
    for case in cases():
        if verdict(verifier, case) != case.expected:
            (found.refusals if case.expected else found.payments)[case.kind] += 1
    return found


# -- the page ----------------------------------------------------------------------------------------------------------

INTRODUCTION = """# Verifiers compared

Made by `make bench-verifiers`. Each cell is *false positives / false negatives*: wrong answers that were paid, and
right ones that were not. A wrong answer paid is the worse of the two: a policy learns to give it.

The *golden* pairs are this project's own tests, labelled by [its policy](math_accuracy.md); its own column is clean
there because they are tests. The *field* pairs were collected from what fails in practice, most of them while looking
for faults of this library; labels follow the same policy, which other projects need not share (a decimal for a third, a
bound, a hedge).
"""


_CODE = re.compile(r"(?:FALSE POSITIVE|[A-Z]{1,2}\d+(?:/[A-Z]+)?|[A-Z])\s+")
"""What a collection numbers its kinds by."""


def _words(kind: str) -> str:
    """A kind in words, without its number.

    >>> _words("FP6/FN choice golds silently misread"), _words("stated_date_time")
    ('choice golds silently misread', 'stated date time')
    """
    return _CODE.sub("", kind, count=1).replace("_", " ") if _CODE.match(kind) else kind.replace("_", " ")


def page(found: dict[str, Tally]) -> str:
    """The page: totals, where we lose, all kinds."""
    kinds: dict[str, Counter[bool]] = defaultdict(Counter)
    for case in cases():
        kinds[case.kind][case.expected] += 1
    parts = [
        INTRODUCTION,
        "Versions: " + ", ".join(dict.fromkeys(_version(package) for package, _ in VERIFIERS.values())) + ".\n",
        "## All\n\n" + _table(found, {name: _sum(kinds, f"{name}:") for name in ("golden", "field")}, totals=True),
        "## Where we lose\n\n" + _losses(found, kinds),
        "## By kind\n\n" + _table(found, dict(sorted(kinds.items()))),
    ]
    return "\n".join(parts)


def _version(package: str) -> str:
    try:
        return f"{package} {distribution(package).version}"
    except PackageNotFoundError:
        return f"{package} (not installed, so not measured)"


def _sum(kinds: dict[str, Counter[bool]], start: str) -> Counter[bool]:
    return sum((counts for kind, counts in kinds.items() if kind.startswith(start)), Counter())


def _table(found: dict[str, Tally], rows: dict[str, Counter[bool]], *, totals: bool = False) -> str:
    head = ["pairs", "wrong + right", *found]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for row, counts in rows.items():
        cells = [f"{counts[False]} + {counts[True]}", *(_cell(one, row, totals=totals) for one in found.values())]
        lines.append("| " + " | ".join([row, *cells]) + " |")
    return "\n".join(lines) + "\n"


def _cell(one: Tally, row: str, *, totals: bool) -> str:
    return " / ".join(
        str(sum(count for kind, count in side.items() if kind == row or (totals and kind.startswith(f"{row}:"))))
        for side in one
    )


def _losses(found: dict[str, Tally], kinds: dict[str, Counter[bool]]) -> str:
    """The kinds in which another verifier makes fewer errors than this library."""
    ours, lines = found["graders"], []
    for kind in sorted(kinds):
        mine = ours.payments[kind] + ours.refusals[kind]
        better = {name: one.payments[kind] + one.refusals[kind] for name, one in found.items()}
        names = [f"{name} ({errors})" for name, errors in better.items() if errors < mine]
        if names:
            lines.append(f"- {kind}: {mine} errors, fewer by {', '.join(names)}")
    return "\n".join(lines) + "\n" if lines else "In no kind of these pairs does another verifier make fewer errors.\n"


def main() -> None:
    """Run every verifier that is installed and write the page."""
    logging.disable(logging.WARNING)  # peers report each time-out
    found = {}
    for name, (package, make) in VERIFIERS.items():
        try:
            distribution(package)
        except PackageNotFoundError:
            print(f"{name}: {package} is not installed, left out", file=sys.stderr)
            continue
        found[name] = tally(make)
        print(f"{name}: {found[name].payments.total()} false positives, {found[name].refusals.total()} false negatives")
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
