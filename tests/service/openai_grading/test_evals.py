"""Evals over stored answers through the unmodified client, as agentevals runs them."""

import time

import openai
import pytest

from graders import JudgeSettings, Settings
from graders.testing import FakeJudge

SCHEMA = {"type": "custom", "item_schema": {"type": "object", "properties": {}}, "include_sample_schema": False}
EXACT = {
    "type": "string_check",
    "name": "exact",
    "operation": "eq",
    "input": "{{item.actual}}",
    "reference": "{{item.expected}}",
}
ALIKE = {
    "type": "text_similarity",
    "name": "alike",
    "evaluation_metric": "fuzzy_match",
    "input": "{{ item.actual }}",
    "reference": "{{ item.expected }}",
    "pass_threshold": 0.7,
}
ROWS = [
    {"item": {"actual": "Paris", "expected": "Paris"}},
    {"item": {"actual": "paris!", "expected": "Paris"}},
    {"item": {"actual": "Rome"}},
    {"item": {"actual": "Berlin", "expected": "Madrid"}},
]


def source(rows):
    return {"type": "jsonl", "source": {"type": "file_content", "content": rows}}


def finished(client, made, run, seconds=30):
    """The run at its end, polled as a caller polls."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        seen = client.evals.runs.retrieve(run.id, eval_id=made.id)
        if seen.status in {"completed", "failed", "canceled"}:
            return seen
        time.sleep(0.02)
    raise AssertionError(f"the run is {seen.status} after {seconds} s")


def test_stored_answers_are_graded_to_their_results(client):
    """Create, run, poll, list, delete: counts, criteria and each score; a row that lacks a field is errored."""
    made = client.evals.create(name="answers", data_source_config=SCHEMA, testing_criteria=[EXACT, ALIKE])
    assert (made.object, made.name) == ("eval", "answers")
    run = client.evals.runs.create(made.id, name="first", data_source=source(ROWS), metadata={"a": "b"})
    done = finished(client, made, run)
    assert (done.status, done.error, done.metadata) == ("completed", None, {"a": "b"})
    assert done.result_counts.model_dump() == {"total": 4, "passed": 1, "failed": 2, "errored": 1}
    criteria = [one.model_dump() for one in done.per_testing_criteria_results]
    assert criteria == [
        {"testing_criteria": "exact", "passed": 1, "failed": 2},
        {"testing_criteria": "alike", "passed": 2, "failed": 1},
    ]
    items = list(client.evals.runs.output_items.list(run.id, eval_id=made.id))
    assert [item.status for item in items] == ["pass", "fail", "error", "fail"]
    assert [[result.score for result in item.results] for item in items][:2] == [[1, 1], [0, 1]]
    assert [result.passed for result in items[1].results] == [False, True]
    assert items[2].results[0].model_extra["errors"] == ["invalid_variable_error"]
    assert items[0].datasource_item == ROWS[0]["item"]
    assert client.evals.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError, match="no eval"):
        client.evals.runs.retrieve(run.id, eval_id=made.id)


def test_items_come_in_pages_in_either_order(client):
    """The client's own paging goes over all of them once."""
    made = client.evals.create(data_source_config=SCHEMA, testing_criteria=[EXACT])
    rows = [{"item": {"actual": str(number % 3), "expected": "0"}} for number in range(250)]
    run = client.evals.runs.create(made.id, data_source=source(rows))
    assert finished(client, made, run).result_counts.passed == 84
    listed = client.evals.runs.output_items.list
    ids = [item.datasource_item_id for item in listed(run.id, eval_id=made.id, limit=100)]
    assert ids == list(range(250))
    back = [item.datasource_item_id for item in listed(run.id, eval_id=made.id, limit=7, order="desc")]
    assert back == ids[::-1]
    assert len(list(listed(run.id, eval_id=made.id, status="fail", limit=90))) == 166


def test_samples_and_our_own_graders(client):
    """A sample that comes with the row fills its namespace; mathematics is a criterion, and so is a multi."""
    multi = {
        "type": "multi",
        "name": "both",
        "graders": {"math": {"type": "math_accuracy"}, "form": {"type": "format_check"}},
        "calculate_output": "0.5 * math + 0.5 * form",
        "pass_threshold": 0.5,
    }
    made = client.evals.create(data_source_config=SCHEMA, testing_criteria=[{"type": "math_accuracy"}, multi, multi])
    texts = ["<think>x</think><answer>0.5</answer>", "<answer>2/4</answer>", "0.5"]
    rows = [{"item": {"reference_answer": "1/2"}, "sample": {"output_text": text}} for text in texts]
    done = finished(client, made, client.evals.runs.create(made.id, data_source=source(rows)))
    assert done.result_counts.model_dump() == {"total": 3, "passed": 2, "failed": 1, "errored": 0}
    names = [one.testing_criteria for one in done.per_testing_criteria_results]
    assert names == ["math_accuracy", "both", "both 2"]
    items = list(client.evals.runs.output_items.list(done.id, eval_id=made.id))
    assert [[result.score for result in item.results] for item in items] == [[1, 1, 1], [1, 0.5, 0.5], [0, 0, 0]]
    assert items[0].sample.output[0].content == texts[0]


def test_a_judge_grades_stored_answers(serving, make_client):
    """label_model by the server's judge, its tokens counted; rows that it can't be asked about are errored."""
    labels = {"labels": ["good", "bad"], "passing_labels": ["good"]}
    said = [{"role": "user", "content": "{{item.actual}}"}]
    criterion = {"type": "label_model", "name": "label", "model": "any", "input": said, **labels}
    with FakeJudge(lambda asked: "good" if asked.answer == "Paris" else "bad") as judge:
        settings = Settings(judge=JudgeSettings(base_url=judge.base_url, model="fake-judge"))
        with serving(settings) as address, make_client(address) as client:
            made = client.evals.create(data_source_config=SCHEMA, testing_criteria=[criterion])
            rows = [*ROWS, {"item": {}}]
            done = finished(client, made, client.evals.runs.create(made.id, data_source=source(rows)))
    assert done.result_counts.model_dump() == {"total": 5, "passed": 1, "failed": 3, "errored": 1}
    [usage] = done.per_model_usage
    assert (usage.run_model_name, usage.invocation_count) == ("fake-judge", 4)
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0


REFUSED = {
    "logs": ({"data_source_config": {"type": "logs"}, "testing_criteria": [EXACT]}, "expected 'custom'"),
    "no criteria": ({"data_source_config": SCHEMA, "testing_criteria": []}, "testing_criteria"),
    "two mistakes": (
        {"data_source_config": SCHEMA, "testing_criteria": [{**EXACT, "operation": "is"}, {"type": "python"}]},
        r"(?s)testing_criteria\[0\].operation.*testing_criteria\[1\].type",
    ),
    "no judge": (
        {
            "data_source_config": SCHEMA,
            "testing_criteria": [{"type": "score_model", "model": "m", "input": [{"role": "user", "content": "x"}]}],
        },
        "no judge",
    ),
}


@pytest.mark.parametrize(("body", "words"), REFUSED.values(), ids=REFUSED)
def test_what_an_eval_can_not_be(client, body, words):
    """All mistakes at once, each with its place."""
    with pytest.raises(openai.UnprocessableEntityError, match=words):
        client.evals.create(**body)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"type": "completions", "source": {"type": "file_content", "content": ROWS}}, "nothing is sampled here"),
        ({"type": "jsonl", "source": {"type": "file_id", "id": "file-1"}}, "send the rows with the run"),
        (source([]), "expected a list of 1 to"),
        (source([{"sample": {}}]), r"content\[0\]"),
        (source([*ROWS, 3]), r"content\[4\]"),
    ],
)
def test_what_a_run_can_not_be(client, data, words):
    """Nothing is sampled and no file is read."""
    made = client.evals.create(data_source_config=SCHEMA, testing_criteria=[EXACT])
    with pytest.raises(openai.UnprocessableEntityError, match=words):
        client.evals.runs.create(made.id, data_source=data)


def test_ids_that_are_no_ids(client):
    """Another eval's run, a path and a query in an id: 404 in words, never another resource."""
    made = client.evals.create(data_source_config=SCHEMA, testing_criteria=[EXACT])
    for eval_id in ("eval_0", "a?b=c", "%2e%2e%2fmodels", "../models"):
        with pytest.raises(openai.NotFoundError):
            client.evals.runs.retrieve("evalrun_0", eval_id=eval_id)
    with pytest.raises(openai.NotFoundError, match="has no run"):
        client.evals.runs.retrieve("evalrun_0", eval_id=made.id)
