"""The known holes are found, and none where there is none; what counts as one."""

import warnings
from typing import Literal

import numpy as np
import pytest

import graders
from graders.audit import Extent, audit
from graders.audit.audit_result import PAID

SENTENCES = [
    "The river rises in the northern hills and flows south through three towns before it reaches the sea.",
    "A contract is void where one of the parties was forced to sign it under threat.",
    "Plants lose water through small openings in their leaves called stomata.",
    "The bridge was closed for repairs after engineers found cracks in two of its pillars.",
    "Inflation falls when the central bank raises interest rates and credit becomes expensive.",
]
NUMBERS = [str(n) for n in (28, 7, 391, 12, 5, 100, 64, 3, -9, 1729)]


def audited(definition, path, extent=None, settings=None, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        return audit(graders.load_reward(definition, settings), path, extent, **options)


def one(kind, operation=None, **fields):
    return {"graders": [{"type": kind, **({"operation": operation} if operation else {}), **fields}]}


@pytest.mark.parametrize("operation", ["contains", "case_insensitive_contains"])
@pytest.mark.parametrize("references", [NUMBERS, SENTENCES])
def test_contains_can_be_bought(data, operation, references):
    """Listing, chaining, hiding, padding, denying: each buys everything."""
    found = audited(one("string_check", operation), data(references))
    component = found.components[f"string_check:{operation}"]
    assert component.exploitability == 1.0
    assert (component.honest, component.plain) == (1.0, 0.0)
    for family in ("listed", "chained", "repeated", "hidden", "padded", "negated", "bilingual"):
        assert component.families[family].gain == pytest.approx(1.0)
        assert family in component.holes
    for family in ("outside", "thought", "tags", "layout"):
        assert component.families[family].paid == 0
    assert "equals" in component.advice


@pytest.mark.parametrize("operation", ["rouge", "bleu"])
def test_likeness_can_be_bought(data, operation):
    """A denied sentence is nearly the sentence; a pasted one scores; a wrong sentence alone earns next to nothing."""
    found = audited(one("text_similarity", operation), data(SENTENCES))
    component = found.components[f"text_similarity:{operation}"]
    assert component.plain < 0.2
    assert component.exploitability > 0.8
    for family in ("negated", "bilingual", "listed", "hidden", "shuffled"):
        assert component.families[family].gain > 0.3, family
        assert family in component.holes
    for family in ("outside", "thought", "tags"):
        assert component.families[family].paid == 0
    assert "likeness" in component.advice


def test_not_equals_pays_what_says_nothing(data):
    """And that is found although every wrong answer is paid by its meaning."""
    component = audited(one("string_check", "not_equals"), data(NUMBERS)).components["string_check:not_equals"]
    assert component.plain == 1.0
    assert "nothing" in component.holes
    assert component.families["listed"].paid == 0
    assert "beside it" in component.advice


@pytest.mark.parametrize("references", [NUMBERS, SENTENCES])
def test_equals_and_the_layout_can_t_be_bought(data, references):
    """No family is paid anything."""
    found = audited(one("string_check", "equals"), data(references))
    assert found.exploitability == 0
    assert [one.holes for one in found.components.values()] == [[], []]
    assert found.components["format"].advice == found.components["string_check:equals"].advice
    assert "nothing to change" in found.components["format"].advice


@pytest.mark.parametrize(
    "settings",
    [{"answer_source": "boxed"}, {"answer_source": "lenient"}, {"think_prefilled": True}, {"tags": ("why", "what")},
     {"allow_empty_think": True}],
)  # fmt: skip
def test_other_layouts(data, settings):
    """Tricks are told in the layout of the reward: its holes are found, and no other."""
    options = {"settings": graders.Settings(**settings)}
    found = audited(one("string_check", "contains"), data(NUMBERS), **options)
    assert found.components["format"].holes == []
    component = found.components["string_check:contains"]
    assert component.exploitability == 1.0
    assert not {"outside", "thought", "tags", "layout"} & set(component.holes)
    assert audited(one("string_check", "equals"), data(NUMBERS), **options).exploitability == 0
    likeness = audited(one("text_similarity", "rouge"), data(SENTENCES), **options)
    assert not {"outside", "thought", "tags", "layout"} & set(likeness.components["text_similarity:rouge"].holes)


def test_a_layout_check_that_can_be_bought_is_found(data, own_registry, monkeypatch):
    """One that only looks for tags: text behind the end, blank answers and doubled blocks are paid."""
    from graders.scorers.format_check import FormatCheckScorer

    def score(self, batch):
        return graders.Scores.of(["</answer>" in completion.text for completion in batch.completions])

    monkeypatch.setattr(FormatCheckScorer, "score", score)
    component = audited(one("string_check", "equals"), data(NUMBERS)).components["format"]
    assert component.exploitability == 1.0
    assert {"layout", "tags", "outside"} <= set(component.holes)
    assert "report" in component.advice


def test_a_grader_that_reads_no_reference(data, own_registry):
    """It deserves what a plain answer earns; a trick that makes it pay more is a hole."""

    class LongGrader(graders.Grader):
        type: Literal["long"] = "long"

    @graders.register("long")
    class LongScorer(graders.Scorer[LongGrader]):
        grader_model = LongGrader

        def score(self, batch):
            return graders.Scores.of([min(1.0, len(answer or "") / 400) for answer in batch.answers])

    rows = [{"completion": f"<think>x</think><answer>{number}</answer>"} for number in NUMBERS]
    component = audited(one("long"), data(rows)).components["long"]
    assert component.holes[0] in {"padded", "listed"}
    assert "padded" in component.advice or "listed" in component.advice


def test_an_unscored_mutant_is_counted_apart(data, own_registry):
    """Neither paid nor refused."""

    class ShyGrader(graders.Grader):
        type: Literal["shy"] = "shy"

    @graders.register("shy")
    class ShyScorer(graders.AnswerScorer[ShyGrader]):
        grader_model = ShyGrader

        def compare(self, pairs, batch):
            values = [np.nan if "or" in answer else float(answer == reference)
                      for answer, reference in zip(pairs.answers, pairs.references, strict=True)]  # fmt: skip
            return graders.Scores.of(values)

    component = audited(one("shy"), data(NUMBERS), Extent(families=("listed",))).components["shy"]
    listed = component.families["listed"]
    assert listed.unscored >= len(NUMBERS)
    assert listed.paid == 0
    assert listed.tried + listed.unscored == 10 * 15 + 10 + 7 * 2  # whole numbers, small ones


def test_examples_are_the_worst_and_say_why(data):
    """Of different tricks, with the component's own account; everything adds up."""
    found = audited(one("string_check", "contains"), data(NUMBERS), Extent(families=("listed", "layout")))
    component = found.components["string_check:contains"]
    listed = component.families["listed"]
    assert len({example.trick for example in listed.examples}) == 2
    for example in listed.examples:
        assert (example.score, example.deserved) == (1.0, 0.0)
        assert example.reference == NUMBERS[example.line - 1]
        assert example.reference in example.answer
        assert example.why["name"] == "string_check:contains"
        assert example.why["outcome"] == "match"
    assert listed.share == listed.paid / listed.tried == 1.0
    assert component.families["layout"].examples == ()
    assert set(component.families) == {"listed", "layout"}


def test_the_same_seed_gives_the_same_audit(data):
    """And another seed other rows."""
    path = data([str(n) for n in range(20, 120)])
    definition = one("text_similarity", "bleu")
    first, again = (audited(definition, path, Extent(10, 4)).to_dict() for _ in range(2))
    assert first == again
    other = audited(definition, path, Extent(10, 5))
    assert [e.line for e in other.components["text_similarity:bleu"].families["negated"].examples] != [
        e["line"] for e in first["components"]["text_similarity:bleu"]["families"]["negated"]["examples"]
    ]


def test_a_reward_that_pays_nobody(data):
    """Is told to check its settings."""
    path = data(NUMBERS)
    found = audited(one("string_check", "contains"), path, settings=graders.Settings(
        string=graders.StringSettings(max_answer_chars=0 + 1)))  # fmt: skip
    component = found.components["string_check:contains"]
    assert component.honest < 0.5
    assert "reference itself is not paid" in component.advice


def test_progress_counts_every_mutant(data):
    """To the last."""
    done = []
    found = audited(one("string_check", "equals"), data(NUMBERS), progress=done.append)
    assert sum(done) == found.mutants
    assert PAID > 0
