"""The wire: its JSON Schema against the API description, and the values themselves."""

import json
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

import graders
from graders.settings.sections import JudgeSettings
from graders.settings.settings import Settings
from graders.vocabulary.errors import DefinitionWarning
from graders.wire import schema
from graders.wire.documents import read_definition
from graders.wire.schema import RequestConfig, RewardComponents, StringCheckGrader, TrainingConfig, json_schema

DESCRIPTION = yaml.safe_load((Path(__file__).parents[1] / "cases" / "openapi.yaml").read_text(encoding="utf-8"))
COMPONENTS = DESCRIPTION["components"]["schemas"]
NOT_OURS = {"FinetuneResponse", "HTTPValidationError", "ValidationError"}
OURS = sorted(COMPONENTS.keys() - NOT_OURS)


def emitted():
    """Our schemas by name, with references and descriptions as the description writes them."""
    whole = json_schema(RequestConfig)
    definitions = {**whole.pop("$defs"), "RequestConfig": whole}
    text = json.dumps(definitions).replace("#/$defs/", "#/components/schemas/")
    return json.loads(text)


def normal(value, name=None):
    """A schema without what may differ: the mapping's wrapping, class descriptions, the order of lists of keys."""
    if isinstance(value, list):
        return [normal(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {key: normal(inner) for key, inner in value.items()}
    if name is not None:
        kept.pop("description", None)  # a class's docstring
    if "required" in kept:
        kept["required"] = sorted(kept["required"])
    if "mapping" in kept:
        kept["mapping"] = {
            key: inner["$ref"] if isinstance(inner, dict) else inner for key, inner in kept["mapping"].items()
        }
    return kept


@pytest.mark.parametrize("name", OURS)
def test_component(name):
    """Names, fields, types, defaults, bounds, enums, titles and required keys are the description's."""
    assert normal(emitted()[name], name) == normal(COMPONENTS[name], name)


def test_there_is_nothing_beyond_the_description():
    """Every schema we emit is one of the description's."""
    assert sorted(emitted()) == OURS


@pytest.mark.parametrize("name", [name for name in OURS if "description" in COMPONENTS[name] and name != "LLMGrader"])
def test_descriptions_of_classes(name):
    """Where the description describes a class, so do we, in the same words."""
    assert emitted()[name]["description"] == COMPONENTS[name]["description"]


REWARD = {
    "format_reward_weight": 0.2,
    "graders": [
        {"type": "math_accuracy", "weight": 0.3},
        {"type": "string_check", "operation": "contains", "weight": 0.2},
        {"type": "text_similarity", "operation": "rouge", "weight": 0.1},
        {"type": "format_check", "weight": 0.1},
        {"type": "llm", "weight": 0.1, "seed": 1, "top_p": 0.5, "temperature": 1.0, "max_completion_tokens": 9},
    ],
}
TRAINING = {
    "training_files": ["file-1"],
    "model": "m",
    "n_epochs": 1,
    "learning_rate": 1e-5,
    "batch_size": 8,
    "fine_tune_type": "REINFORCEMENT",
    "reward_components": REWARD,
    "validation_files": ["extra keys are allowed"],
}
REQUEST = {"project_id": 3, "training_config": TRAINING, "infrastructure_config": {"accel_type": "H100", "n_accel": 1}}


@pytest.mark.parametrize(
    ("model", "document"),
    [
        (RewardComponents, REWARD),
        (RewardComponents, {"graders": [{"type": "math_accuracy"}]}),
        (RewardComponents, {"graders": [{"type": "math_accuracy", "weight": 0.3}] * 2}),
        (TrainingConfig, TRAINING),
        (RequestConfig, REQUEST),
        (
            TrainingConfig,
            {
                **TRAINING,
                "fine_tune_type": "STANDARD",
                "reward_components": None,
                "lora_config": {"r": 4, "extras": {"a": [1]}, "more": 1},
            },
        ),
        (
            TrainingConfig,
            {**TRAINING, "fine_tune_type": "PREFERENCE", "reward_components": None, "beta": 0.1, "loss_type": "IPO"},
        ),
    ],
)
def test_round_trips(model, document):
    """A value survives dump and validate, JSON, pickle; and its dump fits its schema."""
    value = model.model_validate(document)
    assert model.model_validate(value.model_dump()) == value
    assert model.model_validate(json.loads(value.model_dump_json())) == value
    assert model.model_validate_json(value.model_dump_json()) == value
    assert pickle.loads(pickle.dumps(value)) == value
    jsonschema.validate(json.loads(value.model_dump_json()), json_schema(model))
    if model is RewardComponents:
        again = model.model_validate_json(value.model_dump_json())
        assert again.effective_weights == value.effective_weights
        assert hash(again) == hash(value)
        assert len({again, value}) == 1


@pytest.mark.parametrize("kind", ["REINFORCEMENT", "GRPO"])
def test_a_job_without_a_reward_gets_the_default_one(kind):
    """Format 0.1 and math_accuracy 0.9; GRPO says that its name is deprecated."""
    document = {key: value for key, value in TRAINING.items() if key != "reward_components"} | {"fine_tune_type": kind}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        job = TrainingConfig.model_validate(document)
    assert [warning.category for warning in said] == ([DeprecationWarning] if kind == "GRPO" else [])
    assert job.reward_components is not None
    assert job.reward_components.effective_weights == (0.1, 0.9)
    assert [grader.type for grader in job.reward_components.graders] == ["math_accuracy"]


def test_values_are_frozen():
    """Nothing of the wire changes after it was read."""
    reward = RewardComponents.model_validate(REWARD)
    for value, name in ((reward, "format_reward_weight"), (reward.graders[0], "weight")):
        with pytest.raises(ValidationError):
            setattr(value, name, 0.5)


@pytest.mark.parametrize("written", ["String_Check", "STRING_CHECK", "string_check"])
@pytest.mark.parametrize("operation", ["EQUALS", "Equals", "equals"])
def test_type_and_operation_are_read_whatever_their_case(written, operation):
    """And stand in their own case afterwards."""
    grader = RewardComponents.model_validate({"graders": [{"type": written, "operation": operation}]}).graders[0]
    assert grader == StringCheckGrader(operation="equals")
    assert json.loads(grader.model_dump_json()) == {"type": "string_check", "operation": "equals", "weight": None}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"format_weight": 0.2, "graders": [{"type": "math_accuracy"}]}, ["format_weight", "format_reward_weight"]),
        ({"graders": [{"type": "math_accuracy", "wieght": 0.2}]}, ["MathAccuracyGrader", "wieght", "'weight'"]),
        ({"graders": [{"type": "math_accuracy", "operation": "x"}]}, ["operation"]),
        ({"graders": [{"type": "llm", "temprature": 1}]}, ["temprature", "'temperature'"]),
        ({"graders": [{"type": "llm", "base_url": "x"}]}, ["base_url"]),
    ],
)
def test_unknown_keys_are_named(document, words):
    """A typo must not silently become a default."""
    with pytest.warns(DefinitionWarning) as said:
        RewardComponents.model_validate(document)
    assert len(said) == 1
    assert all(word in str(said[0].message) for word in words)


def test_unknown_keys_are_named_in_document_order():
    """The order of warnings is the document's, not a set's."""
    keys = [f"key_{n}" for n in range(12)]
    with pytest.warns(DefinitionWarning) as said:
        RewardComponents.model_validate({**dict.fromkeys(keys, 1), "graders": [{"type": "math_accuracy"}]})
    assert [str(warning.message).split("'")[1] for warning in said] == keys


def test_a_job_s_extra_keys_are_kept_but_a_likely_typo_is_named():
    """The description allows more keys on a job than it names; a near miss is still said."""
    document = {**TRAINING, "fine_tune_type": "STANDARD", "reward_components": None}
    job = TrainingConfig.model_validate(document)
    assert job.model_dump()["validation_files"] == ["extra keys are allowed"]
    with pytest.warns(DefinitionWarning, match="'n_epochs'"):
        TrainingConfig.model_validate({**document, "n_epoch": 3})


def test_wire_and_settings_share_no_field():
    """What a run injects is never carried by the wire."""
    wire = {
        name
        for model in vars(schema).values()
        if isinstance(model, type) and issubclass(model, schema.WireModel)
        for name in model.model_fields
    }
    assert not wire & (Settings.model_fields.keys() | JudgeSettings.model_fields.keys() - {"model"})
    assert "model" not in schema.LLMGrader.model_fields


@pytest.mark.parametrize(
    "value", [True, False, float("nan"), float("inf"), -float("inf"), 0, -0.1, 1.0000001, "x", [], None, 10**400]
)
@pytest.mark.parametrize("key", ["weight", "format_reward_weight"])
def test_what_is_no_weight_is_refused(key, value):
    """Booleans, non-finite numbers and numbers out of bounds are errors, whatever the client does."""
    grader = {"type": "math_accuracy"}
    document = {"graders": [{**grader, key: value}]} if key == "weight" else {key: value, "graders": [grader]}
    if key == "weight" and value is None:
        assert RewardComponents.model_validate(document).effective_weights == (0.1, 0.9)
        return
    with pytest.raises(ValidationError):
        RewardComponents.model_validate(document)


@pytest.mark.parametrize(
    "fields",
    [
        {"seed": -1},
        {"seed": 1.5},
        {"seed": True},
        {"top_p": 1.1},
        {"top_p": True},
        {"temperature": 1.6},
        {"temperature": None},
        {"temperature": float("nan")},
        {"max_completion_tokens": 0},
        {"max_completion_tokens": True},
    ],
)
def test_bounds_of_the_judge_s_parameters(fields):
    """The description's bounds hold, and booleans are no numbers."""
    with pytest.raises(ValidationError):
        schema.LLMGrader(**fields)


@pytest.mark.parametrize("graders", [{}, set(), iter([]), "math_accuracy", 5, None, {"type": "math_accuracy"}])
def test_graders_are_a_list(graders):
    """A list or tuple; what the weight rules could not read beforehand is refused."""
    with pytest.raises(ValidationError):
        RewardComponents(graders=graders)


def test_weight_rules_can_t_be_walked_around_with_an_iterator():
    """A generator of graders would have escaped the rules."""
    with pytest.raises(ValidationError):
        RewardComponents(
            format_reward_weight=0.5, graders=(StringCheckGrader(operation="equals", weight=0.9) for _ in "ab")
        )


@pytest.mark.parametrize("kind", [["GRPO"], {"GRPO": 1}, 5])
def test_a_job_s_kind_that_is_no_word(kind):
    """An ordinary mistake, no TypeError."""
    with pytest.raises(graders.DefinitionError) as caught:
        graders.load_reward({**TRAINING, "fine_tune_type": kind})
    assert "fine_tune_type" in [mistake.path for mistake in caught.value.mistakes]


GRPO = {key: value for key, value in TRAINING.items() if key != "reward_components"} | {"fine_tune_type": "GRPO"}


@pytest.mark.parametrize(
    ("document", "category"),
    [
        (GRPO, DeprecationWarning),
        ({"training_config": GRPO,
          "infrastructure_config": REQUEST["infrastructure_config"]}, DeprecationWarning),
        ({"graders": [{"type": "math_accuracy", "wieght": 0.2}]}, DefinitionWarning),
    ],
)  # fmt: skip
@pytest.mark.parametrize("read", [graders.load_reward, read_definition])
def test_warnings_point_at_the_caller(document, category, read):
    """Python hides a DeprecationWarning that is not about a line of the script."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        read(document)
    assert [(warning.category, warning.filename) for warning in said if warning.category is category] == [
        (category, __file__)
    ]


def test_a_script_shows_the_deprecation(tmp_path):
    """Under Python's own filters, from a script of a user."""
    script = tmp_path / "script.py"
    script.write_text(f"import graders\ngraders.load_reward({GRPO!r})\n", encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert f"{script}:2: DeprecationWarning: fine_tune_type 'GRPO' is deprecated" in ran.stderr


@pytest.mark.parametrize(
    ("grader", "words"),
    [
        ({"type": "string_check"}, "operation: is missing and has no default, expected one of 'equals', 'not_equals'"),
        ({"type": "string_check", "operation": "eq"}, "did you mean 'equals'"),
        ({"type": "math"}, "did you mean 'math_accuracy'"),
        ({"type": "exact_match"}, "an exact match is 'string_check' with 'operation': 'equals'"),
        ({"weight": 1}, "type: is missing and has no default, expected one of 'format_check', 'llm'"),
        ("llm", 'got \'llm\', expected an object such as {"type": "math_accuracy"}'),
        ({"type": "math_accuracy", "weight": "x"}, "got 'x', expected a number"),
        ({"type": "math_accuracy", "weight": 7}, "got 7, expected a number above 0 and at most 1"),
        ({"type": "math_accuracy", "weight": 0}, "got 0, expected a number above 0 and at most 1"),
        ({"type": "llm", "seed": 1.5}, "got 1.5, expected a whole number"),
    ],
)
def test_what_a_grader_may_be_is_said(grader, words):
    """Every mistake says what is allowed, through all depths of a request."""
    job = {**TRAINING, "reward_components": {"graders": [grader]}}
    for document in ({"graders": [grader]}, job, {**REQUEST, "training_config": job}):
        with pytest.raises(graders.DefinitionError) as caught:
            graders.load_reward(document)
        assert words in str(caught.value)
