"""A seeded fuzz run over the math verifier: ``python benchmarks/fuzz_math.py [INPUTS] [SEED] [SECONDS]``.

Texts come from a grammar of answers, from raw characters, and from mutations of answers. For each text, and for a
pair with another one, these must hold:

    no exception          nothing is raised but by a fault
    no hang               a pair stays below a ceiling of CPU time
    repeatable            the same pair has the same verdict when it is asked again, cold
    reflexive             a text that is readable as a reference is equal to itself
    symmetric             equivalent(a, b) == equivalent(b, a), decimal references taken strictly, where both are read
                          alike as answer and as reference (prose is read in an answer only, a choice letter in a
                          reference)
    written               read(write(tree)) == tree

Findings are printed, shrunk, as lines for `tests/math_corpora/fuzz_findings.jsonl`. The worker is not asked.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from graders.math import OverLimit, Unreadable, parse, read, reference_fault, verify, write
from graders.math.extraction.choices import choice_of
from graders.math.extraction.readings import answer_reading, reference_reading

CEILING = 0.25
"""CPU seconds of one check of a pair: some seven comparisons."""
LITERALS = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "12",
    "1000",
    "1,000",
    "0.5",
    "3.14",
    "0.333333",
    "1e5",
    "1e-9",
    ".5",
    "5.",
    "007",
]
NAMES = ["x", "y", "n", "a", "e", "i", r"\pi", r"\theta", "A", "x_1", r"\infty", "x'", "f(x)", "π", "∞"]
FRAMES = [
    "{}+{}",
    "{}-{}",
    r"{}\cdot {}",
    "{}*{}",
    "{}/{}",
    "{} {}",
    "{}{}",
    r"\frac{{{}}}{{{}}}",
    r"\dfrac{}{}",
    "{}^{{{}}}",
    "{}^{}",
    "{}_{}",
    "({})",
    "[{}]",
    r"\left({}\right)",
    r"\{{{}\}}",
    r"\sqrt{{{}}}",
    r"\sqrt[3]{{{}}}",
    r"\sqrt {}",
    "-{}",
    "({},{})",
    "[{},{})",
    "({},{}]",
    "{},{}",
    "{}, {} and {}",
    "{} or {}",
    r"({},{}) \cup ({},{})",
    "{}={}",
    "{}<{}",
    r"{}\le {}<{}",
    r"x \in [{},{}]",
    "{}!",
    r"\binom{{{}}}{{{}}}",
    "|{}|",
    r"\lfloor {} \rfloor",
    r"\sin {}",
    r"\sin^2({})",
    r"\log_{{{}}} {}",
    r"\ln({})",
    r"\arctan {}",
    "e^{{{}}}",
    r"\sum_{{k={}}}^{{5}} k+{}",
    r"\int_0^1 {} dx",
    r"\lim_{{x\to {}}} {}",
    "{}%",
    r"{}\%",
    r"{}^\circ",
    r"\${}",
    r"{}\text{{ cm}}",
    "{} meters",
    r"\text{{{}}}",
    r"\pm {}",
    r"{} \pm {}",
    "{}:{}",
    "{}_{{8}}",
    r"0.\overline{{{}}}",
    r"\begin{{pmatrix}} {} & {} \\ {} & {} \end{{pmatrix}}",
    r"\langle {}, {} \rangle",
    "gcd({},{})",
    r"\max({},{})",
    "the answer is {}",
    "${}$",
    r"\({}\)",
    r"\boxed{{{}}}",
    "**{}**",
    "{}²",
    "√{}",
    "{}.",
    "{} {}/{}",
    "{}i",
    "not {}",
]
"""Each with places for smaller texts."""
PIECES = [
    *r"0123456789+-*/^_=<>(){}[]|!,.:;'%$&~# \abcdefinoxyzABCDE",
    *"−×·÷√π½²³∞∪∩°≤≥€£±′٣५三０\u200b\u00a0\ud800\x00\n\t",
    *(r"\frac", r"\sqrt", r"\left", r"\right", r"\text", r"\cup", r"\pm", r"\sin", r"\log", r"\begin{pmatrix}", r"\\"),
    *(r"\end{pmatrix}", r"\boxed{", r"\sum", r"\int", r"\infty", r"\in", "and", "or", "not", "True", "none", "nan"),
]
PROSE = ("unreadable", "several_values", "tautology", "empty_answer")
"""Outcomes of an answer that is refused before it is compared."""


class Finding(NamedTuple):
    """A property that does not hold for a text, or for a pair."""

    property: str
    a: str
    b: str
    note: str


# -- texts -------------------------------------------------------------------------------------------------------------


def grown(rng: random.Random, depth: int = 3) -> str:
    """A text from the grammar."""
    if depth == 0 or rng.random() < 0.25:
        return rng.choice(LITERALS if rng.random() < 0.6 else NAMES)
    frame = rng.choice(FRAMES)
    places = frame.replace("{{", "").replace("}}", "").count("{}")
    return frame.format(*(grown(rng, depth - 1) for _ in range(places)))


def raw(rng: random.Random) -> str:
    """Characters and commands in a row."""
    return "".join(rng.choices(PIECES, k=rng.randint(1, 24)))


def mutated(rng: random.Random, text: str) -> str:
    """The text with some places dropped, doubled, swapped or replaced."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(text))
        end = min(len(text), at + rng.randint(0, 3))
        text = text[:at] + rng.choice(["", text[at:end] * 2, rng.choice(PIECES), text[at:end][::-1]]) + text[end:]
    return text


def texts(rng: random.Random, seeds: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a text and another that may well mean the same."""
    while True:
        kind = rng.random()
        known = rng.choice(seeds) if seeds else grown(rng)
        a = grown(rng) if kind < 0.45 else raw(rng) if kind < 0.6 else mutated(rng, known)
        other = rng.random()
        b = a if other < 0.1 else mutated(rng, a) if other < 0.5 else grown(rng, 2) if other < 0.8 else f"({a})"
        yield a, b


# -- properties --------------------------------------------------------------------------------------------------------


def outcome(a: str, b: str) -> str:
    return verify([a], [b], symbolic=False)[0].outcome


def strictly(a: str, b: str) -> str:
    return verify([a], [b], symbolic=False, rounding="strict")[0].outcome


def cold(a: str, b: str) -> str:
    answer_reading.cache_clear()
    reference_reading.cache_clear()
    return outcome(a, b)


def written(text: str, _: str) -> str:
    try:
        tree = parse(text)
    except (Unreadable, OverLimit):
        return ""
    return "" if read(write(tree)) == tree else "another tree"


def is_value(text: str) -> bool:
    """Whether a text is read alike as an answer and as a reference: no prose, no choice letter, no value said twice."""
    tree = reference_reading(text).tree
    if tree is not None and tree.head == "list" and len(set(tree.args)) < len(tree.args):
        return False
    return tree is not None and tree == answer_reading(text).tree and not choice_of(tree)


def repeatable(a: str, b: str) -> str:
    first, again = outcome(a, b), cold(a, b)
    return "" if first == again else f"{first}, then {again}"


def reflexive(a: str, _: str) -> str:
    found = outcome(a, a) if reference_fault(a) is None else "match"
    return "" if found in ("match", "undecided") else found


def symmetric(a: str, b: str) -> str:
    if not (is_value(a) and is_value(b)):
        return ""
    there, back = strictly(a, b), strictly(b, a)
    alike = (there == "match") == (back == "match") and (there == "undecided") == (back == "undecided")
    return "" if alike or there in PROSE or back in PROSE else f"{there}, but {back}"


PROPERTIES: dict[str, Callable[[str, str], str]] = {
    "repeatable": repeatable,
    "reflexive": reflexive,
    "symmetric": symmetric,
    "written": written,
}


def fault(name: str, a: str, b: str) -> str:
    """What is wrong with a pair under a property, an exception included; empty when all is well."""
    try:
        return PROPERTIES[name](a, b)
    except Exception as error:  # noqa: BLE001 - any exception is a finding
        return f"raises {type(error).__name__}: {error}"[:200]


def check(a: str, b: str) -> Finding | None:
    """The first property that the pair breaks."""
    start = time.process_time()
    for name in PROPERTIES:
        note = fault(name, a, b)
        if note:
            return Finding(name, *shrunk(name, a, b, note), note)
    taken = time.process_time() - start
    if taken > CEILING:
        return Finding("no hang", a, b, f"{taken:.2f} s")
    return None


def shrunk(name: str, a: str, b: str, note: str) -> tuple[str, str]:
    """A smaller pair with the same fault: pieces are cut away as long as it stays."""

    def same(one: str, two: str) -> bool:
        found = fault(name, one, two)
        return found[:24] == note[:24]

    for length in (16, 8, 4, 2, 1):
        at = 0
        while at < max(len(a), len(b)):
            for one, two in (
                (cut(a, at, length), cut(b, at, length)),
                (cut(a, at, length), b),
                (a, cut(b, at, length)),
            ):
                if (one, two) != (a, b) and same(one, two):
                    a, b = one, two
                    break
            else:
                at += 1
    return a, b


def cut(text: str, at: int, length: int) -> str:
    return text[:at] + text[at + length :]


# -- the run -----------------------------------------------------------------------------------------------------------


def fuzz(count: int, seed: int = 0, seeds: list[str] | None = None, seconds: float = 1e9) -> list[Finding]:
    """The findings of so many pairs; one of each kind of fault. Stops early after so many CPU seconds."""
    found: dict[tuple[str, str], Finding] = {}
    kinds: Counter[tuple[str, str]] = Counter()
    end = time.process_time() + seconds
    for a, b in islice(texts(random.Random(seed), seeds or []), count):
        finding = check(a, b)
        if finding:
            kind = (finding.property, finding.note[:40])
            kinds[kind] += 1
            if kind not in found or len(finding.a + finding.b) < len(found[kind].a + found[kind].b):
                found[kind] = finding
        if time.process_time() > end:
            break
    return [finding._replace(note=f"{finding.note} ({kinds[kind]} times)") for kind, finding in found.items()]


def answers() -> list[str]:
    """The answers of the project's own cases, to be mutated."""
    folder = Path(__file__).parent.parent / "tests"
    rows = [
        json.loads(line) for path in folder.glob("math*/**/*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    texts = [row.get(key) for row in rows for key in ("answer", "reference", "pred", "gold", "a", "b")]
    return sorted({text for text in texts if isinstance(text, str) and 0 < len(text) < 200})


def main() -> None:
    count, seed, seconds = (int(text) for text in (*sys.argv[1:], *("200000", "0", "1000000")[len(sys.argv) - 1 :]))
    start = time.process_time()
    findings = fuzz(count, seed, answers(), seconds)
    for finding in findings:
        print(json.dumps(finding._asdict()))
    print(f"{len(findings)} kinds of findings in {time.process_time() - start:.0f} CPU seconds", file=sys.stderr)


if __name__ == "__main__":
    main()
