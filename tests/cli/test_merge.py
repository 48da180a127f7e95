"""graders merge: what the jobs of a run made, put together or refused."""

import json
import shlex

import pytest

A = "<think>x</think><answer>{}</answer>".format


@pytest.fixture
def command(write):
    """The command of a job over twenty rows in four shards."""
    rows = [{"completion": A("a" if n % 2 else "b"), "reference_answer": "a", "n": n} for n in range(20)]
    reward = write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})
    return ["score", reward, write("data.jsonl", rows), "--part-rows", 5]


def test_jobs_in_one_directory(cli, command, tmp_path):
    """Each says what is still to be made; merge checks that all is there, prints the figures of all, marks it."""
    folder = f"{tmp_path / 'scored'}/"
    first = cli(*command, "-o", folder, "--shard", "1/2")
    assert first.exit_code == 0
    assert "10 completions scored" in first.stdout
    assert (
        f"job 1 of 2 is done; 2 of all 4 shards are still to be made by other jobs, then: graders merge {folder[:-1]}"
        in first.stderr
    )
    early = cli("merge", folder)
    assert early.exit_code == 2
    assert "2 of 4 shards are missing or damaged: shard-000-00001.jsonl, shard-000-00003.jsonl" in early.stderr
    made = early.stderr.splitlines()[-1].strip()
    assert made == shlex.join(["graders", *map(str, command), "-o", folder, "--resume"])
    assert cli(*command, "-o", folder, "--shard", "2/2").exit_code == 0
    merged = cli("merge", folder)
    assert merged.exit_code == 0
    assert "20 completions scored" in merged.stdout
    assert json.loads((tmp_path / "scored" / "manifest.json").read_text())["complete"]


def test_what_the_error_says_makes_the_missing_shards(cli, command, tmp_path):
    """Word for word, but for the program's name."""
    folder = f"{tmp_path / 'a b'}/"
    cli(*command, "-o", folder, "--shard", "1/2")
    said = cli("merge", folder).stderr.splitlines()[-1]
    assert cli(*shlex.split(said)[1:]).exit_code == 0
    assert cli("merge", folder).exit_code == 0


def test_jobs_in_a_directory_each(cli, command, tmp_path):
    """-o FILE joins the rows, as one job would have written them."""
    folders = [f"{tmp_path / str(job)}/" for job in (1, 2)]
    for job, folder in enumerate(folders, 1):
        cli(*command, "-o", folder, "--shard", f"{job}/2")
    whole, merged = tmp_path / "whole.jsonl", tmp_path / "merged.jsonl"
    figures = cli(*command, "-o", whole, "--json").stdout
    result = cli("merge", *folders, "-o", merged, "--json")
    assert (result.exit_code, result.stdout) == (0, figures)
    assert merged.read_bytes() == whole.read_bytes()
    assert cli("merge", *folders, "-o", f"{tmp_path / 'all'}/").exit_code == 0
    assert cli("score", command[1], tmp_path / "all", "--json").stdout == figures


def test_what_can_t_be_merged(cli, command, tmp_path):
    """One sentence and exit code 2."""
    folder = tmp_path / "scored"
    cli(*command, "-o", f"{folder}/")
    (tmp_path / "other").mkdir()
    for arguments, words in [
        ([folder, tmp_path / "other"], "several directories need -o"),
        ([folder, "-o", "-"], "-o -: name a file or a directory"),
        ([folder, "-o", "/dev/null"], "-o /dev/null: name a file or a directory"),
        ([tmp_path / "none"], "none is not a directory that graders score wrote"),
        ([tmp_path / "other"], "other has no manifest.json: it's no directory that graders score made"),
        ([folder, tmp_path / "other", "-o", tmp_path / "x.jsonl"], "other has no manifest.json"),
        ([folder, "-o", tmp_path / "x.csv"], ".csv is not written"),
        ([folder, "-o", tmp_path / "none" / "x.jsonl"], "can't be written: there is no directory"),
        ([folder, "-o", tmp_path], "holds other files"),
    ]:
        result = cli("merge", *arguments)
        assert result.exit_code == 2, arguments
        assert words in result.stderr
        assert result.stderr.startswith("error:")
        assert "Traceback" not in result.output
    assert cli("merge").exit_code == 2


def test_rows_that_can_t_be_read_count_as_they_do_in_score(cli, write, tmp_path, command):
    """More of them than allowed: exit code 1, and the merged file is there."""
    data = write("bad.jsonl", '{"completion": "a", "reference_answer": "a"}\n{\n')
    cli("score", command[1], data, "-o", f"{tmp_path / 'bad'}/", "--max-error-rate", 1)
    result = cli("merge", tmp_path / "bad", "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert "1 row (50.0%) can't be read" in result.stderr
    assert cli("merge", tmp_path / "bad", "--max-error-rate", 0.5).exit_code == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
