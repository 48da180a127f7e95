"""Verifiers of others under audit: the families of faults from the field find their holes, and what they refuse."""

import logging
import re
from functools import cache
from typing import Literal

import pytest

import graders
from graders.audit import Extent, audit
from graders.audit.family_registry import SUBJECTS

REFERENCES = ["28", "1, 0, 1", r"\frac{\Delta v}{\Delta t}", "5 cm"]


def families(*subjects):
    """The families of some subjects, those out that only try how long a verifier takes."""
    names = [name for subject in subjects for listed in SUBJECTS[subject].values() for name in listed.split()]
    return tuple(name for name in names if name != "endless")


def audited(compare, path, extent):
    """Audit a verifier that is a function of an answer and a reference."""

    class OtherGrader(graders.Grader):
        type: Literal["other"] = "other"

    @graders.register("other")
    class OtherScorer(graders.AnswerScorer[OtherGrader]):
        grader_model = OtherGrader

        def compare(self, pairs, batch):
            found = zip(pairs.answers, pairs.references, strict=True)
            return graders.Scores.of([float(compare(answer, reference)) for answer, reference in found])

    return audit(graders.load_reward({"graders": [{"type": "other"}]}), path, extent).components["other"]


def test_math_verify(data, own_registry):
    """At least ten families are paid, of each subject some."""
    found = pytest.importorskip("math_verify")
    logging.getLogger("math_verify").setLevel(logging.CRITICAL)

    @cache
    def read(text):
        inside = found.parse(text, parsing_timeout=None)
        return inside or found.parse(f"${text}$", parsing_timeout=None)

    def compare(answer, reference):
        return found.verify(read(reference), read(answer), timeout_seconds=None)

    subjects = ("another value", "sentences", "other languages", "notation")
    component = audited(compare, data(REFERENCES), Extent(families=families(*subjects, "right answers")))
    assert component.honest == 1.0
    assert len(component.holes) >= 10
    assert {component.families[name].subject for name in component.holes} == set(subjects)
    assert component.refusals
    assert all(component.families[name].subject == "right answers" for name in component.refusals)


def last_number(answer, reference):
    """A verifier as they are written in an afternoon."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", answer.replace(",", ""))
    return bool(numbers) and numbers[-1] == reference.replace(",", "")


def test_the_last_number(data, own_registry):
    """Whatever stands around it is paid; what has it in words is refused."""
    component = audited(last_number, data(["28", "391", "25,000", "12"]), Extent())
    assert component.honest == 1.0
    for name in ("negated", "disowned", "approximated", "doubted", "conditional", "asked", "attributed", "scaled"):
        assert component.families[name].gain > 0.7, name
    for name in (
        "denied_abroad",
        "bounded_abroad",
        "doubted_abroad",
        "recalculated_abroad",
        "recalculated",
        "numbered",
    ):
        assert name in component.holes
    assert component.families["plain_sentences"].refused == 0
    assert "number_words" in component.refusals
    assert component.exploitability == 1.0


def test_right_answers_that_are_refused(data, own_registry):
    """Are counted apart with examples, and make nothing exploitable."""
    component = audited(lambda answer, reference: answer == reference, data(["28", "7"]), Extent())
    assert component.holes == []
    assert component.exploitability == 0
    typeset = component.families["typeset"]
    assert (typeset.tried, typeset.paid, typeset.share) == (0, 0, 0)
    assert typeset.right == typeset.refused > 10
    assert component.refusals[0] in families("right answers")
    example = typeset.refusals[0]
    assert (example.score, example.deserved) == (0.0, 1.0)
    assert example.reference in example.answer
    assert typeset.examples == ()


def test_a_grader_that_pays_nobody_refuses_nothing(data, own_registry):
    """Right answers deserve what the reference itself earns."""
    component = audited(lambda answer, reference: False, data(["28", "7"]), Extent())
    assert (component.holes, component.refusals) == ([], [])
    assert component.families["typeset"].right > 10


def test_the_layout_is_kept_by_right_answers(data):
    """The format share of them all is paid."""
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    found = audit(reward, data(REFERENCES), Extent(families=families("right answers")))
    assert found.components["format"].refusals == []
    assert found.components["string_check:equals"].refusals
