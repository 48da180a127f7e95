"""Real solutions of real models, scored by the command line: every published label is met."""

import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data" / "gsm8k_solutions.jsonl"


@pytest.mark.skipif(
    not DATA.exists(), reason="the published solutions are not part of the project; put them in ../shared/data"
)
def test_every_published_label_is_met(cli, write, tmp_path):
    """5276 rows out, in order, and math_accuracy is the label on all of them."""
    reward = write("reward.json", {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]})
    out = tmp_path / "scored.jsonl"
    result = cli("score", reward, DATA, "-o", out, "--label-column", "label")
    assert result.exit_code == 0, result.output
    scored = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in scored] == [row["id"] for row in rows]
    assert len(scored) == 5276
    differing = [row["id"] for row in scored if row["scores"]["math_accuracy"] != row["label"]]
    assert differing == []
    assert "accuracy 1.0000" in result.stdout
    assert "1,319 groups" in result.stdout
