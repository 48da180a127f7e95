"""The page of a watched run: what it says is what was recorded, whatever was written in the rows, at any size."""

import re
import time

import numpy as np
import pytest

import graders
from graders.monitor.recording import RankFile, stride
from graders.monitor.run_page import verdict, watch_page, write_watch_page
from graders.monitor.watch_run import read_run
from graders.vocabulary.errors import DataError
from tests.report.conftest import read

NAMES = ["format", "string_check:contains", "math_accuracy", "llm"]
HOSTILE = "</pre><script>alert(1)</script>\u202e&amp; " * 40


def opened(**more):
    return {
        "k": "open",
        "s": 0,
        "told": True,
        "rank": 0,
        "world": 1,
        "pid": 1,
        "time": time.time(),
        "signature": "sig",
        "weights": dict.fromkeys(NAMES, 0.25),
        "definition": {"graders": [{"type": "math_accuracy"}]},
    } | more


def row(step, why="paid"):
    return {
        "step": step,
        "prompt": HOSTILE[:400],
        "completion": f"<think>{HOSTILE[:1000]}</think><answer>1</answer>",
        "answer": "1",
        "reference": "2",
        "reward": 0.5,
        "scores": dict.fromkeys(NAMES, 0.5),
        "outcomes": dict.fromkeys(NAMES, "match"),
        "traits": ["repeated"],
        "why": why,
    }


def sums(step, share):
    """A step of 64 rows of which a share is paid."""
    paid = round(64 * share)
    codes = {"match": paid, "no_answer": 4, "several_values": 3, "echo": 2, "over_limit": 1, "judge_unreachable": 1}
    codes["mismatch"] = 64 - sum(codes.values())
    rows = {"rows": 64, "scored": 63, "reward": paid * 0.9, "paid": paid, "trait/repeated": paid}
    answers = {"answers": 60, "length": 60 * paid, "distinct": 64 - paid, "groups": 8, "teaching": 4}
    scores = {f"score/{name}": paid for name in NAMES} | {f"count/{name}": 64 for name in NAMES}
    outcomes = {f"outcome/{name}/{code}": count for name in NAMES for code, count in codes.items()}
    return {"k": "step", "s": step, "sums": rows | answers | scores | outcomes}


def alarm(step):
    return {
        "detector": "repeated",
        "subject": f"s{step}",
        "step": step,
        "began": step - 9,
        "share": 0.04,
        "odds": 1e5,
        "sentence": "4 % of the paid rows are the same",
        "change": "compare the whole answer",
        "rows": [row(step, "repeated") for _ in range(5)],
    }


def recorded(folder, steps, alarms=()):
    """A run as a watched process writes it."""
    shares = np.linspace(0.1, 0.8, max(1, steps)) + np.random.default_rng(0).random(max(1, steps)) / 20
    file = RankFile(folder, 0)
    file.append([opened()])
    for step in range(1, steps + 1):
        if step % stride(step) == 0:
            rows = [{"k": "rows", "s": step, "rows": [row(step), row(step, "novel")]}] if step % 50 < 2 else []
            found = [{"k": "alarm", "s": step, "alarm": alarm(step)}] if step in alarms else []
            file.append([sums(step, float(shares[step - 1])), *rows, *found])
    return folder


def test_a_real_reward_from_step_to_page(tmp_path, quiet):
    """Scored, recorded, read back, shown."""
    reward = graders.watch(graders.load_reward({"graders": [{"type": "math_accuracy"}]}), tmp_path / "watch")
    completions = ["<think>one half</think><answer>0.5</answer>", "<think>?</think><answer>3</answer>"] * 16
    for _ in range(3):
        reward(completions=completions, reference_answer=["1/2"] * 32)
    reward.watcher.flush()
    run = write_watch_page(tmp_path / "watch", tmp_path / "page.html", title="Mine")
    page = read((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert page.one("h1").text == "Mine"
    assert page.one("p", class_="verdict").text == verdict(run) == "No alarm by step 3."
    assert {one.attributes["id"] for one in page.all("section")} == {
        "alarms",
        "curves",
        "outcomes",
        "samples",
        "provenance",
    }
    assert "match 50.0\N{NO-BREAK SPACE}% → 50.0\N{NO-BREAK SPACE}%" in page.one("section", id="outcomes").text


def test_alarms_are_told_with_what_to_change_and_their_rows(tmp_path):
    page = read(watch_page(read_run(recorded(tmp_path, 100, alarms=[40, 80]))))
    told = page.one("ol", class_="alarms").all("li")
    assert [one.one("h3").text for one in told] == ["One answer is paid everywhere"] * 2
    assert "To change: compare the whole answer." in told[0].text
    assert "Began at step 31, raised at step 40. 5 rows" in told[0].text
    assert told[1].one("a").attributes["href"] == "#alarm-2"
    assert page.one("h3", id="alarm-2").text == "2. One answer is paid everywhere"
    assert page.one("p", class_="verdict").text.startswith("2 alarms, the first at step 40: 4 % of the paid rows")


def test_ten_thousand_steps_stay_below_400_kb(tmp_path):
    """With alarms whose rows are as long as any, and characters that need most room."""
    run = read_run(recorded(tmp_path, 10_000, alarms=range(500, 6500, 500)))
    text = watch_page(run)
    assert len(run.alarms) == 12
    assert len(text.encode()) < 400_000
    assert "more would not fit on this page" in text
    assert "recorded steps in 140 places" in text


def test_nothing_of_the_rows_is_markup_and_nothing_is_loaded(tmp_path):
    text = watch_page(read_run(recorded(tmp_path, 60, alarms=[50])))
    assert "<script" not in text
    assert "\u202e" not in text
    assert not re.search(r'(src|href)="(https?:)?//', text)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_run_that_has_hardly_begun(tmp_path, steps):
    run = read_run(recorded(tmp_path, steps))
    assert read(watch_page(run)).one("p", class_="verdict").text == (
        f"No alarm by step {steps}." if steps else "Nothing is recorded yet."
    )


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(DataError, match="has no files"):
        write_watch_page(tmp_path, tmp_path / "page.html")


def test_a_dropped_detector_is_told(tmp_path):
    recorded(tmp_path, 3)
    RankFile(tmp_path, 1).append(
        [opened(rank=1), {"k": "dropped", "s": 2, "detector": "shape", "error": "ValueError: x"}]
    )
    assert "The detector shape failed and was dropped: ValueError: x" in watch_page(read_run(tmp_path))
