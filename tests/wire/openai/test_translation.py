"""Graders of OpenAI's as rewards: what means the same, what is told, what is refused and with which reasons."""

import json
import warnings

import pytest

import graders
from graders import DefinitionError, RewardComponents, Settings, TextSettings, TranslationWarning
from graders.wire.documents import read_definition

OUTPUT = "{{ sample.output_text }}"


def check(operation="eq", column="answer", **more):
    return {
        "type": "string_check",
        "name": "n",
        "operation": operation,
        "input": OUTPUT,
        "reference": f"{{{{item.{column}}}}}",
        **more,
    }


def alike(metric, column="answer"):
    return {**check(column=column), "type": "text_similarity", "evaluation_metric": metric}


def multi(formula, **parts):
    return {"type": "multi", "name": "m", "graders": parts, "calculate_output": formula}


def load(document, settings=None):
    """The reward, and what was said of the translation."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        reward = graders.load_reward(document, settings)
    return reward, [str(one.message) for one in said if one.category is TranslationWarning]


def reasons(document):
    with pytest.raises(DefinitionError) as refused:
        graders.load_reward(document)
    return {one.path: one.sentence for one in refused.value.mistakes}


@pytest.mark.parametrize(
    ("operation", "ours", "texts", "scores"),
    [
        ("eq", "equals", ["Paris", "paris", "It is Paris"], [1, 0, 0]),
        ("ne", "not_equals", ["Paris", "paris", "It is Paris"], [0, 1, 1]),
        ("neq", "not_equals", ["Paris", "Rome", "x"], [0, 1, 1]),
        ("like", "contains", ["Paris", "paris", "It is Paris"], [1, 0, 1]),
        ("ilike", "case_insensitive_contains", ["Paris", "paris", "It is Paris"], [1, 1, 1]),
    ],
)
def test_a_string_check_is_a_reward(operation, ours, texts, scores):
    """Of the whole text, with the column that the grader names, and without a share of the format."""
    reward, said = load(check(operation))
    assert reward.weights == {"format": 0.0, f"string_check:{ours}": 1.0}
    assert reward(completions=texts, answer=["Paris"] * 3) == scores
    assert len(said) == 1
    assert "references come from the column 'answer'" in said[0]
    assert "answer_source='lenient'" in said[0]


def test_a_thought_is_no_output():
    """As a hosted model's is not: what stands behind it is the output."""
    reward, _ = load(check())
    texts = ["<think>Rome</think>Paris", "<think>Rome</think>\n\nParis\n", "<think>Paris</think>Rome"]
    assert reward(completions=texts, answer=["Paris"] * 3) == [1, 1, 0]


def test_what_is_set_by_hand_stays():
    """An answer source or a column in the settings is the caller's word."""
    reward, [said] = load(check(), Settings(answer_source="boxed", reference_column="gold"))
    assert reward(completions=[r"\boxed{Paris}", "Paris"], gold=["Paris"] * 2) == [1, 0]
    assert "'gold'" in said
    assert "'boxed'" in said


def test_sides_may_change_places_where_that_changes_nothing():
    """eq and ne are the same either way; containment is not."""
    turned = {"input": "{{item.answer}}", "reference": OUTPUT}
    assert load({**check("eq"), **turned})[0].weights["string_check:equals"] == 1
    assert set(reasons({**check("like"), **turned})) == {"input", "reference"}
    assert set(reasons({**alike("rouge_l"), **turned})) == {"input", "reference"}


def test_a_weighted_sum_is_a_reward():
    """Weights as the formula gives them; the ROUGE that each grader names."""
    formula = "0.5*a + 0.3*b + (c + d) / 10"
    parts = {"a": check("ilike"), "b": alike("bleu"), "c": alike("rouge_l"), "d": alike("rouge_4")}
    reward, _ = load(multi(formula, **parts))
    assert reward.weights == pytest.approx(
        {
            "format": 0,
            "string_check:case_insensitive_contains": 0.5,
            "text_similarity:bleu": 0.3,
            "text_similarity:rouge": 0.1,
            "text_similarity:rouge#2": 0.1,
        }
    )
    batch = reward.evaluate(["a b c d e"], ["a b c d"])
    assert batch.components["text_similarity:rouge"].tolist() == [pytest.approx(8 / 9)]
    assert batch.components["text_similarity:rouge#2"].tolist() == [pytest.approx(2 / 3)]
    assert load(multi("a", a=alike("rouge_2")), Settings(text=TextSettings(measure="recall")))[
        0
    ].settings.for_component("text_similarity:rouge").text == TextSettings(rouge_type="rouge2", measure="recall")


def test_our_own_graders_keep_their_own_reading():
    """format_check's share is the format's; nothing of the settings changes."""
    document = multi("0.8 * math + 0.2 * form", form={"type": "format_check"}, math={"type": "math_accuracy"})
    reward, [said] = load(document)
    assert reward.weights == {"format": 0.2, "math_accuracy": 0.8}
    assert reward.settings.answer_source == "answer"
    assert "lenient" not in said
    completion = "<think>x</think><answer>0.5</answer>"
    assert reward(completions=[completion, "<answer>0.5</answer>"], reference_answer=["1/2"] * 2) == [1.0, 0.8]


def test_only_the_format():
    """A reward needs a grader: then format_check is one."""
    reward, _ = load({"type": "multi", "graders": {"f": {"type": "format_check"}}, "calculate_output": "f"})
    assert reward(completions=["<think>x</think><answer>y</answer>", "y"]) == [1.0, 0.0]


def test_the_translation_is_a_definition_that_travels():
    """As JSON and back, with its settings: the same rewards, to the bit, and no format share."""
    reward, _ = load(multi("(a + b) / 2", a=check(), b=alike("rouge_2")))
    again, _ = load(json.loads(reward.definition.model_dump_json()), reward.settings)
    texts = ["Paris is big", "Paris", "<think>x</think><answer>Paris is</answer>"]
    references = ["Paris is big"] * 3
    assert again.evaluate(texts, references).rewards.tolist() == reward.evaluate(texts, references).rewards.tolist()
    assert reward.evaluate(["Rome"], ["Paris"]).rewards.tolist() == [0.0]


def test_the_body_of_a_call_and_a_job_and_text_and_files(tmp_path):
    """{"grader": ...} as validate takes it; a fine-tuning job of theirs; JSON text; a path."""
    path = tmp_path / "grader.json"
    path.write_text(json.dumps(check()), encoding="utf-8")
    method = {"type": "reinforcement", "reinforcement": {"grader": check(), "hyperparameters": {"n_epochs": 1}}}
    job = {"model": "o4-mini", "training_file": "file-1", "method": method}
    for source in ({"grader": check()}, job, json.dumps(check()), path, str(path)):
        assert load(source)[0].weights["string_check:equals"] == 1
    assert isinstance(read_definition(check()), RewardComponents)


def test_a_threshold_is_told_as_left_out():
    """It decides what passed, never a reward."""
    assert "pass_threshold changes no reward" in load(check(pass_threshold=0.5))[1][0]


def test_everything_without_a_counterpart_at_once():
    """Each in its place, with what to do."""
    found = reasons(
        multi(
            "min(a, b) + c",
            a=check(input="{{sample.output_json.city}}", reference="yes"),
            b={**alike("fuzzy_match"), "input": "Answer: {{sample.output_text}}"},
            c={"type": "score_model", "model": "m", "input": [{"role": "user", "content": "x"}]},
            d=check(column="other"),
            e=check(column="third.deep"),
        )
    )
    assert set(found) == {
        "calculate_output",
        "graders.a.input",
        "graders.a.reference",
        "graders.b.evaluation_metric",
        "graders.b.input",
        "graders.c.type",
        "graders.d.reference",
        "graders.e.reference",
    }
    assert "the service computes every formula" in found["calculate_output"]
    assert "is {{sample.output_json.city}}" in found["graders.a.input"]
    assert "is a constant" in found["graders.a.reference"]
    assert "take bleu or rouge_l" in found["graders.b.evaluation_metric"]
    assert "puts several parts together" in found["graders.b.input"]
    assert '{"type": "llm"}' in found["graders.c.type"]
    assert "item.other, and b with item.answer" in found["graders.d.reference"]


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a * b", "is no weighted sum"),
        ("a - 0.5 * b", "gives b the factor -0.5"),
        ("a + b", "write (a + b) / 2"),
        ("0.5*a + 0.25*b", "write (0.5*a + 0.25*b) / 0.75"),
        ("0.5*a + 0.25*b + 0.25", "adds the constant 0.25"),
        ("1", "adds the constant 1"),
        ("0 * a", "sum to 0"),
    ],
)
def test_formulas_that_are_no_reward(formula, words):
    """Each with what to do about it."""
    assert words in reasons(multi(formula, a=check(), b=alike("bleu")))["calculate_output"]


def test_a_grader_that_the_formula_leaves_out_is_left_out():
    """It changes no reward."""
    reward, _ = load(multi("a + 0*b", a=check(), b=alike("bleu")))
    assert list(reward.weights) == ["format", "string_check:equals"]


@pytest.mark.parametrize("kind", ["python", "score_model", "label_model"])
def test_model_and_code_graders_are_refused_alone_too(kind):
    """With what to do."""
    labels = {"labels": ["a", "b"], "passing_labels": ["a"]}
    said = {"model": "m", "input": [{"role": "user", "content": "x"}], "source": "def grade(s, i): return 1"}
    [reason] = reasons({"type": kind, **said, **labels}).values()
    assert "write_your_own" in reason or "JudgeSettings(rubric=...)" in reason


def test_a_single_grader_of_ours_is_told_as_ever():
    """What is no grader of OpenAI's keeps its own error."""
    for document in ({"grader": {"type": "math_accuracy"}}, {"method": {"type": "supervised"}}, {"method": 3}):
        assert "is neither a reward" in reasons(document)[""]
    assert "a reward has a list of them" in reasons({"type": "math_accuracy"})[""]
    assert "a reward has a list of them" in reasons({"type": "string_check", "operation": "equals"})[""]
