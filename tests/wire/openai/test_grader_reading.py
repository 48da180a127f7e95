"""Reading OpenAI's graders: what is taken, and every mistake at once."""

import pytest

from graders.text.meteor import MOST_METEOR_TOKENS as LIMIT
from graders.vocabulary.errors import DefinitionError
from graders.wire.openai.grader_documents import OpenAILabelModel, OpenAIScoreModel, OpenAIStringCheck, OwnGrader
from graders.wire.openai.grader_reading import is_openai, read_grader
from graders.wire.openai.local_scores import engine_of, local_scores

SIDES = {"input": "{{sample.output_text}}", "reference": "{{item.answer}}"}
CHECK = {"type": "string_check", "operation": "eq", **SIDES}
SAID = [{"role": "user", "content": "hi"}]


def mistakes(document):
    with pytest.raises(DefinitionError) as refused:
        read_grader(document)
    return {one.path: one.sentence for one in refused.value.mistakes}


def test_names_thresholds_and_unknown_keys_are_left_alone():
    """As that API leaves them; a name is for people."""
    read = read_grader({**CHECK, "name": "n", "pass_threshold": 0.5, "image_tag": "x", "extra": {"deep": []}})
    assert (read.shown_name, read.pass_threshold) == ("n", 0.5)
    assert read_grader(CHECK).shown_name == "string_check"


def test_sampling_by_all_names_of_its_length():
    """The API's own misspelling, the right one, and the old one of the guide."""
    for name in ("max_completions_tokens", "max_completion_tokens", "max_tokens"):
        document = {
            "type": "score_model",
            "model": "m",
            "input": SAID,
            "sampling_params": {name: 7, "reasoning_effort": "low"},
        }
        read = read_grader(document)
        assert isinstance(read, OpenAIScoreModel)
        assert read.sampling_params.max_completion_tokens == 7
        assert read.range == (0, 1)


def test_messages_of_every_form():
    """Texts and parts with texts; a developer is a system message to most servers."""
    content = [{"type": "input_text", "text": "{{item.a}}"}, "b", {"type": "output_text", "text": "c"}]
    labels = {"labels": ["x", "y"], "passing_labels": ["y"]}
    said = [{"role": "developer", "content": "d"}, {"role": "user", "content": content, "type": "message"}]
    read = read_grader({"type": "label_model", "model": "m", "input": said, **labels})
    assert isinstance(read, OpenAILabelModel)
    expected = [{"role": "system", "content": "d"}, {"role": "user", "content": "1\nb\nc"}]
    assert read.messages({"item": {"a": 1}, "sample": {}}) == expected


@pytest.mark.parametrize(
    ("document", "own"),
    [
        (CHECK, False),
        ({"type": "string_check", "operation": "equals"}, True),
        ({"type": "string_check", "operation": "EQUALS", **SIDES}, True),
        ({"type": "text_similarity", "operation": "bleu"}, True),
        ({"type": "text_similarity", "evaluation_metric": "bleu", **SIDES}, False),
        ({"type": "math_accuracy"}, True),
        ({"type": "format_check"}, True),
        ({"type": "Math_Accuracy", "name": "m", **SIDES}, True),
    ],
)
def test_whose_grader_it_is(document, own):
    """A type that both have is ours where it has our operation."""
    assert isinstance(read_grader(document), OwnGrader) is own
    assert is_openai(document) is not own


def test_every_mistake_at_once():
    """Fields, templates, keys, the formula and its variables, each in its place."""
    graders = {
        "a": {"type": "string_check", "operation": "eqq", "input": "{{x}}"},
        "b-c": CHECK,
        "d": {
            "type": "score_model",
            "model": "",
            "input": [{"role": "bot", "content": {"type": "input_image"}}],
            "range": [1, 1],
        },
        "e": {"type": "label_model", "model": "m", "input": SAID, "labels": ["x", "X"], "passing_labels": ["z"]},
        "f": {"type": "math_accuracy", "weight": 0.5},
        "g": "no grader",
        "h": {"type": "multi", "graders": {"i": CHECK}, "calculate_output": "i"},
        "j": {"type": "llm", "temperature": True, "top_p": 2},
    }
    found = mistakes({"type": "multi", "name": 3, "graders": graders, "calculate_output": "a + dd"})
    assert set(found) == {
        "graders.a.operation",
        "graders.a.input",
        "graders.a.reference",
        "graders.b-c",
        "graders.d.model",
        "graders.d.input[0].role",
        "graders.d.input[0].content",
        "graders.d.range",
        "graders.e.labels",
        "graders.f.weight",
        "graders.g",
        "graders.h.type",
        "graders.j.temperature",
        "graders.j.top_p",
        "name",
    }
    assert found["graders.a.input"].endswith("did you mean {{item.x}}?")
    fixed = {"type": "multi", "graders": {"d": CHECK}, "calculate_output": "0.5 * dd"}
    assert "did you mean 'd'" in mistakes(fixed)["calculate_output"]


@pytest.mark.parametrize(
    ("graders", "words"),
    [
        (None, "is missing"),
        ([CHECK], "got a list"),
        (CHECK, "got a single grader"),
        ({}, "holds 0 graders"),
        ({f"g{number}": CHECK for number in range(65)}, "holds 65 graders"),
        (3, "got 3"),
    ],
)
def test_graders_are_an_object_by_keys(graders, words):
    """The forms that typed clients and the API's own example have are told apart."""
    document = {"type": "multi", "calculate_output": "1"}
    assert words in mistakes(document if graders is None else {**document, "graders": graders})["graders"]


@pytest.mark.parametrize("document", [None, 3, "x", [], [CHECK]])
def test_what_is_no_object(document):
    """Says what it got."""
    assert "expected a grader" in mistakes(document)[""]


def test_meteor_where_its_data_is_and_where_it_is_not(monkeypatch):
    """Refused with the line that gets the data; with a WordNet it is computed, and long texts are not."""
    document = {"type": "text_similarity", "evaluation_metric": "meteor", **SIDES}
    assert "nltk.downloader" in mistakes(document)["evaluation_metric"]

    class NoSynonyms:
        def synsets(self, word):
            return []

    monkeypatch.setattr("graders.text.find_wordnet", NoSynonyms)
    read = read_grader(document)
    assert "single_meteor_score" in engine_of(read)
    texts = ["the cat sat on the mat", "", "a b", "a " * LIMIT, "a " * (LIMIT + 1)]
    references = ["the cat sat on the mat", "a", "c d", "a " * LIMIT, "a"]
    same, empty, other, long, too_long = local_scores(read, texts, references)
    assert same == pytest.approx(1 - 0.5 * (1 / 6) ** 3)
    assert (empty, other, too_long) == (0, 0, None)
    assert long > 0.99


def test_string_checks_are_exact():
    """Nothing is stripped or normalised; like is containment, never a pattern."""

    def score(operation, one, other):
        return local_scores(read_grader({**CHECK, "operation": operation}), [one], [other])[0]

    assert isinstance(read_grader(CHECK), OpenAIStringCheck)
    assert [score("eq", "a", "a"), score("eq", "a", " a"), score("eq", "é", "e\u0301")] == [1, 0, 0]
    assert [score("ne", "a", "a"), score("neq", "a", "b")] == [0, 1]
    assert [score("like", "a%c", "%"), score("like", "abc", "a%c"), score("like", "abc", "B")] == [1, 0, 0]
    assert [score("ilike", "STRASSE", "straße"), score("ilike", "abc", "B"), score("ilike", "b", "abc")] == [1, 1, 0]
