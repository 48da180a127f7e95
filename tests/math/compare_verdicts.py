"""Which verdicts differ between two states of the code, on every pair of texts at hand.

    python tests/math/compare_verdicts.py BASE            # a git reference against the work tree
    python tests/math/compare_verdicts.py --record FILE   # the work tree's verdicts, to be compared later
    python tests/math/compare_verdicts.py --against FILE  # what was recorded against the work tree

Each changed verdict is printed, then a count; the exit code is 1 where something changed. Both states are asked through
`graders.math.verify` alone, in processes of their own, so that everything behind it may have moved.
"""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
TEXTS = ("answer", "reference", "prompt")
VERDICT = ("equal", "outcome", "rule", "policy_version")
NAMES = {"answer": ("answer", "pred", "a", "completion"), "reference": ("reference", "gold", "b", "reference_answer")}
"""What the files call the two texts."""
ASK = """
import json, sys
from graders.math import POLICY_VERSION, verify
for line in sys.stdin:
    answer, reference, prompt = json.loads(line)
    try:
        [verdict] = verify([answer], [reference], [prompt])
    except Exception as error:
        verdict = False, "raises", type(error).__name__
    print(json.dumps([*verdict, POLICY_VERSION]))
"""


def pairs():
    """Every distinct pair, golden cases first, with the file that it is first met in."""
    files = [*sorted(ROOT.glob("tests/math/cases/*.jsonl")), *sorted(ROOT.glob("tests/math_corpora/*.jsonl"))]
    files += [SHARED / "cases" / f"{name}_cases.jsonl" for name in ("math", "hack", "prose")]
    files += [SHARED / "cases" / "field_faults.jsonl", SHARED / "data" / "gsm8k_solutions.jsonl"]
    found = [(pair(row), path.name) for path in files for row in rows(path)]
    golds = sorted({row["reference_answer"] for row in rows(SHARED / "data" / "math_golds.jsonl")})
    both = (*zip(golds, golds, strict=True), *zip(golds[1:], golds[:-1], strict=True))
    found += [((answer, reference, None), "math_golds.jsonl") for answer, reference in both]
    first = {}
    for texts, name in found:
        first.setdefault(texts, name)
    return [{"where": name, **dict(zip(TEXTS, texts, strict=True))} for texts, name in first.items() if texts]


def rows(path):
    if not path.exists():
        print(f"{os.path.relpath(path, ROOT)} is not here: its pairs are left out.", file=sys.stderr)
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pair(row):
    """The three texts of a row; None where it is no pair for this verifier."""
    answer, reference = (next((row[key] for key in keys if key in row), None) for keys in NAMES.values())
    if "completion_repeat" in row:
        before, unit, times, after = row["completion_repeat"]
        answer = before + unit * times + after
    other = row.get("grader", {"type": "math_accuracy"})["type"] != "math_accuracy"
    if other or not (isinstance(answer, str) and isinstance(reference, str)):
        return None
    tagged = re.findall(r"<answer>(.*?)</answer>", answer, re.DOTALL)
    return tagged[-1] if tagged else answer, reference, row.get("options", {}).get("prompt")


def judged(tree, pairs):
    """The pairs, each with the verdict that the package in a directory reaches on it."""
    asked = "".join(json.dumps([pair[key] for key in TEXTS]) + "\n" for pair in pairs)
    env = {**os.environ, "PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}  # nothing from the working directory
    child = [sys.executable, "-c", ASK]
    said = subprocess.run(child, input=asked, env=env, stdout=subprocess.PIPE, encoding="ascii", check=True).stdout
    verdicts = (dict(zip(VERDICT, json.loads(line), strict=True)) for line in said.splitlines())
    return [{**pair, **verdict} for pair, verdict in zip(pairs, verdicts, strict=True)]


@contextmanager
def checkout(reference):
    """The state of a git reference as a directory, for the time of the block."""
    git = ("git", "-C", str(ROOT), "worktree")
    with TemporaryDirectory() as directory:
        tree = Path(directory) / "base"
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), reference], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def report(before, after, *, rules=False):
    """Prints what changed and a count; the number of changed verdicts."""
    told = VERDICT[: 3 if rules else 2]
    both = zip(before, after, strict=True)
    changed = [(old, new) for old, new in both if any(old[key] != new[key] for key in told)]
    for old, new in changed:
        print(old["where"])
        for key in (key for key in TEXTS if old[key] is not None):
            print(f"    {key:<10}{old[key]!r:.300}")
        for state, one in (("before", old), ("after", new)):
            print(f"    {state:<10}{one['equal']!s:<6} {one['outcome']:<13} {one['rule']}")
    versions = [one[0]["policy_version"] for one in (before, after)]
    print(f"{len(before)} pairs, {len(changed)} changed; POLICY_VERSION {versions[0]} before, {versions[1]} after")
    return len(changed)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("base", nargs="?", metavar="BASE", help="a git reference: make verdicts BASE=main")
    which.add_argument("--record", type=Path, metavar="FILE", help="write the work tree's verdicts")
    which.add_argument("--against", type=Path, metavar="FILE", help="compare with what was recorded")
    parser.add_argument("--rules", action="store_true", help="a change of the rule counts too")
    options = parser.parse_args(arguments)
    if options.record:
        options.record.write_text("".join(json.dumps(row) + "\n" for row in judged(ROOT, pairs())), encoding="ascii")
        return 0
    if options.base:
        with checkout(options.base) as tree:
            before = judged(tree, pairs())
    else:
        before = rows(options.against)
    return int(report(before, judged(ROOT, before), rules=options.rules) > 0)


if __name__ == "__main__":
    sys.exit(main())
