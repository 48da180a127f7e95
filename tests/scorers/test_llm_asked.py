"""How an llm grader's judge is asked: criteria of each row, whole prompts, images, votes and juries, a scale."""

import base64
import json

import numpy as np
import pytest
from click.testing import CliRunner

import graders
from graders import DataError, DefinitionError, JudgeSettings, Settings
from graders.cli import main
from graders.completion.conversation import conversation_of
from graders.testing import FakeJudge
from graders.testing.fake_judge import Fault, RawContent
from graders.vocabulary.errors import BatchWarning

REWARD = {"graders": [{"type": "llm", "temperature": 0.3}], "format_reward_weight": 0.1}
RUBRIC = [{"criterion": "Names the unit", "points": 5}, {"criterion": "Is rude", "points": -3}]
PNG = b"\x89PNG\r\n\x1a\n0000"


def completion(answer):
    return f"<think>t</think><answer>{answer}</answer>"


def reward_at(server, definition=None, **more):
    settings = JudgeSettings(base_url=server.base_url, model="fake-judge", probe_every=0, **more)
    return graders.load_reward(definition or REWARD, Settings(judge=settings))


def by_words(asked):
    """Meets a criterion whose last word stands in the answer."""
    listed = [line for line in asked.body["messages"][-1]["content"].splitlines() if line[:1] == "c" and ": " in line]
    met = {line.partition(":")[0]: "pass" if line.split()[-1] in asked.answer else "fail" for line in listed}
    return RawContent(json.dumps({"reason": "r", "verdict": met}))


def test_each_row_has_criteria_of_its_own_and_needs_no_reference():
    with FakeJudge(by_words) as server:
        reward = reward_at(server, criteria_column="rubrics")
        assert (reward.needs_reference, reward.columns) == (False, ("rubrics",))
        batch = reward.evaluate(
            [completion("5 unit"), completion("rude unit"), completion("rude"), completion("all short")],
            columns={"rubrics": [RUBRIC, RUBRIC, json.dumps(RUBRIC), ["Is short", "Is kind"]]},
        )
        data = json.loads(server.asked[0].body["messages"][1]["content"].splitlines()[1])
    assert batch.components["llm"].tolist() == [1.0, 0.4, 0.0, 0.5]
    assert list(data) == ["answer"]


def test_a_reference_is_shown_where_there_is_one():
    with FakeJudge(by_words) as server:
        reward = reward_at(server, criteria_column="rubrics")
        reward.evaluate(
            [completion("a unit"), completion("no unit")],
            reference_answer=["five metres", "nan"],
            columns={"rubrics": [RUBRIC] * 2},
        )
        assert {asked.reference for asked in server.asked} == {"five metres", None}


def test_a_row_whose_criteria_can_not_be_read_is_unscored_and_said():
    with FakeJudge(by_words) as server:
        reward = reward_at(server, criteria_column="rubrics")
        with pytest.warns(
            BatchWarning, match=r"2 of 3 rows can't be scored, the first is row 2: llm .*'rubrics': got NoneType"
        ):
            batch = reward.evaluate(
                [completion("unit")] * 3, columns={"rubrics": [RUBRIC, None, [{"criterion": "x", "points": -1}]]}
            )
        assert server.calls == 1
    assert batch.components["llm"].tolist()[0] == 1.0
    assert np.isnan(batch.rewards).tolist() == [False, True, True]
    assert [str(outcome) for outcome in batch.outcomes["llm"]] == ["match", "bad_reference", "bad_reference"]


def test_a_missing_column_is_named():
    with FakeJudge() as server:
        reward = reward_at(server, criteria_column="rubrics")
        with pytest.raises(
            DataError, match=r"llm reads the column 'rubrics', which was not passed \(columns passed: a\)"
        ):
            reward.evaluate([completion("x")], columns={"a": [1]})
        with pytest.raises(DataError, match="rubrics: got 2 values for 1 completion,"):
            reward.evaluate([completion("x")], columns={"rubrics": [RUBRIC, RUBRIC]})


def test_a_trainer_passes_the_column_as_it_stands():
    with FakeJudge(by_words) as server:
        reward = reward_at(server, criteria_column="rubrics")
        rewards = reward([completion("unit"), completion("x")], prompts=["q"] * 2, rubrics=[RUBRIC] * 2, other=[1, 2])
        assert rewards == pytest.approx([1.0, 0.1])
        shown = reward.explain(completion("unit"), columns={"rubrics": RUBRIC})
    assert "c2: Is rude" in json.dumps(shown["components"][1]["compared"])


def test_a_file_is_scored_by_a_column_of_criteria(tmp_path):
    """Nested in the row, rows without it named by their line."""
    rows = [
        {"completion": completion("unit"), "prompt": "q", "extra": {"rubrics": RUBRIC}},
        {"completions": [completion("unit rude"), completion("x")], "prompt": "q", "extra": {"rubrics": RUBRIC}},
        {"completion": completion("unit"), "prompt": "q"},
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "reward.json").write_text(json.dumps(REWARD))
    with FakeJudge(by_words) as server:
        (tmp_path / "s.toml").write_text(
            f'[judge]\nbase_url = "{server.base_url}"\nmodel = "fake-judge"\ncriteria_column = "extra.rubrics"\n'
        )
        command = ["score", "reward.json", "rows.jsonl", "-o", "out.jsonl", "--settings", "s.toml"]
        named = [str(tmp_path / word) if "." in word else word for word in command]
        result = CliRunner().invoke(main, [*named, "--max-error-rate", "1", "--workers", "1"])
        assert result.exit_code == 0, result.output
    scored = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert scored[0]["scores"]["llm"] == 1.0
    assert scored[1]["scores"]["llm"] == [0.4, 0.0]
    assert scored[2]["status"] == "error"
    assert "line 3 has no column 'extra.rubrics'" in scored[2]["error"]


def test_a_scale_through_the_reward():
    with FakeJudge(lambda asked: asked.answer.split()[-1]) as server:
        reward = reward_at(server, scale=(0, 10), rubric="How kind is it?")
        assert reward.needs_reference is False
        batch = reward.evaluate([completion("is 7"), completion("is 10"), completion("is 0")])
        assert reward_at(server, scale=(0, 10)).needs_reference is True
    assert batch.components["llm"].tolist() == [0.7, 1.0, 0.0]


TURNS = [
    {"role": "system", "content": "Be <|brief|>."},
    {"role": "user", "content": "What is the capital of France?"},
    {"role": "assistant", "content": "Paris."},
    {"role": "user", "content": [{"type": "text", "text": "And of Italy?"}]},
]


def test_the_judge_sees_the_conversation_on_request():
    with FakeJudge() as server:
        reward_at(server, conversation=True).evaluate([completion("it is Rome")], ["Rome"], [TURNS])
        reward_at(server).evaluate([completion("it is Rome")], ["Rome"], [TURNS])
        shown, plain = (json.loads(asked.body["messages"][1]["content"].splitlines()[1]) for asked in server.asked)
        assert "<|" not in server.asked[0].body["messages"][1]["content"]
    assert shown["conversation"] == [
        {"role": "system", "content": "Be <|brief|>."},
        {"role": "user", "content": "What is the capital of France?"},
        {"role": "assistant", "content": "Paris."},
        {"role": "user", "content": "And of Italy?"},
    ]
    assert (shown["reference"], shown["answer"]) == ("Rome", "it is Rome")
    assert plain == {"question": "And of Italy?", "reference": "Rome", "answer": "it is Rome"}


def image_turn(part):
    return [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, part]}]


@pytest.mark.parametrize(
    ("part", "url"),
    [
        ({"type": "image_url", "image_url": {"url": "https://x/a.png"}}, "https://x/a.png"),
        ({"type": "image_url", "image_url": "https://x/a.png"}, "https://x/a.png"),
        ({"type": "input_image", "image_url": "data:image/png;base64,AA=="}, "data:image/png;base64,AA=="),
        ({"type": "image", "url": "https://x/a.png"}, "https://x/a.png"),
        ({"type": "image", "image": {"bytes": PNG}}, f"data:image/png;base64,{base64.b64encode(PNG).decode()}"),
        (
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "AA=="}},
            "data:image/jpeg;base64,AA==",
        ),
        ({"image_url": {"url": "http://x/a.png"}}, "http://x/a.png"),
    ],
)
def test_images_in_any_dialect(part, url):
    assert conversation_of(image_turn(part), 0).images == (url,)


@pytest.mark.parametrize(
    "part", [{"type": "image"}, {"type": "image", "image": "/etc/passwd"}, {"type": "image", "image": b"no image"}]
)
def test_an_image_that_can_not_be_sent_is_said(part):
    """No file of this machine is ever read for a row."""
    with pytest.raises(TypeError, match=r"prompts\[3\]\[0\].content\[1\]: got"):
        conversation_of(image_turn(part), 3)


def test_the_judge_sees_images_on_request():
    prompt = image_turn({"type": "image_url", "image_url": {"url": "https://x/a.png"}})
    other = image_turn({"type": "image_url", "image_url": {"url": "https://x/b.png"}})
    with FakeJudge() as server:
        reward_at(server, images=True).evaluate([completion("a cat")] * 2, ["cat"] * 2, [prompt, other])
        reward_at(server).evaluate([completion("a cat")], ["cat"], [prompt])
        contents = [asked.body["messages"][1]["content"] for asked in server.asked]
    assert {parts[1]["image_url"]["url"] for parts in contents[:2]} == {"https://x/a.png", "https://x/b.png"}
    assert "The images belong to the question." in contents[0][0]["text"]
    assert isinstance(contents[2], str)


def test_a_server_that_takes_no_images_leaves_rows_unscored_not_wrong():
    """The same question with its reference is asked with the image, too."""
    prompt = image_turn({"type": "image_url", "image_url": {"url": "https://x/a.png"}})

    def blind(asked):
        return "pass" if isinstance(asked.body["messages"][1]["content"], str) else RawContent("I see no image.")

    with FakeJudge(blind) as server:
        reward = reward_at(server, images=True, max_unscored=None)
        batch = reward.evaluate([completion("a cat")], ["cat"], [prompt])
    assert [str(outcome) for outcome in batch.outcomes["llm"]] == ["judge_unreachable"]


def test_votes_and_a_jury_by_settings():
    with FakeJudge(models=["fake-judge", "b", "c"]) as server, FakeJudge(api_key="own") as other:
        reward = reward_at(server, votes=3)
        reward.evaluate([completion("a cat")], ["cat"])
        assert server.calls == 3
        jury = ["b", {"model": "fake-judge", "base_url": other.base_url, "api_key": "own"}]
        reward = reward_at(server, jury=jury, api_key="secret-of-the-first")
        reward.evaluate([completion("a cat")], ["cat"])
        assert (server.calls, other.calls) == (5, 1)
        assert "jury=['b at " in reward.signature()
        assert "secret" not in reward.signature() + repr(reward.settings)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"votes": 2}, "a majority needs an odd number, and 1 judges with votes=2 give 2 votes a row"),
        ({"jury": ("b",)}, "a majority needs an odd number"),
        ({"criteria_column": "rubrics", "scale": (0, 1)}, "leave criteria, scale and labels out"),
        ({"jury": ({"base_url": "http://x"}, "c")}, r"jury\[0\].model"),
        ({"jury": ({"model": "b", "base_url": "x"}, "c")}, "an http:// or https:// URL"),
        ({"scale": "0;ten"}, "scale"),
        ({"voting": "median"}, "'majority'|'mean'"),
    ],
)
def test_settings_that_do_not_fit_together(given, words):
    with pytest.raises(DefinitionError, match=words):
        JudgeSettings(**given)


def test_votes_at_temperature_0_fail_when_the_reward_is_built():
    settings = Settings(judge=JudgeSettings(base_url="http://x", model="m", votes=3))
    with pytest.raises(DefinitionError, match=r"judge.votes: votes=3 at temperature 0 are one verdict"):
        graders.load_reward({"graders": [{"type": "llm", "temperature": 0}]}, settings)


def test_nothing_secret_of_a_juror_is_shown():
    juror = {"model": "b", "base_url": "http://x", "api_key": "sk-1", "extra_headers": {"X-Key": "sk-2"}}
    settings = JudgeSettings(extra_headers={"X-Key": "sk-3"}, jury=(juror, "c"))
    assert settings.jury[0].extra_headers == {"X-Key": "sk-2"}
    assert "sk-" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


def test_settings_from_the_environment():
    variables = {"JURY": "b; c", "SCALE": "0; 10", "VOTES": "3", "VOTING": "mean", "CONVERSATION": "true"}
    judge = Settings.from_env({f"GRADERS_JUDGE_{name}": value for name, value in variables.items()}).judge
    assert [juror.model for juror in judge.jury] == ["b", "c"]
    assert (judge.scale, judge.votes, judge.voting, judge.conversation) == ((0.0, 10.0), 3, "mean", True)


POISON = {
    "refusal": RawContent("I can't help with that."),
    "cut": Fault("length"),
    "no verdict": Fault("bad_label"),
    "server error": Fault("500"),
    "moderation": Fault("content_filter"),
}


@pytest.mark.parametrize("kind", POISON)
def test_a_policy_that_provokes_is_named_by_an_alarm_and_costs_nobody_a_row(kind):
    """Every third answer, of a jury with votes too; its own rows are 0 or unscored, as the table says."""

    def verdict(asked):
        is_right = (asked.reference or "") in asked.answer
        return POISON[kind] if "POISON" in asked.answer else "pass" if is_right else "fail"

    answers = [f"POISON {i}" if i % 3 == 0 else f"it is {i} in all" for i in range(48)]
    with FakeJudge(verdict, models=["fake-judge", "b", "c"]) as server:
        quick = {"max_attempts": 2, "backoff_base": 0.001, "breaker_faults": 5, "breaker_patience": 0.0}
        reward = reward_at(server, jury=("b", "c"), max_unscored=None, **quick)
        batch = reward.evaluate([*map(completion, answers)], [f"is {i} in" for i in range(48)])
    scores = batch.components["llm"]
    assert [scores[i] for i in range(48) if i % 3] == [1.0] * 32
    alarms = {alarm.kind: alarm for alarm in batch.diagnostics().alarms}
    alarm = alarms["unscored" if kind == "server error" else "provoked"]
    assert alarm.rows == tuple(range(0, 48, 3))
    assert np.isnan(scores[::3]).all() if kind == "server error" else not scores[::3].any()
