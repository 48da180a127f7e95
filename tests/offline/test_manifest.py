"""The manifest: what was run on what, without secrets; first there, first served."""

import hashlib
import json
import threading

import pytest

import graders
from graders.offline.ledger import manifest as module
from graders.offline.ledger.manifest import (
    check_same_run,
    completed,
    manifest_in,
    manifest_of,
    public_settings,
    write_manifest,
)
from graders.offline.ledger.receipts import ShardContent
from graders.offline.ledger.run_folder import first_manifest
from graders.offline.ledger.shards import plan_shards
from graders.offline.ledger.task import Task
from graders.offline.reading.sources import find_sources
from graders.vocabulary.errors import DataError

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


@pytest.fixture
def made(tmp_path, save, row):
    """The manifest of a run of three shards."""
    data = save(tmp_path / "data.jsonl", [row(n) for n in range(5)])
    task = Task(graders.load_reward(EQUALS), label_column="ok")
    return manifest_of(task, plan_shards(find_sources(str(data)), "jsonl", 2), 2, "graders score ...")


def test_what_it_says(made, tmp_path):
    """All that decides a reward, and every shard with its place in the input."""
    assert made["reward"] == EQUALS
    assert made["weights"] == {"format": 0.1, "string_check:equals": 0.9}
    assert (made["label_column"], made["columns"]["prompt"]) == ("ok", "prompt")
    assert {"graders", "numpy", "python", "unicode"} == made["versions"].keys()
    content = (tmp_path / "data.jsonl").read_bytes()
    modified = (tmp_path / "data.jsonl").stat().st_mtime_ns
    fingerprint = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert made["inputs"] == [{"path": str(tmp_path / "data.jsonl"), "format": "jsonl", "bytes": len(content),
                               "modified": modified, "fingerprint": fingerprint}]  # fmt: skip
    assert [shard["file"] for shard in made["shards"]] == [f"shard-000-0000{n}.jsonl" for n in range(3)]
    assert [(shard["first_line"], shard["lines"]) for shard in made["shards"]] == [(1, 2), (3, 2), (5, 1)]
    assert [shard["stop"] for shard in made["shards"]][-1] == len(content)
    assert (made["complete"], made["seed"], made["command"]) == (False, None, "graders score ...")


def test_versions_of_what_a_reward_builds_on(quiet):
    graders_of = [{"type": "text_similarity", "operation": "bleu"}, {"type": "math_accuracy"}]
    task = Task(graders.load_reward({"graders": graders_of}))
    found = manifest_of(task, plan_shards([], "jsonl"), 1)["versions"]
    assert {"sympy", "mpmath", "sacrebleu", "rouge-score", "rapidfuzz"} < found.keys()


def test_an_edited_scorer_is_another_version(odd, odd_reward, monkeypatch, tmp_path):
    """It has no number, so its file is looked at."""
    from graders.offline.ledger import manifest

    before = manifest.versions_of(odd_reward)["grader odd"]
    assert before.startswith("odd_scorers:OddScorer ")
    copy = tmp_path / "odd_scorers.py"
    copy.write_text("# edited\n")
    monkeypatch.setattr(manifest.inspect, "getfile", lambda scorer: str(copy))
    assert manifest.versions_of(odd_reward)["grader odd"] != before


def judge(**settings):
    return graders.Settings(judge=graders.JudgeSettings(model="m", **settings))


SECRET = "s3cret-Token"

SECRETS = {
    "a key": judge(base_url="http://localhost/v1", api_key=SECRET),
    "a password in a URL": judge(base_url=f"https://user:{SECRET}@localhost:8000/v1"),
    "a user that is a token": judge(base_url=f"https://{SECRET}@localhost/v1"),
    "a key of one component": graders.Settings(
        components={"llm": graders.JudgeSettings(base_url=f"http://a:{SECRET}@localhost/v1", model="m", api_key=SECRET)}
    ),
}


@pytest.mark.parametrize("settings", SECRETS.values(), ids=SECRETS)
def test_secrets_are_not_in_it(settings, tmp_path, save, row):
    """Wherever they stand in the settings; the rest of a URL is."""
    reward = graders.load_reward({"graders": [{"type": "llm", "seed": 7}]}, settings)
    data = save(tmp_path / "data.jsonl", [row(1)])
    made = manifest_of(Task(reward), plan_shards(find_sources(str(data)), "jsonl"), 1)
    text = json.dumps(made)
    assert SECRET not in text
    assert "localhost" in text
    assert made["seed"] == {"llm": 7}


def test_passwords_wherever_they_stand():
    found = module._without_passwords({"a": ["http://u:p@h/x", {"b": "http://h/@x"}, 5, "at http://u:p@q@h [://"]})
    assert found == {"a": ["http://***@h/x", {"b": "http://h/@x"}, 5, "at http://***@h [://"]}


def test_settings_that_are_the_defaults_are_not_said():
    assert public_settings(graders.Settings()) == {}
    assert public_settings(graders.Settings(tags=("a", "b"))) == {"tags": ["a", "b"]}


def test_it_comes_back_as_it_was(made, tmp_path):
    write_manifest(tmp_path, made)
    assert manifest_in(tmp_path) == json.loads(json.dumps(made))
    check_same_run(tmp_path, manifest_in(tmp_path), made)


def test_when_it_is_complete(made):
    contents = {shard["file"]: ShardContent(2, 10, "abc") for shard in made["shards"]}
    done = completed(made, contents)
    assert (done["complete"], done["rows"]) == (True, 6)
    assert done["shards"][0] == {**made["shards"][0], "rows": 2, "bytes": 10, "sha256": "abc"}
    assert not made["complete"]


def test_the_first_of_many_jobs_writes_it(made, tmp_path):
    """All see the same one, and nothing lies beside it."""
    seen = []
    start = threading.Barrier(8)

    def job(number):
        start.wait()
        seen.append(first_manifest(tmp_path, {**made, "command": str(number)})["command"])

    threads = [threading.Thread(target=job, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "manifest" in path.name) == ["manifest.json"]


def test_a_file_system_without_links(made, tmp_path, monkeypatch):
    def unsupported(source, target):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.link", unsupported)
    assert first_manifest(tmp_path, {**made, "command": "first"})["command"] == "first"
    assert first_manifest(tmp_path, {**made, "command": "second"})["command"] == "first"


@pytest.mark.parametrize("text", ['{"name": "app"}', '{"shards": 5}', '{"shards": [1]}', '{"shards": [{"file": 5}]}'])
def test_one_of_something_else_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"manifest.json is no manifest of graders score: it lists no shards"):
        manifest_in(tmp_path)


def test_one_that_can_t_be_read(tmp_path):
    (tmp_path / "manifest.json").write_bytes(b"{\xff")
    with pytest.raises(DataError, match=r"manifest.json can't be read"):
        manifest_in(tmp_path)
    with pytest.raises(DataError, match="is not a directory that graders score wrote"):
        manifest_in(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="has no manifest"):
        manifest_in(tmp_path / "empty")


def test_one_of_another_format_is_refused(made, tmp_path):
    with pytest.raises(DataError, match=r"is of format 2, expected 1: made by another version of graders"):
        check_same_run(tmp_path, {**made, "format": 2}, made)


def test_two_files_that_changed_places(tmp_path, save, row):
    """Each is said to have changed, and that they come in another order."""
    paths = [save(tmp_path / f"{name}.jsonl", [row(n, name=name)]) for n, name in enumerate("ab")]
    task = Task(graders.load_reward(EQUALS))

    def planned():
        return manifest_of(task, plan_shards(find_sources(list(map(str, paths))), "jsonl", 5), 5)

    before = planned()
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        check_same_run(tmp_path, before, planned())
    assert "a.jsonl has changed: " in str(caught.value)
    assert "the inputs come in another order" in str(caught.value)
