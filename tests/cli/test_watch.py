"""graders watch: a run in the terminal and as a page, once or as long as it goes on."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from graders.cli.watch_table import PLACES, sketch
from graders.monitor.recording import RankFile
from tests.monitor.test_run_page import alarm, opened, recorded, sums

PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where whoever runs the tests ignores it
from graders.cli import main
main()
"""


def test_it_prints_figures_and_alarms_and_writes_the_page(cli, tmp_path):
    recorded(tmp_path / "watch", 100, alarms=[40])
    result = cli("watch", tmp_path / "watch", "--html", tmp_path / "page.html", "--title", "Mine")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("1 alarm, the first at step 40: 4 % of the paid rows are the same")
    assert lines[1] == "6,400 rows by step 100"
    assert "1. One answer is paid everywhere, step 40 (began at 31)" in lines
    assert lines.count("   answer '1', reference '2', step 40") == 2
    assert "   To change: compare the whole answer." in lines
    named = [line.split("  ")[0] for line in lines]
    assert {"reward", "math_accuracy", "paid", "unscored", "different answers", "characters an answer"} <= set(named)
    assert "<h1>Mine</h1>" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_alarms_as_json(cli, tmp_path):
    result = cli("watch", recorded(tmp_path, 100, alarms=[40, 80]), "--json")
    assert [(one["step"], len(one["rows"])) for one in json.loads(result.stdout)] == [(40, 5), (80, 5)]


def test_json_is_not_followed(cli, tmp_path):
    result = cli("watch", tmp_path, "--json", "--follow")
    assert (result.exit_code, "give one of them" in result.stderr) == (2, True)


def test_a_folder_without_a_run_is_one_sentence(cli, tmp_path):
    result = cli("watch", tmp_path / "nothing")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert "graders.watch(reward, folder) writes them" in result.stderr


def test_a_damaged_line_is_counted(cli, tmp_path):
    (path,) = recorded(tmp_path, 3).iterdir()
    path.write_bytes(path.read_bytes()[:-20])
    result = cli("watch", tmp_path)
    assert "128 rows by step 2; 1 line can't be read" in result.stdout


def test_following_writes_the_page_anew_as_the_run_goes_on(tmp_path):
    """From before its first step, through an alarm, to an interrupt, which ends this alone and is no error."""
    folder, page = tmp_path / "watch", tmp_path / "page.html"
    words = ["watch", str(folder), "--html", str(page), "--follow", "--every", "0.05"]
    following = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        file = RankFile(folder, 0)
        file.append([opened(), sums(1, 0.5)])
        assert until(lambda: says(page, "No alarm by step 1."))
        file.append([sums(2, 0.5), {"k": "alarm", "s": 2, "alarm": alarm(2)}])
        assert until(lambda: says(page, "1 alarm, the first at step 2"))
        assert following.poll() is None
        following.send_signal(signal.SIGINT)
        printed, errors = following.communicate(timeout=30)
    finally:
        following.kill()
        following.communicate()
    assert (following.returncode, errors) == (0, "")
    assert "1 alarm, the first at step 2" in printed


def says(page, words):
    return page.exists() and words in page.read_text(encoding="utf-8")


def until(true, seconds=60):
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("curve", "drawn"),
    [([0.0, 1.0], "▁█"), ([np.nan, 0.5], " ▅"), ([5.0, 10.0], "▅█"), ([np.nan], " "), ([0.1] * 1000, "▁" * PLACES)],
)
def test_a_sketch_of_a_curve(curve, drawn):
    assert sketch(np.array(curve)) == drawn
