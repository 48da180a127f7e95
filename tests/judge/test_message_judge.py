"""A judge that is asked in the caller's own words: numbers and labels, faults, budgets, many forms of question."""

import asyncio
import math

import pytest

from graders.judge import Endpoint, Limits, Sampling
from graders.judge.grade_prompt import GradePrompt
from graders.judge.judgement import read
from graders.judge.message_judge import MOST_FORMS, MessageJudge
from graders.judge.prompt import Decision
from graders.testing import FakeJudge
from graders.testing.fake_judge import Fault, RawContent

NUMBER, LABEL = GradePrompt(numeric=True), GradePrompt(labels=("bad", "good"))


def said(text):
    return [{"role": "user", "content": text}]


def ask(server, texts, prompt=NUMBER, sampling=None, judge=None, **limits):
    made = judge or MessageJudge(
        Endpoint(base_url=server.base_url, model="fake-judge"), Limits(backoff_base=0.001, **limits)
    )
    return asyncio.run(made.ask([said(text) for text in texts], prompt, sampling or Sampling()))


@pytest.mark.parametrize(
    ("reply", "decision"),
    [
        ('{"result": 1}', Decision(("1.0",), "")),
        ('{"steps": [{"description": "d", "conclusion": "c"}], "result": -2.5}', Decision(("-2.5",), "c")),
        ('```json\n{"result": 1e3}\n```', Decision(("1000.0",), "")),
        ('{"steps": "none", "result": 0}', Decision(("0.0",), "")),
    ],
)
def test_numbers_that_are_read(reply, decision):
    """With what the steps conclude."""
    assert read(reply, NUMBER) == decision
    assert NUMBER.value(decision.labels) == float(decision.labels[0])


@pytest.mark.parametrize(
    "reply",
    [
        "0.5",
        "[]",
        "{}",
        '{"result": "0.5"}',
        '{"result": true}',
        '{"result": null}',
        '{"result": NaN}',
        '{"result": 1e999}',
        '{"result": 1, "result": 0}',
        '{"result": 1, "verdict": "pass"}',
        'The result is {"result": 1}',
        '{"result": [1]}',
    ],
)
def test_replies_without_a_number(reply):
    """Strict: nothing is searched for, and no text is a number."""
    assert isinstance(read(reply, NUMBER), str)


def test_labels_whatever_their_case():
    """Only these."""
    assert read('{"steps": [], "result": " GOOD "}', LABEL) == Decision(("good",), "")
    assert "expected one of bad, good" in read('{"result": "fine"}', LABEL)
    assert (LABEL.value(("bad",)), LABEL.value(("good",))) == (0, 1)


def test_answers_come_in_order_with_the_callers_own_messages():
    """The form of the reply stands in the system message, whether there was one or not."""
    with FakeJudge(lambda asked: asked.answer) as server:
        first, second = ask(server, ["0.25", "7"], sampling=Sampling(seed=1, max_completion_tokens=9))
        body = server.asked[0].body
    assert (first.value, second.value) == (0.25, 7)
    assert first.tokens[0] > 0
    assert (body["seed"], body["max_completion_tokens"]) == (1, 9)
    assert body["messages"][-1] in (said("0.25")[0], said("7")[0])
    system = NUMBER.messages('[{"role": "system", "content": "Be strict."}, {"role": "user", "content": "x"}]')
    assert [one["role"] for one in system] == ["system", "user"]
    assert system[0]["content"].startswith("Be strict.\n\nReply with exactly one JSON object")


@pytest.mark.parametrize("form", ["json_schema", "tool", "json_object"])
def test_servers_that_reject_a_form(form):
    """The strongest form that the server takes is found as for every judge."""
    with FakeJudge(
        lambda asked: RawContent('{"result": 0.5}'),
        rejects=["json_schema", "tools"][: 2 if form == "json_object" else 1],
    ) as server:
        [verdict] = ask(server, ["x"])
    assert verdict.value == 0.5


def test_a_zero_where_the_answer_is_to_blame_and_none_where_the_server_is():
    """A known probe on the same server decides, as for every judge."""
    with FakeJudge(lambda asked: Fault("refusal") if asked.answer == "x" else "1") as server:
        [verdict] = ask(server, ["x"], content_attempts=2)
        assert (verdict.value, str(verdict.outcome)) == (0, "judge_refused")
    with FakeJudge(Fault("refusal")) as server:
        [verdict] = ask(server, ["x"], content_attempts=2)
        assert (math.isnan(verdict.value), str(verdict.outcome)) == (True, "judge_unreachable")
    with FakeJudge(faults=1.0, kinds=["500"]) as server:
        [verdict] = ask(server, ["x"], max_attempts=2)
        assert str(verdict.outcome) == "judge_unreachable"


def test_all_forms_of_question_spend_one_budget():
    """Another form is no way around it."""
    with FakeJudge("1") as server:
        judge = MessageJudge(Endpoint(base_url=server.base_url, model="fake-judge"), Limits(max_calls=3))
        outcomes = [str(ask(server, ["x"], judge=judge, sampling=Sampling(seed=seed))[0].outcome) for seed in range(5)]
        assert server.calls == 3
    assert outcomes == ["match"] * 3 + ["over_budget"] * 2


def test_no_more_forms_keep_connections_than_it_says():
    """A caller that asks in ever new forms holds no more of them open."""
    with FakeJudge("1") as server:
        judge = MessageJudge(Endpoint(base_url=server.base_url, model="fake-judge"))
        for seed in range(MOST_FORMS + 9):
            assert ask(server, ["x"], judge=judge, sampling=Sampling(seed=seed))[0].value == 1
        assert len(judge._forms) == MOST_FORMS


def test_a_deadline_leaves_rows_open():
    """Within it or not at all."""
    with FakeJudge("1", latency=5) as server:
        judge = MessageJudge(Endpoint(base_url=server.base_url, model="fake-judge"))
        [verdict] = asyncio.run(judge.ask([said("x")], NUMBER, Sampling(), 0.2))
    assert str(verdict.outcome) == "past_deadline"
