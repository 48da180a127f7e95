"""graders judge-check finds out what an endpoint can do."""

import json

import pytest
from click.testing import CliRunner

from graders.cli.judging.judge_check import judge_check
from graders.testing import FakeJudge
from graders.testing.fake_judge import Asked, RawContent, exact


@pytest.fixture
def check(monkeypatch):
    """Run the command against a server."""
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    def run(server, *args, **env):
        url = ["--base-url", server.base_url] if server else []
        return CliRunner().invoke(judge_check, [*url, "--model", "fake-judge", *args], env=env)

    return run


def test_a_good_endpoint_is_ready(check):
    with FakeJudge(lambda asked: "fail" if "is 7" in asked.answer else "pass") as server:
        ran = check(server)
    assert ran.exit_code == 0, ran.output
    for line in (
        "models        fake-judge",
        "json_schema: enforced",
        "tool: enforced",
        "seed: accepted",
        "known-right   pass",
        "known-wrong   fail",
        "equal replies",
        "ready",
    ):
        assert line in ran.output


def test_what_is_rejected_or_not_enforced_is_said(check):
    def talkative(asked: Asked) -> str:
        return RawContent("BANANA") if "BANANA" in asked.answer else exact(asked)

    with FakeJudge(talkative, rejects=["seed", "tools"]) as server:
        ran = check(server, "--json")
    report = json.loads(ran.output)
    assert report["forms"]["json_schema"] == report["forms"]["json_object"] == "accepted, not enforced"
    assert report["forms"]["tool"].startswith("rejected: HTTP 400")
    assert report["parameters"]["seed"].startswith("rejected: HTTP 400")
    assert report["parameters"]["temperature"] == "accepted"
    assert ran.exit_code == 0


@pytest.mark.parametrize(
    ("verdict", "problem"), [("pass", "known-wrong"), ("fail", "known-right"), ("maybe", "no valid verdict")]
)
def test_a_judge_that_can_not_judge_is_a_problem(check, verdict, problem):
    with FakeJudge(verdict) as server:
        ran = check(server)
    assert ran.exit_code == 2
    assert problem in ran.output


def test_a_wrong_key_a_missing_model_and_no_server(check, monkeypatch):
    with FakeJudge(exact, api_key="k", models=["other"]) as server:
        assert "401" in check(server).output
        ran = check(server, GRADERS_JUDGE_API_KEY="k")
        assert "not among them" in ran.output
        assert ran.exit_code == 2
    assert check(server).exit_code == 2
