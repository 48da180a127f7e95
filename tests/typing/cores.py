"""Mathematics, texts, audits and comparisons, as a user's type checker sees them; checked by mypy, never run."""

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import graders
from graders.audit import Audit, Case, Mutant, audit, mutation
from graders.comparison import Comparison, compare
from graders.math import Tree, Verdict, equivalent, parse, verify
from graders.report import write_report
from graders.text import bleu, rouge

verdict = equivalent("0.5", "1/2", prompt="What is 1/2?")
assert_type(verdict, Verdict)
assert_type(verdict.equal, bool)
assert_type(verdict.outcome, str)
assert_type(verify(["1"], ["2"]), list[Verdict])
assert_type(parse("2x"), Tree)
equivalent(0.5, "1/2")  # type: ignore[arg-type]

assert_type(bleu(["a"], ["b"]), NDArray[np.float64])
assert_type(rouge(["a"], ["b"], rouge_type="rougeL"), NDArray[np.float64])
rouge(["a"], ["b"], rouge_type="rouge9")  # type: ignore[arg-type]

reward = graders.load_reward("reward.json")
assert_type(audit(reward, "scored.jsonl"), Audit)
assert_type(audit(reward, "scored.jsonl").exploitability, float)
assert_type(compare("old.jsonl", "new.jsonl"), Comparison)
write_report("scored.jsonl", "report.html", reward=reward)


@mutation("shouted")
def shouted(case: Case) -> list[Mutant]:
    """A family of tricks: any iterable of mutants will do."""
    return [case.answers("capitals", case.reference.upper())]


@mutation("silent")  # type: ignore[arg-type]
def silent(case: Case) -> None:
    """No family: it gives no mutants."""
