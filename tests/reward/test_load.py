"""From a file, text or value to a reward; and every mistake of a document at once."""

import json
import types
from pathlib import Path

import pytest

from graders.reward.load import load_reward
from graders.settings.settings import Settings
from graders.vocabulary.errors import DefinitionError
from graders.wire.documents import parse_json, read_definition
from graders.wire.schema import RequestConfig, RewardComponents, TrainingConfig

CASES = Path(__file__).parents[1] / "cases"
REWARD = {"graders": [{"type": "math_accuracy"}]}
JOB = {
    "training_files": ["f"],
    "model": "m",
    "n_epochs": 1,
    "learning_rate": 0.1,
    "batch_size": 8,
    "fine_tune_type": "REINFORCEMENT",
    "reward_components": REWARD,
}
REQUEST = {"training_config": JOB, "infrastructure_config": {"accel_type": "H100", "n_accel": 1}}
BROKEN = [json.loads(line) for line in (CASES / "broken_documents.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row["reason"])
def test_every_mistake_is_reported_at_once(row):
    """Exactly the expected paths, each once; what was found, what is allowed, the closest match."""
    with pytest.raises(DefinitionError) as caught:
        load_reward(row["document"])
    assert sorted(mistake.path for mistake in caught.value.mistakes) == sorted(row["paths"])
    assert all(word in str(caught.value) for word in row["words"]), str(caught.value)
    for mistake in caught.value.mistakes:
        json.dumps({"loc": mistake.loc, "msg": mistake.sentence, "type": mistake.kind})


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row["reason"])
def test_mistakes_are_the_same_in_json_text(row):
    """A document as text breaks the same rules as the same document as values."""
    with pytest.raises(DefinitionError) as of_text:
        load_reward(json.dumps(row["document"]))
    with pytest.raises(DefinitionError) as of_values:
        load_reward(row["document"])
    assert str(of_text.value) == str(of_values.value)


@pytest.mark.parametrize("document", [REWARD, JOB, REQUEST], ids=["reward", "job", "request"])
def test_every_kind_of_source(document, tmp_path):
    """Path, path as text, JSON text, dict and value all give the same reward."""
    path = tmp_path / "reward.json"
    path.write_text(json.dumps(document), encoding="utf-8-sig")
    model = {"graders": RewardComponents, "training_files": TrainingConfig, "training_config": RequestConfig}[
        next(iter(document))
    ]
    sources = [
        path,
        str(path),
        json.dumps(document),
        f"\n {json.dumps(document)}",
        document,
        types.MappingProxyType(document),
        model.model_validate(document),
    ]
    assert {load_reward(source).signature() for source in sources} == {load_reward(REWARD).signature()}
    assert {type(read_definition(source)) for source in sources} == {model}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1"),
        (b'{"graders": [}', "line 1, column 14"),
        (b'{\n "graders": [\n', "line 3"),
        (b"[1]", "expected a JSON object"),
        (b'"x"', "expected a JSON object"),
        (b"null", "expected a JSON object"),
        (b"\xff\xfe", "can't be read"),
        (b'{"graders": [], "graders": []}', "'graders' is given twice"),
        (b'{"graders": [{"type": "llm", "type": "llm"}]}', "'type' is given twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"graders": ' + b"1" * 5000 + b"}", "can't be read"),
        (b"{'graders': []}", "line 1, column 2"),
    ],
)
def test_files_that_are_no_definition(content, words, tmp_path):
    """The message names the file, the place, and what is wrong."""
    path = tmp_path / "reward.json"
    path.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        load_reward(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("source", ["/nowhere/reward.json", "reward.jsn", "", ".", "a\x00b", "x" * 5000])
def test_files_that_can_t_be_read(source):
    """A missing file, a directory, an impossible name: one error that says so."""
    with pytest.raises(DefinitionError, match="can't be read"):
        load_reward(source)


@pytest.mark.parametrize("source", [5, None, [], b"{}", 1.5, object()])
def test_what_is_no_source(source):
    """Anything else is a TypeError that says what is expected."""
    with pytest.raises(TypeError, match="expected a path, JSON text"):
        load_reward(source)


def test_settings_are_the_second_argument():
    """Settings travel beside the definition."""
    assert load_reward(REWARD, Settings(answer_source="boxed")).settings.answer_source == "boxed"


def test_json_numbers_that_are_no_numbers_are_refused():
    """NaN and Infinity, which Python's parser reads, are no weights."""
    for text in ("NaN", "Infinity", "-Infinity", "1e999"):
        with pytest.raises(DefinitionError):
            load_reward(f'{{"format_reward_weight": {text}, "graders": [{{"type": "math_accuracy"}}]}}')


def test_parse_json_keeps_values():
    """Only repeated keys and broken text are refused."""
    assert parse_json('{"a": [1, {"b": null}]}', "x") == {"a": [1, {"b": None}]}


def test_errors_have_the_source_and_survive_pickling():
    """What a worker raises arrives whole."""
    import pickle

    with pytest.raises(DefinitionError) as caught:
        load_reward({"graders": [{"type": "lm"}, {"type": "string_check"}]})
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert "2 mistakes" in str(again)
    assert isinstance(again, ValueError)


@pytest.mark.parametrize("settings", [{"answer_source": "boxed"}, "boxed", Settings])
def test_settings_are_settings(settings):
    """A dict in their place is said at once, without its content."""
    with pytest.raises(TypeError, match=r"load_reward: got \w+ \(not shown\), expected settings=graders.Settings\("):
        load_reward(REWARD, settings)


@pytest.mark.parametrize("source", ["", " ", "\n"])
def test_an_empty_source(source):
    """It is no directory."""
    with pytest.raises(DefinitionError, match="the definition can't be read: it is empty, expected a path, JSON text"):
        load_reward(source)


@pytest.mark.parametrize("source", ["my reward is " * 500, "graders:\n  - type: llm\n", "'graders'" * 100])
def test_text_that_is_no_json(source):
    """It is taken as a path; the error says so, and shows little of it."""
    with pytest.raises(DefinitionError, match="taken as a path, since JSON text begins with") as caught:
        load_reward(source)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("start", ["\ufeff", "\ufeff\n "])
def test_a_byte_order_mark_before_json_text(start):
    """As a file that was read as plain UTF-8 has it."""
    assert load_reward(start + json.dumps(REWARD)).weights == load_reward(REWARD).weights


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"type": "math_accuracy"}, 'is a single grader; .*{"graders": '),
        ({"type": "string_check", "operation": "equals", "weight": 1}, 'is a single grader; .*{"graders": '),
        ({"reward_components": REWARD}, "load the object under 'reward_components'"),
    ],
)
def test_parts_and_wrappings_of_a_reward(document, words):
    """One clear sentence, not the list of what a training configuration lacks."""
    for source in (document, json.dumps(document)):
        with pytest.raises(DefinitionError, match=words) as caught:
            load_reward(source)
        assert len(caught.value.mistakes) == 1


def test_a_list_of_graders():
    """The hint shows the object around it."""
    with pytest.raises(DefinitionError, match=r"expected a JSON object with 'graders': \{.graders.: "):
        load_reward(json.dumps(REWARD["graders"]))
    with pytest.raises(TypeError, match="a list of graders goes under 'graders'"):
        load_reward(REWARD["graders"])
