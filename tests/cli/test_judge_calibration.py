"""graders judge-check --data holds a judge against labels; its findings say what to set."""

import json

import pytest
from click.testing import CliRunner

from graders.cli import main
from graders.testing import FakeJudge
from graders.testing.fake_judge import Asked, Fault, RawContent, exact


def lenient(asked: Asked) -> str:
    """Passes what holds the reference, and every hundred besides."""
    return "pass" if "hundred" in asked.answer else exact(asked)


def row(n, label, answer=None, **more):
    answer = answer or (f"it is {n} in all" if label else f"it is {n}x in all")
    return {
        "completion": f"<think>t</think><answer>{answer}</answer>",
        "reference_answer": f"is {n} in",
        "prompt": f"How many? {n}",
        "label": label,
        **more,
    }


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Run the command on rows against a server."""
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    def run(server, rows, *args, **env):
        (tmp_path / "rows.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
        url = ["judge-check", "--base-url", server.base_url, "--model", "fake-judge"]
        return CliRunner().invoke(main, [*url, "--data", str(tmp_path / "rows.jsonl"), *args], env=env)

    return run


def test_agreement_kappa_and_the_rows_that_differ(check):
    rows = [row(n, n % 2) for n in range(18)] + [row(18, 0, "a hundred"), row(19, 1, "not at all")]
    with FakeJudge(lenient) as server:
        ran = check(server, rows)
        found = json.loads(check(server, rows, "--json").output)["calibration"]
    assert ran.exit_code == 0, ran.output
    for line in (
        "labelled         20 rows",
        "agreement        0.900  [0.699, 0.972]",
        "Cohen's kappa    0.800  [0.398, 0.944]",
        "false positives  1 of 10 labelled wrong",
        "false negatives  1 of 10 labelled right",
        "differs          line 19: label 0, judge 1: fake: pass",
        "differs          line 20: label 1, judge 0: fake: fail",
    ):
        assert line in ran.output
    assert found["differ"][0] == {
        "row": "line 19",
        "label": 0,
        "score": 1.0,
        "outcome": "match",
        "reason": "fake: pass",
    }
    assert (found["both"], found["neither"], found["unscored"]) == (9, 9, {})


def test_a_judge_that_is_no_better_than_chance_is_doubtful_and_told_what_to_set(check):
    with FakeJudge(lambda asked: "fail" if "is 7" in asked.answer else "pass") as server:
        ran = check(server, [row(n + 100, n % 2) for n in range(10)])
    assert "Cohen's kappa    0.000" in ran.output
    assert "doubtful         kappa is not above 0.6; too lenient" in ran.output
    assert "set: another model, a rubric in your own words, criteria, or votes and a jury" in ran.output


def test_unscored_rows_are_counted_apart(check):
    def lost(asked):
        return Fault("500") if "it is 5 in" in asked.answer else exact(asked)

    with FakeJudge(lost) as server:
        ran = check(server, [row(n, 1) for n in (5, 6)], "--judge", "max_attempts=1")
    assert "labelled         2 rows, unscored judge_unreachable 1" in ran.output
    assert "all labels are the same" in ran.output


def test_votes_of_a_jury_on_groups_of_completions(check):
    group = {**row(1, None), "completions": [row(1, 1)["completion"], row(1, 0)["completion"]], "grade": [1, 0]}
    del group["completion"]
    with FakeJudge(models=["fake-judge", "b"]) as server:
        ran = check(server, [group], "--label-column", "grade", "--judge", "jury=b;b", "--judge", "concurrency=2")
    assert ran.exit_code == 0, ran.output
    assert ran.output.count("judge         b") == 2
    assert "votes            agree 1.000, 0 rows split" in ran.output
    assert "agreement        1.000" in ran.output


def test_votes_have_a_temperature_and_a_reward_its_own(check, tmp_path):
    reward = {"graders": [{"type": "llm", "temperature": 0.2, "seed": 5}]}
    (tmp_path / "reward.json").write_text(json.dumps(reward))
    with FakeJudge() as server:
        check(server, [row(1, 1)], "--judge", "votes=3")
        assert {asked.body.get("temperature") for asked in server.asked[-3:]} == {0.7}
        check(server, [row(1, 1)], "--judge", "votes=3", "--reward", str(tmp_path / "reward.json"))
        assert sorted(asked.body["seed"] for asked in server.asked[-3:]) == [5, 6, 7]


@pytest.mark.parametrize(
    ("rows", "args", "words"),
    [
        ([{"completion": "x", "reference_answer": "y"}], (), "line 1 has no column 'label'"),
        ([{**row(1, 1), "label": "yes"}], (), "line 1 has 'yes' in the label column 'label', expected 0 or 1"),
        ([], (), "there are no rows"),
        ([row(1, 1)], ("--judge", "votes"), "--judge votes: expected NAME=VALUE"),
        ([row(1, 1)], ("--judge", "api_key=x"), "a key doesn't belong on a command line; set GRADERS_JUDGE_API_KEY"),
        ([row(1, 1)], ("--judge", "votes=two"), "--judge votes: got 'two'"),
        ([row(1, 1)], ("--judge", "vote=3"), "--judge vote: "),
    ],
)
def test_mistakes_are_told(check, rows, args, words):
    with FakeJudge() as server:
        ran = check(server, rows, *args)
    assert ran.exit_code != 0
    assert words in ran.output


def advice(server, *args, **env):
    url = ["judge-check", "--base-url", server.base_url, "--model", "fake-judge", "--json", *args]
    return "\n".join(json.loads(CliRunner().invoke(main, url, env=env).output)["advice"])


def thinking(asked):
    """Cut at 512 tokens, whole with more."""
    return exact(asked) if asked.body.get("max_completion_tokens", 0) > 512 else Fault("length")


@pytest.mark.parametrize(
    ("server", "args", "words"),
    [
        (FakeJudge(thinking), (), "the model thinks before it answers: reasoning_effort or extra_body"),
        (FakeJudge(rejects=["json_schema"]), (), "structured='tool' saves each run from finding out"),
        (FakeJudge(rejects=["seed", "temperature"]), (), "temperature is rejected and left out"),
        (
            FakeJudge(lambda asked: RawContent("BANANA") if "BANANA" in asked.answer else exact(asked)),
            (),
            "the output format is not enforced",
        ),
        (FakeJudge(latency=0.1), ("--judge", "attempt_timeout=0.3"), "set attempt_timeout="),
        (FakeJudge(api_key="k"), (), "the key is refused: set api_key, GRADERS_JUDGE_API_KEY or api_key_file"),
        (
            FakeJudge(models=["fake-judge-2", "x"]),
            (),
            "no model 'fake-judge': set model to one of those listed, such as",
        ),
        (
            FakeJudge(latency=9.0),
            ("--judge", "attempt_timeout=0.1", "--judge", "max_attempts=1"),
            "no complete reply within",
        ),
        (
            FakeJudge(faults=1.0, kinds=["429"]),
            ("--judge", "rate_limit_patience=0"),
            "set requests_per_minute and tokens_per_minute",
        ),
        (
            FakeJudge(lambda asked: RawContent(json.dumps({"reason": str(asked.attempt), "verdict": exact(asked)}))),
            (),
            "identical calls get different replies: cache_path keeps the first, votes combines several",
        ),
    ],
    ids=["thinks", "form", "parameter", "enforced", "slow", "key", "model", "late", "limited", "varies"],
)
def test_findings_say_what_to_set(server, args, words):
    with server:
        assert words in advice(server, *args)


def test_nobody_there_and_nothing_to_say():
    with FakeJudge(lambda asked: "fail" if "is 7" in asked.answer else "pass") as server:
        assert advice(server) == ""
    assert "nobody answers at http://127.0.0.1" in advice(server, "--judge", "max_attempts=1")
