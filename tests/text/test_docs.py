"""The page docs/text_similarity.md: its code runs, and its table is the measured one."""

import importlib.util
import re
from pathlib import Path

import pytest

import graders

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "text_similarity.md").read_text()


def test_the_code_on_the_page_runs():
    names = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(code, "text_similarity.md", "exec"), names)
    assert names["bleu"](["the cat sat on the mat"], ["the cat sat on a mat"])[0] == pytest.approx(0.537, abs=1e-3)
    assert names["rouge"](["the cat sat on the mat"], ["the cat sat on a mat"])[0] == pytest.approx(0.833, abs=1e-3)
    assert names["found"]["matched_words"] == ["the", "cat", "sat"]
    assert names["explanation"]["components"][1]["score"] == pytest.approx(6 / 7)
    assert names["batch"].components["text_similarity:rouge"].tolist() == pytest.approx([6 / 7])
    assert names["signature"]("rouge").startswith("nrefs:1|type:rougeL|measure:fmeasure|case:lower|stem:no|tok:auto")


def test_every_setting_is_on_the_page():
    for name, field in graders.TextSettings.model_fields.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert row.split("|")[2].strip().strip("`") == str(field.default)


def test_the_table_is_the_measured_one():
    spec = importlib.util.spec_from_file_location("text_benchmark", ROOT / "benchmarks" / "text.py")
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    for trick, scores in benchmark.gaming().items():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| {trick} |"))
        shown = [float(cell) for cell in line.strip("|").split("|")[1:]]
        # the prose differs a little between versions of Python
        assert shown == pytest.approx([*scores.values()], abs=0.05)
