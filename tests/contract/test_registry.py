"""The table of scorers: built-ins, @register, entry points; and a third party's grader from end to end."""

import json
from importlib import metadata
from typing import Literal

import numpy as np
import pytest

import graders
from graders.contract import registry
from graders.testing import check_scorer
from graders.vocabulary.errors import RegistrationError
from graders.wire.schema import RewardComponents


class LengthGrader(graders.Grader):
    """Pays short answers."""

    type: Literal["length"] = "length"
    at_most: int = 5


class LengthScorer(graders.Scorer[LengthGrader]):
    """Pays short texts."""

    grader_model = LengthGrader

    def score(self, batch):
        return graders.Scores.of([len(c.answer or "x" * 99) <= self.grader.at_most for c in batch.completions])


class PrefixScorer(graders.AnswerScorer[LengthGrader]):
    """An AnswerScorer of a third party: how much of the reference the answer begins with."""

    grader_model = LengthGrader

    def compare(self, pairs, batch):
        return graders.Scores.of(
            [float(a.strip()[:1] == r.strip()[:1]) for a, r in zip(pairs.answers, pairs.references, strict=True)]
        )


class Point:
    """An entry point as importlib.metadata gives it."""

    value = "somewhere:Thing"

    def __init__(self, name, load):
        self.name, self.load = name, load


class Points(list):
    """Entry points of a group."""

    @property
    def names(self):
        return {point.name for point in self}


def announce(monkeypatch, *points):
    """Pretend that installed packages announce these entry points."""

    def entry_points(*, group, name=None):
        assert group == registry.ENTRY_POINT_GROUP
        return Points(point for point in points if name in (None, point.name))

    monkeypatch.setattr(metadata, "entry_points", entry_points)


def test_the_built_ins_are_the_description_s():
    """File name = wire type, and each scorer computes the model of its type."""
    assert sorted(registry.BUILT_IN) == ["format_check", "llm", "math_accuracy", "string_check", "text_similarity"]
    for grader_type, place in registry.BUILT_IN.items():
        assert place.startswith(f"graders.scorers.{grader_type}:")
        scorer = registry.scorer_class(grader_type)
        assert scorer.grader_model.model_fields["type"].default == grader_type


def test_a_registered_grader_from_end_to_end(own_registry):
    """In JSON, in RewardComponents, in a reward beside a built-in, dumped and read again."""
    graders.register("length")(LengthScorer)
    definition = {
        "graders": [
            {"type": "Length", "at_most": 3, "weight": 0.5},
            {"type": "string_check", "operation": "equals", "weight": 0.4},
        ]
    }
    value = RewardComponents.model_validate(definition)
    assert value.graders[0] == LengthGrader(at_most=3, weight=0.5)
    again = RewardComponents.model_validate_json(value.model_dump_json())
    assert again == value
    assert json.loads(value.model_dump_json())["graders"][0]["at_most"] == 3
    reward = graders.load_reward(value)
    batch = reward.evaluate(
        ["<think>x</think><answer>Rom</answer>", "<think>x</think><answer>Paris</answer>"], ["Rom", "Paris"]
    )
    assert batch.components["length"].tolist() == [1.0, 0.0]
    assert reward.weights == pytest.approx({"format": 0.1, "length": 0.5, "string_check:equals": 0.4})
    with pytest.raises(graders.DefinitionError, match=r"graders\[0\].at_most"):
        graders.load_reward({"graders": [{"type": "length", "at_most": "few"}]})
    with pytest.warns(graders.DefinitionWarning, match="did you mean 'at_most'"):
        graders.load_reward({"graders": [{"type": "length", "at_mst": 3}]})


def test_third_party_scorers_conform(own_registry):
    """The conformance suite passes a well made scorer of either kind."""
    check_scorer(LengthScorer, {"at_most": 3})
    check_scorer(PrefixScorer)


@pytest.mark.parametrize("name", ["", "Length", "1st", "a-b", "a b", "x" * 65, "lenGth", "é", "a\n"])
def test_malformed_types_are_refused(own_registry, name):
    """A type is what can stand in a definition and in a component's name."""
    with pytest.raises(RegistrationError, match="lower-case"):
        graders.register(name)


def test_a_type_is_registered_once(own_registry):
    """Another class under a taken name is an error; the same class again (a reloaded module) is not."""
    graders.register("length")(LengthScorer)
    assert graders.register("length")(LengthScorer) is LengthScorer
    with pytest.raises(RegistrationError, match=r"taken by .*LengthScorer"):
        graders.register("length")(PrefixScorer)
    for built_in in registry.BUILT_IN:
        with pytest.raises(RegistrationError, match=r"taken by graders.scorers"):
            graders.register(built_in)(LengthScorer)


def test_a_scorer_names_its_wire_model(own_registry):
    """Without one it can't be registered; with a wrong one it can't even be defined."""

    class Nameless(graders.Scorer):
        def score(self, batch): ...

    with pytest.raises(RegistrationError, match="has no grader_model"):
        graders.register("nameless")(Nameless)
    with pytest.raises(RegistrationError, match="expected a subclass of Grader"):

        class Wrong(graders.Scorer):
            grader_model = dict


def test_a_type_called_format_does_not_hide_the_format_score(own_registry):
    """Each component keeps a name of its own, so that no weight is lost."""

    class FormatGrader(graders.Grader):
        type: Literal["format"] = "format"

    @graders.register("format")
    class FormatScorer(graders.Scorer[FormatGrader]):
        grader_model = FormatGrader

        def score(self, batch):
            return graders.Scores.of([0.0] * len(batch))

    reward = graders.load_reward({"graders": [{"type": "format"}]})
    assert reward.weights == {"format": 0.1, "format#2": 0.9}


def test_entry_points(own_registry, monkeypatch):
    """An installed package's grader is found by its name, loaded once, and listed among the known types."""
    loads = []
    announce(monkeypatch, Point("length", lambda: loads.append(1) or LengthScorer))
    assert "length" in registry.known_types()
    assert loads == []
    reward = graders.load_reward({"graders": [{"type": "length"}]})
    assert reward.evaluate(["<think>x</think><answer>Rom</answer>"]).rewards.tolist() == [1.0]
    graders.load_reward({"graders": [{"type": "length"}]})
    assert loads == [1]


def test_an_entry_point_whose_module_registers_itself(own_registry, monkeypatch):
    """Decorator and entry point together are one registration."""
    announce(monkeypatch, Point("length", lambda: graders.register("length")(LengthScorer)))
    assert registry.scorer_class("length") is LengthScorer


@pytest.mark.parametrize(
    "error",
    [
        ImportError("no module"), AttributeError("no name"), TypeError("x"), ValueError("x"), RuntimeError("x"),
        SyntaxError("x"), NameError("x"), OSError("x"), KeyError("x"), ZeroDivisionError("x"), AssertionError("x"),
    ],
)  # fmt: skip
def test_an_entry_point_that_can_t_be_loaded(own_registry, monkeypatch, error):
    """The error names the type and where it should have come from; other types don't care."""

    def load():
        raise error

    announce(monkeypatch, Point("length", load))
    with pytest.raises(RegistrationError, match="'length' is announced as somewhere:Thing"):
        graders.load_reward({"graders": [{"type": "length"}]})
    assert graders.load_reward({"graders": [{"type": "math_accuracy"}]})


def test_an_entry_point_can_t_replace_a_built_in(own_registry, monkeypatch):
    """The built-in is found first."""
    announce(monkeypatch, Point("format_check", lambda: LengthScorer))
    assert registry.scorer_class("format_check").__name__ == "FormatCheckScorer"


def test_an_unregistered_grader_value(own_registry):
    """A value of a model that nobody computes is an error when the reward is built."""
    with pytest.raises(graders.DefinitionError, match="nobody has registered a scorer for 'length'"):
        graders.load_reward(RewardComponents(graders=[LengthGrader()]))


@pytest.mark.parametrize("result", [[1.0], np.ones(1), None, 1.0])
def test_a_scorer_that_gives_no_scores(own_registry, result, quiet):
    """What is no Scores is a failing scorer: the rows are unscored, the batch survives."""

    class Odd(graders.Scorer[LengthGrader]):
        grader_model = LengthGrader

        def score(self, batch):
            return result

    graders.register("length")(Odd)
    batch = graders.load_reward({"graders": [{"type": "length"}]}).evaluate(["x"])
    assert batch.outcomes["length"] == ["scorer_error"]
    assert np.isnan(batch.rewards).all()


def test_register_is_called_with_a_type(own_registry):
    """A forgotten pair of brackets."""
    with pytest.raises(RegistrationError, match=r'write @graders.register\("type"\)'):

        @graders.register
        class Forgotten(graders.Scorer[LengthGrader]):
            grader_model = LengthGrader

            def score(self, batch): ...


def test_a_type_is_the_model_s(own_registry):
    """A model with a type of its own, registered as another, could never be read."""
    with pytest.raises(RegistrationError, match=r"LengthGrader is of type 'length'; register it as 'length'"):
        graders.register("longth")(LengthScorer)
    assert registry.scorer_class("longth") is None


def test_what_is_no_scorer_is_refused(own_registry, monkeypatch):
    """An entry point may lead to anything."""
    announce(monkeypatch, Point("length", lambda: 5))
    with pytest.raises(RegistrationError, match="has no grader_model"):
        registry.scorer_class("length")
