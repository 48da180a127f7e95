"""From what graders score wrote to a page: runs and files alone, rewards that fit and don't, where it is written."""

import json
import os
import threading
import warnings

import pytest

import graders
from graders.offline.reading.rows import Columns
from graders.report import write_report
from graders.vocabulary.errors import DataError
from tests.report.conftest import read, scored_rows, write_rows

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


def answered(answer, **columns):
    return {
        "prompt": "p",
        "completion": f"<think>a</think><answer>{answer}</answer>",
        "reference_answer": "4",
        **columns,
    }


ROWS = [answered("4", label=1), answered("5", label=0), answered("4.0", label=1), answered("four", label=1)]


@pytest.fixture
def scored(tmp_path):
    return write_rows(tmp_path / "scored.jsonl", scored_rows(graders.load_reward(EQUALS), ROWS))


def run_of(tmp_path, loaded, rows=ROWS, **manifest):
    """A run's directory with two shards."""
    folder = tmp_path / "run"
    folder.mkdir()
    written = scored_rows(loaded, rows)
    write_rows(folder / "a.jsonl", written[:2])
    write_rows(folder / "b.jsonl", written[2:])
    whole = {
        "format": 1, "signature": "the signature that was recorded", "weights": loaded.weights,
        "reward": loaded.definition.model_dump(mode="json", exclude_unset=True), "settings": {}, "columns": {},
        "label_column": "label", "versions": {"graders": "0.0.9", "sympy": "1.13"},
        "inputs": [{"path": "data.jsonl"}], "shards": [{"file": "a.jsonl"}, {"file": "b.jsonl"}], **manifest,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(whole))
    return folder


def page_of(path):
    return read(path.read_text(encoding="utf-8"))


def test_a_run_says_everything_itself(tmp_path):
    """Weights, labels, signature, versions, and the reward that takes rows apart."""
    output = tmp_path / "report.html"
    facts = write_report(run_of(tmp_path, graders.load_reward(EQUALS)), output)
    assert facts.reward.weights == {"format": 0.1, "string_check:equals": 0.9}
    assert facts.reward.signature == "the signature that was recorded"
    assert facts.agreement.accuracy.false_negatives == 2
    page = page_of(output)
    assert page.one("h1").text == "run"
    assert len(page.all("p", class_="sum")) == 4
    about = page.one("section", id="provenance").text
    for said in ("the signature that was recorded", "graders 0.0.9, sympy 1.13", "data.jsonl", "string_check"):
        assert said in about


def test_a_run_with_columns_and_settings_of_its_own(tmp_path):
    """Its manifest names them."""
    settings = graders.Settings(tags=("plan", "out"), reference_column="gold")
    reward = graders.load_reward(EQUALS, settings)
    rows = [{"text": f"<plan>a</plan><out>{n}</out>", "gold": "4", "completion": None} for n in (4, 5)]
    columns = Columns(completion="text", reference="gold")
    written = [{**row, **result} for row, result in zip(rows, scored_rows(reward, [
        {"completion": row["text"], "reference_answer": "4"} for row in rows]), strict=True)]  # fmt: skip
    for row, original in zip(written, rows, strict=True):
        row.pop("reference_answer", None)
        row["completion"] = original["completion"]
    folder = run_of(
        tmp_path, reward, [], columns=vars_of(columns), settings={"tags": ["plan", "out"]}, label_column=None
    )
    write_rows(folder / "a.jsonl", written)
    facts = write_report(folder, tmp_path / "report.html")
    assert facts.reward.tags == ("plan", "out")
    assert [one.completion for one in facts.sample] == [row["text"] for row in rows]
    assert [one.reference for one in facts.sample] == ["4", "4"]
    assert not any(one.scores_otherwise for one in facts.sample)


def vars_of(columns):
    return {name: getattr(columns, name) for name in ("completion", "completions", "reference", "prompt", "messages")}


@pytest.mark.parametrize("definition", [{"graders": [{"type": "nobody_has_it"}]}, {"graders": 7}, None])
def test_a_run_whose_reward_can_t_be_built_here(tmp_path, definition):
    """A grader of somebody's own: the report says so, and the rest of it stands."""
    output = tmp_path / "report.html"
    facts = write_report(run_of(tmp_path, graders.load_reward(EQUALS), reward=definition), output)
    assert "can't be built here" in facts.reward.why_not_explained
    assert facts.reward.weights == {"format": 0.1, "string_check:equals": 0.9}
    assert "can't be built here" in page_of(output).one("header").text


def test_a_file_and_its_reward(scored, tmp_path):
    facts = write_report(scored, tmp_path / "r.html", reward=graders.load_reward(EQUALS), label_column="label")
    assert facts.reward.weights
    assert facts.agreement.accuracy.accuracy == 0.5


def test_a_mistyped_label_column_is_refused(scored, tmp_path):
    """A report without accuracy would look as if there were no labels."""
    with pytest.raises(DataError, match=r"row 1 has no column 'labels'; did you mean 'label'\?"):
        write_report(scored, tmp_path / "r.html", label_column="labels")


def test_a_title_and_a_source(scored, tmp_path):
    write_report(scored, tmp_path / "r.html", title="My <title>", source="somewhere")
    page = page_of(tmp_path / "r.html")
    assert page.one("h1").text == "My <title>"
    assert page.one("head").one("title").text == "My <title>: reward report"
    assert "from somewhere." in page.one("p", class_="subject").text


def test_another_reward_is_refused(scored, tmp_path):
    """Its components are named beside those of the file."""
    with pytest.raises(
        DataError, match=r"scores of format, string_check:equals, and the reward gives format, math_accuracy"
    ):
        write_report(scored, tmp_path / "r.html", reward=graders.load_reward({"graders": [{"type": "math_accuracy"}]}))
    assert not (tmp_path / "r.html").exists()


def test_a_reward_that_scores_otherwise_is_told(scored, tmp_path):
    """The same components with other settings: the row says what the file says, the section how many rows differ."""
    loose = graders.load_reward(EQUALS, graders.Settings(tags=("plan", "out")))
    facts = write_report(scored, tmp_path / "r.html", reward=loose)
    differing = [one for one in facts.sample if one.scores_otherwise]
    assert len(differing) == 4
    page = page_of(tmp_path / "r.html")
    said = [node.text for node in page.all("p", class_="warning")]
    assert said[0].startswith("4 rows would get another reward")
    assert "The file says 1." in said


@pytest.mark.usefixtures("quiet")
def test_no_judge_is_asked(tmp_path):
    """Taking a row apart would cost a call: the report says that it leaves it out."""
    from graders.testing import FakeJudge

    with FakeJudge() as judge:
        settings = graders.Settings(judge=graders.JudgeSettings(base_url=judge.base_url, model="fake-judge"))
        reward = graders.load_reward({"graders": [{"type": "llm"}]}, settings)
        path = write_rows(tmp_path / "scored.jsonl", scored_rows(reward, ROWS))
        asked = judge.calls
        facts = write_report(path, tmp_path / "r.html", reward=reward)
        assert judge.calls == asked > 0
    assert "needs a judge" in page_of(tmp_path / "r.html").one("header").text
    assert all(one.explanation is None for one in facts.sample)


def test_warnings_of_the_reward_are_in_the_report_and_not_on_the_screen(tmp_path, quiet):
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "contains"}]})
    path = write_rows(tmp_path / "scored.jsonl", scored_rows(reward, ROWS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        facts = write_report(path, tmp_path / "r.html", reward=reward)
    assert "pays any answer" in facts.reward.weaknesses[0]
    assert facts.reward.weaknesses[0] in page_of(tmp_path / "r.html").one("section", id="alarms").text


@pytest.mark.parametrize(("rows", "message"), [
    ([answered("4")], r"row 1 has no column 'reward': score it first"),
    ([], "has no rows"),
    ([{**answered("4"), "reward": 2, "scores": {"format": 1}, "outcomes": {"format": "match"}, "answer": "4"}],
     "2 is no score"),
])  # fmt: skip
def test_what_is_not_scored_is_refused(tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        write_report(write_rows(tmp_path / "rows.jsonl", rows), tmp_path / "r.html")


def test_a_row_that_changed_meanwhile_is_told(scored, tmp_path, monkeypatch):
    """The sample is read after the figures."""
    from graders.report import shown_rows

    monkeypatch.setattr(shown_rows, "read_documents", lambda path, lines: {})
    with pytest.raises(DataError, match=r"row 1 can't be shown"):
        write_report(scored, tmp_path / "r.html")


def test_prompts_and_references_of_any_kind(tmp_path):
    """What no grader reads may be anything; several acceptable references stand side by side."""
    reward = graders.load_reward({"graders": [{"type": "format_check"}]})
    rows = [answered("4", prompt={"a": 1}, reference_answer={"b": [1]}), answered("4", reference_answer=["4", 5]),
            answered("4", prompt=[{"role": "user", "content": "question"}], reference_answer=None)]  # fmt: skip
    written = scored_rows(reward, [{**row, "prompt": "p"} for row in rows])
    for one, row in zip(written, rows, strict=True):
        one["prompt"] = row["prompt"]
    facts = write_report(write_rows(tmp_path / "scored.jsonl", written), tmp_path / "r.html")
    assert [one.prompt for one in facts.sample] == ['{"a": 1}', "p", "question"]
    assert [one.reference for one in facts.sample] == ['{"b": [1]}', "4 or 5", None]


def test_the_file_appears_when_it_is_whole(scored, tmp_path, monkeypatch):
    """What stood there stays until then, and nothing is left beside it."""
    from pathlib import Path

    output = tmp_path / "r.html"
    output.write_text("old")

    def full(self, content):
        with self.open("wb") as stream:
            stream.write(content[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(DataError, match=r"r\.html can't be written: No space left"):
            write_report(scored, output)
    assert output.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.html", "scored.jsonl"]
    write_report(scored, output)
    assert output.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_links_and_pipes(scored, tmp_path):
    """What a link points to is written; a pipe is written to and stays one."""
    (tmp_path / "far").mkdir()
    link, pipe, got = tmp_path / "link.html", tmp_path / "pipe", []
    link.symlink_to(tmp_path / "far" / "r.html")
    write_report(scored, link)
    assert link.is_symlink()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_report(scored, pipe, title="r.html")
    reader.join(timeout=20)
    assert pipe.is_fifo()
    assert len(got[0]) == len((tmp_path / "far" / "r.html").read_bytes()) + 2 * (len("r.html") - len("scored.jsonl"))


@pytest.mark.parametrize(
    ("output", "message"), [("", "is a directory"), ("none/r.html", "there is no directory"), ("loop", "can't be")]
)
def test_where_nothing_can_be_written(scored, tmp_path, output, message):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(DataError, match=message):
        write_report(scored, tmp_path / output)
