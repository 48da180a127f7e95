"""Details, signatures, faults, errors, and what importing costs."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from sacrebleu.metrics.bleu import BLEU

import graders.text
from graders.text import bleu, bleu_details, reference_fault, rouge, rouge_details, rouge_multi, signature
from graders.text.operations import SACREBLEU

MODULES = [module.name for module in pkgutil.iter_modules(graders.text.__path__, "graders.text.")]


def test_importing_loads_neither_original():
    program = "import sys, graders.text; print([m for m in ('sacrebleu', 'rouge_score', 'nltk') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_the_package_imports_nothing_of_the_rest(name):
    tree = ast.parse(Path(importlib.import_module(name).__file__).read_text())
    origins = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert all(origin.startswith("graders.text") for origin in origins if origin.startswith("graders"))


def test_all_that_is_exported_exists_in_order():
    assert graders.text.__all__ == sorted(graders.text.__all__)
    assert all(hasattr(graders.text, name) for name in graders.text.__all__)


@pytest.mark.parametrize("tokenizer", ["13a", "char"])
@pytest.mark.parametrize("completion", ["the cat sat on the mat", "the", "dog", "", "the cat on"])
def test_bleu_details_are_those_of_sacrebleu(completion, tokenizer):
    details = bleu_details(completion, "the cat sat on the mat", tokenizer=tokenizer)
    score = BLEU(effective_order=True, tokenize=tokenizer).sentence_score(completion, ["the cat sat on the mat"])
    assert details["score"] == pytest.approx(bleu([completion], ["the cat sat on the mat"], tokenizer=tokenizer)[0])
    assert details["matches"] == score.counts
    assert details["totals"] == score.totals
    assert details["precisions"] == pytest.approx([value / 100 for value in score.precisions])
    assert details["brevity_penalty"] == pytest.approx(score.bp)
    assert (details["completion_length"], details["reference_length"]) == (score.sys_len, score.ref_len)


@pytest.mark.parametrize("kind", ["rouge1", "rouge2", "rougeL", "rougeLsum"])
@pytest.mark.parametrize("completion", ["the cat sat on the mat", "sat the cat", "", "dog"])
def test_rouge_details_agree_with_the_score(kind, completion):
    details = rouge_details(completion, "the cat sat on the mat", rouge_type=kind)
    assert details["score"] == rouge([completion], ["the cat sat on the mat"], rouge_type=kind)[0]
    assert details["matches"] == len(details["matched_words"])
    assert details["tokenizer_reason"] == "the reference has no letter outside ASCII"


def test_rouge_details_say_which_tokenizer_and_why():
    details = rouge_details("错误 42", "答案是 42")
    assert details["tokenizer"] == "unicode"
    assert "outside ASCII" in details["tokenizer_reason"]
    assert details["matched_words"] == ["42"]
    assert rouge_details("a", "a", tokenizer="unicode")["tokenizer_reason"] == "asked for"


def test_signatures():
    metric = BLEU(effective_order=True)
    metric.sentence_score("a", ["a"])
    unversioned = metric.get_signature().format().rpartition("|")[0]
    assert signature("bleu") == f"{unversioned}|version:{SACREBLEU}"
    assert signature("bleu", tokenizer="zh").rpartition("|")[0] == unversioned.replace("13a", "zh")
    assert signature("rouge", stemmer=True).startswith(
        "nrefs:1|type:rougeL|measure:fmeasure|case:lower|stem:yes|tok:auto|"
    )


@pytest.mark.parametrize(
    ("reference", "operation", "tokenizer", "faulty"),
    [
        ("", "bleu", None, True),
        (" \n\u3000", "rouge", None, True),
        ("?!", "bleu", None, False),
        ("?!", "rouge", None, True),
        ("🙂", "rouge", None, True),
        ("<skipped>", "bleu", None, True),
        ("答案", "rouge", None, False),
        ("答案", "rouge", "rouge_score", True),
        ("٤٢", "rouge", None, True),
        ("٤٢", "rouge", "unicode", False),
        ("答案", "bleu", "zh", False),
    ],
)
def test_reference_faults(reference, operation, tokenizer, faulty):
    assert (reference_fault(reference, operation, tokenizer=tokenizer) is not None) == faulty


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bleu(["a"], []), "1 completions and 0 references"),
        (lambda: rouge(["a"], []), "1 completions and 0 references"),
        (lambda: bleu(["a"], ["a"], tokenizer="moses"), "must be one of 'none', 'zh', '13a'"),
        (lambda: rouge(["a"], ["a"], rouge_type="rouge9"), "rouge_type of rouge must be one of 'rouge1'"),
        (lambda: rouge(["a"], ["a"], measure="f1"), "must be one of 'precision', 'recall', 'fmeasure'"),
        (lambda: rouge(["a"], ["a"], tokenizer="13a"), "must be one of 'auto', 'rouge_score', 'unicode'"),
        (lambda: signature("meteor"), "'bleu' or 'rouge'"),
        (lambda: reference_fault("a", "meteor"), "'bleu' or 'rouge'"),
        (lambda: rouge_multi(["a", "b"], [["a"], []]), "row 1 has no reference"),
    ],
)
def test_errors_say_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()
