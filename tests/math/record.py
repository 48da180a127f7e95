"""Writes `verdicts.jsonl`: the verdict on every golden case, under the present policy version.

Run `python tests/math/record.py` after `POLICY_VERSION` was raised, never to make a failing test pass.
"""

import json
from pathlib import Path

from graders.math import POLICY_VERSION, equivalent

HERE = Path(__file__).parent


def cases():
    """All golden cases, in the order of the files' names."""
    for path in sorted((HERE / "cases").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def verdicts():
    """One row a case: its id and the verdict."""
    for case in cases():
        verdict = equivalent(case["answer"], case["reference"])
        yield {"id": case["id"], "outcome": verdict.outcome, "rule": verdict.rule}


def main():
    rows = [{"policy_version": POLICY_VERSION}, *verdicts()]
    text = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)
    (HERE / "verdicts.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
