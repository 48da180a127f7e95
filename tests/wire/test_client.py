"""The service's own client as an oracle: both accept or both refuse a reward, and the weights are equal."""

import copy
import logging
import math
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from graders.wire.schema import RequestConfig, RewardComponents, TrainingConfig

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    client = pytest.importorskip(
        "seekrai.types.finetune", reason="the client is a test dependency: pip install seekrai"
    )

logging.getLogger("seekrai").setLevel(logging.CRITICAL)


def read(model, document):
    """What a model makes of a document; None where it refuses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return model.model_validate(copy.deepcopy(document))
        except (ValidationError, ZeroDivisionError):
            return None


def client_weights(reward):
    return [reward.format_reward_weight, *(grader.weight for grader in reward.graders)]


def holds_boolean_or_infinity(document):
    """The deviations we state: booleans as numbers, and weights that are not finite."""
    if isinstance(document, dict):
        return any(holds_boolean_or_infinity(value) for value in document.values())
    if isinstance(document, list):
        return any(holds_boolean_or_infinity(value) for value in document)
    if isinstance(document, str):
        try:
            return not math.isfinite(float(document))
        except ValueError:
            return False
    return isinstance(document, bool) or (isinstance(document, float) and not math.isfinite(document))


GOOD = st.sampled_from([0.1, 0.2, 0.3, 0.25, 0.45, 0.5, 0.9, 1, 1.0, "0.5", "0.1", 1e-6]) | st.floats(0.001, 1)
BAD = st.sampled_from(
    [0, -1, 1.5, "x", "", [], {}, True, False, float("nan"), float("inf"), "nan", "inf", 2, "1e-1", 5e-324, 1e-310]
)
WEIGHT = st.one_of(GOOD, GOOD, GOOD, st.none(), BAD)
TYPES = st.sampled_from(["format_check", "math_accuracy", "string_check", "text_similarity", "llm"])
CASED = st.tuples(TYPES, st.sampled_from([str, str, str.upper, str.title])).map(lambda p: p[1](p[0]))
OPERATIONS = st.sampled_from(
    ["equals", "not_equals", "contains", "case_insensitive_contains", "bleu", "rouge", "EQUALS", "Bleu"]
)


@st.composite
def a_grader(draw, weights=WEIGHT):
    """A grader: mostly right, sometimes with a key missing, misspelt or of another type."""
    kind = draw(CASED)
    operation = {"string_check": "equals", "text_similarity": "rouge"}.get(kind.lower())
    grader = {"type": kind} | ({"operation": operation} if operation else {})
    if draw(st.booleans()):
        grader["weight"] = draw(weights)
    if draw(st.integers(0, 4)) == 0:
        grader["operation"] = draw(OPERATIONS | st.sampled_from([None, 5, "equal", ["equals"]]))
    if draw(st.integers(0, 6)) == 0:
        grader |= draw(
            st.dictionaries(
                st.sampled_from(["seed", "top_p", "temperature", "max_completion_tokens", "config", "wieght"]),
                st.sampled_from([0, 1, 0.5, "1", None, -1, 2, 1.5, "x"]),
                max_size=2,
            )
        )
    if draw(st.integers(0, 11)) == 0:
        grader.pop(draw(st.sampled_from(sorted(grader))))
    if draw(st.integers(0, 11)) == 0:
        grader["type"] = draw(st.sampled_from(["lm", "", None, 5, ["llm"], " llm", "math"]))
    return grader


@st.composite
def a_reward(draw):
    """A reward definition, valid or not; often with weights that sum to one."""
    graders = draw(st.lists(a_grader(), max_size=4) | st.lists(a_grader(GOOD), min_size=1, max_size=3))
    document = {"graders": graders}
    if draw(st.booleans()):
        document["format_reward_weight"] = draw(WEIGHT)
    if draw(st.booleans()):
        shares = draw(st.lists(st.integers(1, 9), min_size=len(graders) + 1, max_size=len(graders) + 1))
        slack = draw(st.sampled_from([0, 0, 0, 5e-11, 3e-10, 0.01]))
        document["format_reward_weight"] = shares[0] / sum(shares) + slack
        for grader, share in zip(graders, shares[1:], strict=True):
            grader["weight"] = share / sum(shares)
    if draw(st.integers(0, 9)) == 0:
        document["formt_reward_weight"] = 0.5
    if draw(st.integers(0, 14)) == 0:
        document["graders"] = draw(st.sampled_from([None, "x", {}, [None], [5], ["llm"], [[]]]))
    if draw(st.integers(0, 19)) == 0:
        del document["graders"]
    return document


@settings(max_examples=600)
@given(a_reward())
def test_both_accept_or_both_refuse_and_weights_are_equal(document):
    """Over generated definitions; only the stated deviations are left out, and there we refuse."""
    ours, theirs = read(RewardComponents, document), read(client.RewardComponents, document)
    if theirs is not None and not all(map(math.isfinite, client_weights(theirs))):
        assert ours is None
    elif holds_boolean_or_infinity(document):
        assert ours is None or theirs is not None
    else:
        assert (ours is None) == (theirs is None), document
    if ours is not None:
        assert ours.effective_weights == pytest.approx(client_weights(theirs), abs=1e-9)
        total = 0.0
        for weight in ours.effective_weights:
            total += weight
        assert total == 1.0


def test_the_generated_definitions_are_of_both_kinds():
    """The comparison above means something: many are accepted, many refused, by each of the weight rules."""
    kinds = []

    @settings(max_examples=300, database=None)
    @given(a_reward())
    def collect(document):
        reward = read(RewardComponents, document)
        weights = None if reward is None else {grader.weight is None for grader in reward.graders}
        kinds.append(None if reward is None else (weights, "format_reward_weight" in document))

    collect()
    assert kinds.count(None) > 40
    for weights in ({True}, {False}):
        for format_given in (True, False):
            assert kinds.count((weights, format_given)) > 5


JOB = {"training_files": ["f"], "model": "m", "n_epochs": 1, "learning_rate": 0.1, "batch_size": 8}
REWARD = {"graders": [{"type": "math_accuracy"}]}


@pytest.mark.parametrize("kind", ["STANDARD", "PREFERENCE", "REINFORCEMENT", "GRPO", None, "standard", "RL"])
@pytest.mark.parametrize("beta", [{}, {"beta": 0.1}, {"beta": None}])
@pytest.mark.parametrize("reward", [{}, {"reward_components": REWARD}, {"reward_components": None}])
@pytest.mark.parametrize(
    "more", [{}, {"batch_size": 0}, {"batch_size": 1024}, {"batch_size": 1025}, {"model": 5}, {"lora_config": {"r": 0}}]
)
def test_jobs(kind, beta, reward, more):
    """Rewards, beta and the kind of a job go together as the client has it."""
    document = {**JOB, **({} if kind is None else {"fine_tune_type": kind}), **beta, **reward, **more}
    ours, theirs = read(TrainingConfig, document), read(client.TrainingConfig, document)
    assert (ours is None) == (theirs is None)
    if ours is not None and ours.reward_components is not None:
        assert ours.reward_components.effective_weights == pytest.approx(
            client_weights(theirs.reward_components), abs=1e-9
        )


def test_a_request_that_the_client_makes_is_read():
    """What the client would send, dumped to JSON, is a request of ours."""
    request = client.FinetuneRequest(
        project_id=1,
        training_config=client.TrainingConfig(
            **JOB,
            max_length=100,
            fine_tune_type="REINFORCEMENT",
            reward_components=client.RewardComponents(graders=[client.StringCheckGrader(operation="equals")]),
        ),
        infrastructure_config=client.InfrastructureConfig(accel_type="H100", n_accel=1),
    )
    ours = read(RequestConfig, request.model_dump(mode="json", exclude_none=True))
    assert ours is not None
    assert ours.training_config.reward_components.effective_weights == (0.1, 0.9)
