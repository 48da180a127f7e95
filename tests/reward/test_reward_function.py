"""The reward function: one path, isolated failures, bad references, warnings once, pickling, signature."""

import copy
import inspect
import pickle
import warnings
from typing import Literal

import numpy as np
import pytest

import graders
from graders.settings.sections import JudgeSettings, StringSettings
from graders.settings.settings import Settings
from graders.vocabulary.errors import BadReferenceError, BatchWarning, DataError, DefinitionError, GameableRewardWarning

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


def reward(definition=None, **settings):
    return graders.load_reward(definition or EQUALS, Settings(**settings))


class ProbeGrader(graders.Grader):
    type: Literal["probe"] = "probe"


@pytest.fixture
def probe(own_registry):
    """Register a scorer under "probe" whose scores a test gives as a function of the batch."""

    def probe(score):
        class Probe(graders.Scorer[ProbeGrader]):
            grader_model = ProbeGrader

            def score(self, batch):
                return score(batch)

        graders.register("probe")(Probe)
        return graders.load_reward(
            {"graders": [{"type": "probe", "weight": 0.5}, {"type": "format_check", "weight": 0.4}]}
        )

    return probe


def test_the_first_example():
    """Completions and references in, rewards out."""
    batch = reward().evaluate([A("Paris"), A("Rome"), "Paris"], ["Paris"] * 3)
    assert batch.rewards.tolist() == [1.0, 0.1, 0.0]
    assert (batch.rewards.dtype, batch.rewards.shape) == (np.float64, (3,))


def test_the_call_is_evaluate():
    """TRL's contract: completions and columns by name, other columns ignored, a list of floats; sync, with a name."""
    function = reward()
    got = function(
        completions=[A("a"), A("b")],
        prompts=["p", "p"],
        reference_answer=["a", "a"],
        completion_ids=[[1], [2]],
        trainer_state=None,
    )
    assert got == [1.0, 0.1]
    assert all(type(value) is float for value in got)
    assert function.__name__ == "reward"
    assert not inspect.iscoroutinefunction(function)
    assert not inspect.iscoroutinefunction(function.__call__)
    assert callable(function)


def test_conversations_as_trl_passes_them():
    """Prompts and completions as messages."""
    got = reward()(
        completions=[[{"role": "assistant", "content": A("a")}]],
        prompts=[[{"role": "user", "content": "q"}]],
        reference_answer=["a"],
    )
    assert got == [1.0]


def test_a_missing_column_is_named():
    """With the columns that were passed, and the remedy."""
    with pytest.raises(
        DataError, match=r"'reference_answer' was not passed \(columns passed: answer, id\).*reference_column="
    ):
        reward()(completions=["x"], answer=["a"], id=[1])
    assert reward(reference_column="answer")(completions=[A("a")], answer=["a"]) == [1.0]
    with pytest.raises(DataError, match="needs references: pass reference_answer="):
        reward().evaluate(["x"])


def test_no_reference_is_needed_where_no_grader_reads_one():
    """format_check alone."""
    function = reward({"graders": [{"type": "format_check"}]})
    assert not function.needs_reference
    assert function(completions=[A("a")]) == [1.0]


def test_p1_no_rows():
    """P1: n = 0 gives shape (0,), float64."""
    batch = reward().evaluate([], [])
    assert (batch.rewards.shape, batch.rewards.dtype) == ((0,), np.float64)
    assert reward()(completions=[], reference_answer=[]) == []


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (([A("a"), 5], ["a", "a"]), "completions[1]"),
        (([A("a")], ["a"], [5]), "prompts[0]"),
        (([b"x"], ["a"]), "completions[0]"),
        (([[{"role": "assistant", "content": 5}]], ["a"]), "completions[0][0].content"),
    ],
)
def test_a_row_of_the_wrong_type_is_named(arguments, place):
    """One TypeError: where, what, what is expected."""
    with pytest.raises(TypeError) as caught:
        reward().evaluate(*arguments)
    assert str(caught.value).startswith(place)


# Names and settings of components


def test_component_names():
    """Type, operation where there is one, and a number for a second one of the same name."""
    kinds = [
        {"type": "string_check", "operation": "equals"},
        {"type": "math_accuracy"},
        {"type": "string_check", "operation": "equals"},
        {"type": "string_check", "operation": "not_equals"},
        {"type": "math_accuracy"},
        {"type": "format_check"},
    ]
    function = reward({"graders": kinds})
    assert list(function.weights) == [
        "format",
        "string_check:equals",
        "math_accuracy",
        "string_check:equals#2",
        "string_check:not_equals",
        "math_accuracy#2",
        "format_check",
    ]
    total = 0.0
    for weight in function.weights.values():
        total += weight
    assert total == 1.0


def test_a_component_has_its_own_settings():
    """Two of one kind, compared differently."""
    function = reward({"graders": EQUALS["graders"] * 2}, components={"string_check:equals#2": {"strip": False}})
    batch = function.evaluate([A(" a")], ["a"])
    assert [values[0] for values in batch.components.values()] == [1, 1, 0]


@pytest.mark.parametrize("name", ["string_check:equal", "llm", "string_check:equals#2"])
def test_settings_of_an_unknown_component(name):
    """An error when the reward is built, with the components there are."""
    with pytest.raises(DefinitionError, match="is no component of this reward; these are format, string_check:equals"):
        reward(components={name: JudgeSettings() if name == "llm" else StringSettings()})


def test_llm_without_a_judge_fails_when_the_reward_is_built(monkeypatch):
    """Not at row 40,000; the error says which setting is missing."""
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(graders.GradersError, match="judge"):
        reward({"graders": [{"type": "llm"}]})


# Bad references


BAD = ([A("a"), A("a"), A("b")], ["a", "n/a", "a"])


def test_bad_references_as_nan():
    """The default: unscored, counted, warned of once, None for a trainer, and the others unmoved."""
    function = reward()
    with pytest.warns(
        BatchWarning, match=r"1 of 3 rows has a reference .* row 2: string_check:equals finds 'n/a' a placeholder"
    ) as said:
        batch = function.evaluate(*BAD)
    assert len(said) == 1
    np.testing.assert_equal(batch.rewards, [1.0, np.nan, 0.1])
    assert batch.outcomes["string_check:equals"] == ["match", "bad_reference", "mismatch"]
    assert function(completions=BAD[0], reference_answer=BAD[1]) == [1.0, None, 0.1]  # a second warning would raise


def test_bad_references_as_zero(quiet):
    """The component scores 0, the format share stays, the outcome says why."""
    batch = reward(on_bad_reference="zero").evaluate(*BAD)
    assert batch.rewards.tolist() == [1.0, 0.1, 0.1]
    assert batch.outcomes["string_check:equals"][1] == "bad_reference"


def test_bad_references_as_an_error():
    """Row, component, reference and reason."""
    with pytest.raises(BadReferenceError, match=r"1 of 3 rows .* row 2: string_check:equals finds 'n/a' a placeholder"):
        reward(on_bad_reference="error").evaluate(*BAD)


@pytest.mark.parametrize(
    ("setting", "expected"), [("none", [1.0, None, 0.1]), ("zero", [1.0, 0.0, 0.1]), ("group_mean", [1.0, 0.55, 0.1])]
)
def test_unscored_rows_for_a_trainer(setting, expected, quiet):
    """Each value of on_unscored, through the call."""
    got = reward(on_unscored=setting)(completions=BAD[0], prompts=["p"] * 3, reference_answer=BAD[1])
    assert got == pytest.approx(expected) if None not in expected else got == expected


def test_unscored_rows_as_an_error(quiet):
    """With the row and the reason."""
    with pytest.raises(graders.UnscoredError, match="row 2: string_check:equals: bad_reference"):
        reward(on_unscored="error")(completions=BAD[0], reference_answer=BAD[1])


def test_check_references():
    """Every bad one with row, component and reason, before anything runs."""
    function = reward({"graders": [*EQUALS["graders"], {"type": "math_accuracy"}, {"type": "format_check"}]})
    faults = function.check_references(["a", "", ["28", "nan"], [], None, 28, ") ("])
    assert [(fault.row, fault.component) for fault in faults if fault.row not in {0, 6}] == [
        (1, "string_check:equals"),
        (1, "math_accuracy"),
        (2, "string_check:equals"),
        (2, "math_accuracy"),
        (3, "string_check:equals"),
        (3, "math_accuracy"),
        (4, "string_check:equals"),
        (4, "math_accuracy"),
    ]
    assert {fault.component for fault in faults if fault.row == 6} == {"math_accuracy"}
    assert function.check_references(iter([])) == []
    kinds = [fault for fault in function.check_references(["a", True]) if fault.row == 1]
    assert [fault.component for fault in kinds] == ["string_check:equals", "math_accuracy"]
    assert "got bool True, expected a string, a number" in kinds[0].reason


def test_a_scorer_that_calls_a_reference_bad_by_itself(probe):
    """The warning needs no reason from reference_fault, and no references."""
    function = probe(lambda batch: graders.Scores.of([float("nan")] * len(batch), ["bad_reference"] * len(batch)))
    with pytest.warns(BatchWarning, match="2 of 2 rows have a reference that can't be used, the first is row 1$"):
        function.evaluate(["x <answer>1</answer>", "y"])


# Failing scorers


def fails_on(*texts):
    def score(batch):
        if any(completion.text in texts for completion in batch.completions):
            raise ZeroDivisionError("on purpose")
        return graders.Scores.of([float(len(completion.text) % 2) for completion in batch.completions])

    return score


def test_p9_a_scorer_that_raises_on_one_row(probe, caplog):
    """P9: that row is unscored and logged, every other row is as it would have been, the warning comes once."""
    texts = [A("x" * n) for n in range(37)]
    whole = probe(fails_on()).evaluate(texts)
    function = probe_again(fails_on(texts[11], texts[30]))
    with pytest.warns(BatchWarning, match=r"probe raised an exception on 2 of 37 rows, the first is row 12") as said:
        batch = function.evaluate(texts)
    assert len(said) == 1
    assert [row for row, outcome in enumerate(batch.outcomes["probe"]) if outcome == "scorer_error"] == [11, 30]
    others = [row for row in range(37) if row not in (11, 30)]
    assert batch.rewards[others].tobytes() == whole.rewards[others].tobytes()
    assert np.isnan(batch.rewards[[11, 30]]).all()
    assert "ZeroDivisionError: on purpose" in caplog.text
    function.evaluate(texts)  # a second warning would raise


def probe_again(score):
    """The registered probe with another behaviour: a fresh reward over the same grader."""
    scorer = graders.contract.registry.scorer_class("probe")
    scorer.score = lambda self, batch: score(batch)
    return graders.load_reward({"graders": [{"type": "probe", "weight": 0.5}, {"type": "format_check", "weight": 0.4}]})


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_stops_the_run_passes_through(probe, error):
    """An interrupt is not a scorer's failure."""

    def score(batch):
        raise error

    with pytest.raises(error):
        probe(score).evaluate(["x"])


@pytest.mark.parametrize("error", [MemoryError, RecursionError, AssertionError, ValueError, TypeError])
def test_any_exception_of_a_scorer_is_isolated(probe, error, quiet):
    """Whatever it raises, the batch survives."""

    def score(batch):
        raise error("x")

    batch = probe(score).evaluate([A("a"), A("b")])
    assert batch.outcomes["probe"] == ["scorer_error"] * 2
    assert batch.components["format"].tolist() == [1.0, 1.0]


def test_our_own_errors_pass_through(probe):
    """A GradersError says what the user has to change: it is no row's fault."""

    def score(batch):
        raise graders.DataError("set this")

    with pytest.raises(graders.DataError, match="set this"):
        probe(score).evaluate(["x", "y"])


def test_a_scorer_with_too_few_scores_is_isolated(probe, quiet):
    """Rows can't slip: a wrong count is a failure, not a shift."""
    function = probe(lambda batch: graders.Scores.of([1.0] * (len(batch) - 1)))
    assert function.evaluate(["a", "b", "c"]).outcomes["probe"] == ["scorer_error"] * 3


# Warnings


@pytest.mark.parametrize(
    ("graders_", "settings", "said"),
    [
        ([{"type": "string_check", "operation": "contains"}], {}, ["contains"]),
        ([{"type": "string_check", "operation": "case_insensitive_contains"}], {}, ["contains"]),
        ([{"type": "string_check", "operation": "contains"}], {"string": {"max_answer_chars": 20}}, []),
        ([{"type": "string_check", "operation": "not_equals"}], {}, ["not_equals"]),
        ([{"type": "string_check", "operation": "not_equals"}, {"type": "format_check"}], {}, ["not_equals"]),
        ([{"type": "string_check", "operation": "not_equals"}] * 2, {}, ["not_equals", "not_equals#2"]),
        ([{"type": "string_check", "operation": "not_equals"}, {"type": "math_accuracy"}], {}, []),
        ([{"type": "string_check", "operation": "equals"}], {}, []),
        ([{"type": "math_accuracy"}], {}, []),
        ([{"type": "format_check"}], {}, []),
        ([{"type": "text_similarity", "operation": "bleu"}], {}, ["bleu"]),
    ],
)
def test_gameable_rewards_say_so_when_loaded(graders_, settings, said):
    """Which component, and how it pays what is not right; at the line that loads."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        reward({"graders": graders_}, **settings)
    assert [warning.category for warning in caught] == [GameableRewardWarning] * len(said)
    assert all(name in str(warning.message) for name, warning in zip(said, caught, strict=True))


def test_a_batch_without_answers_is_said_once():
    """With the option that helps; a batch with a single answer is not odd."""
    function = reward()
    with pytest.warns(BatchWarning, match=r"none of 2 .*1 of these 2 holds a .boxed\{\}: --answer-source boxed"):
        function.evaluate(["42", "\\boxed{42}"], ["42", "42"])
    function.evaluate(["42"], ["42"])
    reward().evaluate(["42", A("42")], ["42", "42"])
    reward().evaluate([None, ""], ["42", "42"])
    reward().evaluate([], [])


def test_a_prefilled_thought_is_said_once():
    """All close a thought that none opens."""
    texts = ["x</think><answer>1</answer>", "y</think><answer>2</answer>"]
    function = reward()
    with pytest.warns(BatchWarning, match="think_prefilled=True"):
        function.evaluate(texts, ["1", "2"])
    function.evaluate(texts, ["1", "2"])
    reward(think_prefilled=True).evaluate(texts, ["1", "2"])
    reward().evaluate([*texts, A("1")], ["1", "2", "1"])


# Values


def test_pickle_and_copy():
    """Definition, settings and name, never live resources; no warning a second time; the same rewards."""
    with pytest.warns(GameableRewardWarning):
        function = graders.load_reward(
            {"graders": [{"type": "string_check", "operation": "contains"}]}, Settings(tags=("a", "b"))
        )
    function.__name__ = "mine"
    function.evaluate(["<a>x</a><b>1</b>"], ["1"])
    for again in (pickle.loads(pickle.dumps(function)), copy.deepcopy(function), copy.copy(function)):
        assert (again.__name__, again.signature(), again.weights) == ("mine", function.signature(), function.weights)
        assert again.evaluate(["<a>x</a><b>1</b>"], ["1"]).rewards.tolist() == [1.0]


def test_repr_shows_the_weights():
    """At a glance."""
    assert repr(reward()) == "<RewardFunction format=0.1, string_check:equals=0.9>"


@pytest.mark.parametrize(
    "other",
    [
        {"settings": Settings(string=StringSettings(strip=False))},
        {"settings": Settings(answer_source="boxed")},
        {"settings": Settings(tags=("a", "b"))},
        {"settings": Settings(think_prefilled=True)},
        {"settings": Settings(allow_empty_think=True)},
        {"settings": Settings(on_bad_reference="zero")},
        {"definition": {"format_reward_weight": 0.2, **EQUALS}},
        {"definition": {"graders": [*EQUALS["graders"], {"type": "math_accuracy"}]}},
    ],
)
def test_the_signature_tells_rewards_apart(other):
    """Whatever changes a number changes the signature; the same reward has the same one."""
    changed = graders.load_reward(other.get("definition", EQUALS), other.get("settings"))
    assert changed.signature() != reward().signature()
    assert reward().signature() == graders.load_reward(dict(EQUALS)).signature()
    assert "version:" in reward().signature()
    assert "\n" not in reward().signature()


def test_three_hops(monkeypatch):
    """A batch is made once, each scorer scores once, the scores are combined once."""
    from graders.reward import reward_batch

    function, calls = reward(), []

    def counted(name, call):
        return lambda *arguments, **named: calls.append(name) or call(*arguments, **named)

    monkeypatch.setattr(graders.Batch, "of", counted("Batch.of", graders.Batch.of))
    monkeypatch.setattr(reward_batch, "combine", counted("combine", reward_batch.combine))
    for scorer in function._scorers.values():
        monkeypatch.setattr(scorer, "score", counted("score", scorer.score))
    assert function(completions=[A("a"), "b"], reference_answer=["a", "a"]) == [1.0, 0.0]
    assert sorted(calls) == ["Batch.of", "combine", "score", "score"]


def test_p6_repeated_and_inputs_unchanged():
    """P6: a second call gives the same bits and nothing that was passed has changed."""
    completions, references, prompts = (
        [A("a"), [{"role": "assistant", "content": A("b")}]],
        ["a", ["b", "c"]],
        [[{"role": "user", "content": "q"}], "q"],
    )
    before = copy.deepcopy((completions, references, prompts))
    function = reward()
    first = function.evaluate(completions, references, prompts).rewards
    assert function.evaluate(completions, references, prompts).rewards.tobytes() == first.tobytes()
    assert (completions, references, prompts) == before


def test_an_empty_list_of_references_is_a_bad_one():
    """Also where no other row has an empty reference."""
    assert [fault.reason for fault in reward().check_references([[], "Paris"])] == ["empty"]


def test_a_variant_shares_scorers_and_pickles_as_what_it_is():
    """For another kind of training: the same rewards, another reading of groups in the log."""
    reward = graders.load_reward(
        {"graders": [{"type": "math_accuracy"}, {"type": "string_check", "operation": "equals"}]}
    )
    texts = ["<think>x</think><answer>1</answer>", "<think>x</think><answer>1.0</answer>"]
    given = {"completions": texts, "prompts": ["q", "q"], "reference_answer": ["1", "1"]}
    other = reward.variant(aggregation="normalize_then_sum", side_by_side=True)
    assert other._scorers is reward._scorers
    told = {}
    for one in (reward, other, pickle.loads(pickle.dumps(other))):
        metrics = {}
        assert one(**given, log_metric=metrics.__setitem__) == reward(**given)
        told[one.side_by_side, one._telemetry.aggregation] = metrics["graders/string_check:equals/variance_share"]
    assert set(told) == {(False, "sum_then_normalize"), (True, "normalize_then_sum")}
