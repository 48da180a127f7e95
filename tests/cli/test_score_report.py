"""graders score --report: the page of what was just scored, wherever the rows go."""

import json

import pytest

A = "<think>x</think><answer>{}</answer>".format
ROWS = [{"completion": A(n % 3), "reference_answer": "1", "ok": int(n % 3 == 1)} for n in range(30)]


@pytest.fixture
def place(write, tmp_path):
    write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})
    write("data.jsonl", ROWS)
    return tmp_path


@pytest.mark.parametrize("output", [None, "out.jsonl", "out.parquet", "out/"])
def test_a_page_of_what_was_scored(cli, place, output):
    """Explained rows, accuracy, and no word of it on standard output; rows that go nowhere leave nothing."""
    where = [] if output is None else ["-o", f"{place}/{output}"]
    page = place / "page.html"
    result = cli("score", place / "reward.json", place / "data.jsonl", *where, "--label-column", "ok", "--html", page,
                 "--json")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rows"] == 30
    assert f"{page}: 30 completions" in result.stderr
    text = page.read_text()
    for part in ("data.jsonl", "string_check:equals", "Accuracy against labels", "reward = "):
        assert part in text
    left = {path.name for path in place.iterdir()} - {"reward.json", "data.jsonl", "page.html"}
    assert left == (set() if output is None else {output.rstrip("/")})


def test_a_page_of_standard_input(cli, place):
    """Named as what it is."""
    page = place / "page.html"
    rows = (place / "data.jsonl").read_text()
    assert cli("score", place / "reward.json", "-", "--report", page, stdin=rows).exit_code == 0
    assert "standard input" in page.read_text()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["-o", "-"], "--html needs the scored rows in a file"),
        (["-o", "jobs/", "--shard", "1/2"], "--html needs the shards of all jobs"),
    ],
)
def test_where_there_can_be_none(cli, place, monkeypatch, more, words):
    """Said before anything is scored."""
    monkeypatch.chdir(place)
    result = cli("score", "reward.json", "data.jsonl", "--report", "page.html", *more)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""
    assert not (place / "page.html").exists()


def test_a_run_with_missing_shards_has_none(cli, place, monkeypatch):
    """It says how to make them."""
    monkeypatch.chdir(place)
    cli("score", "reward.json", "data.jsonl", "-o", "jobs/", "--shard", "1/2", "--part-rows", 10)
    result = cli("report", "jobs")
    assert result.exit_code == 2
    assert "jobs is not complete: 1 of its 3 shards are missing, the first is shard-000-00001.jsonl" in result.stderr


@pytest.mark.parametrize("command", [("score", "data.jsonl"), ("audit", "data.jsonl")])
def test_a_page_that_has_no_place_is_refused_before_the_work(cli, place, monkeypatch, command):
    """Nothing is scored and then lost."""
    monkeypatch.chdir(place)
    name, data = command
    result = cli(name, "reward.json", data, "--html", "nodir/page.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: nodir/page.html can't be written: there is no directory nodir\n"
    if name == "score":
        assert cli(name, "reward.json", data, "-o", "out.jsonl", "--html", place).exit_code == 2
        assert not (place / "out.jsonl").exists()


def test_a_file_that_is_replaced_is_told(cli, place):
    """Not where a run goes on, nor for a new file."""
    out = place / "out.jsonl"
    words = ["score", place / "reward.json", place / "data.jsonl", "-o", out]
    assert cli(*words).stderr == f"the scored rows are in {out}\n"
    assert cli(*words).stderr == f"the scored rows are in {out}, in place of what it held\n"
