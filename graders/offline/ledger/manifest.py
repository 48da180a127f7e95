"""The manifest of a run: what was run on what, so that it can be gone on with exactly, or refused."""

from __future__ import annotations

import hashlib
import inspect
import json
import platform
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from graders import __version__
from graders.contract import registry
from graders.offline.ledger.receipts import ShardContent
from graders.offline.ledger.shards import Shard, ShardPlan, as_input
from graders.offline.ledger.task import Task
from graders.offline.reading.parts import Part
from graders.offline.reading.sources import Source
from graders.offline.writing.files import folder_to_disk, whole_file
from graders.reward.reward_function import RewardFunction
from graders.settings.settings import Settings
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import shown

MANIFEST = "manifest.json"
"""The file in a run's directory that says what was run."""

FORMAT = 1
"""The version of the manifest itself."""

_USER = re.compile(r"://[^/\s]*@")
"""A user and password in a URL, or in a text with one."""

_LIBRARIES = {
    "math_accuracy": ("sympy", "mpmath"),
    "text_similarity": ("sacrebleu", "rouge-score", "rapidfuzz"),
}
"""The packages whose numbers a grader type gives on."""

Manifest = dict[str, Any]


def manifest_of(task: Task, plan: ShardPlan, rows_per_part: int, command: str | None = None) -> Manifest:
    """What a manifest says before anything is scored.

    Args:
        task: What is done with every part.
        plan: The inputs and their shards.
        rows_per_part: How they were cut.
        command: The command that goes on with the run, for people; None where there is none.
    """
    reward = task.reward
    signature, weights = reward.signature(), reward.weights
    manifest = {
        "format": FORMAT,
        "signature": signature,
        "reward": reward.definition.model_dump(mode="json", exclude_unset=True),
        "settings": public_settings(reward.settings),
        "weights": weights,
        "columns": asdict(task.columns),
        "label_column": task.label_column,
        "versions": versions_of(reward),
        "seed": _seeds(weights, reward),
        "output": task.format,
        "rows_per_part": rows_per_part,
        "inputs": plan.inputs,
        "shards": [_entry(shard) for shard in plan.shards],
        "command": command,
    }
    return {**manifest, "hash": _hash(manifest), "complete": False}


def public_settings(settings: Settings) -> dict[str, Any]:
    """The settings that differ from the defaults, as JSON has them; keys masked, no password in a URL."""
    dumped = settings.model_dump(mode="json", exclude_defaults=True)
    public: dict[str, Any] = _without_passwords(dumped)
    return public


def _without_passwords(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_passwords(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_passwords(inner) for inner in value]
    return _USER.sub("://***@", value) if isinstance(value, str) else value


def _seeds(weights: Iterable[str], reward: RewardFunction) -> dict[str, int] | None:
    """The seed of each grader that has one."""
    names = [name for name in weights if name != "format"]
    seeds = {name: getattr(grader, "seed", None) for name, grader in zip(names, reward.definition.graders, strict=True)}
    return {name: seed for name, seed in seeds.items() if seed is not None} or None


def versions_of(reward: RewardFunction) -> dict[str, str]:
    """Name and version of this library, numpy, Python, its Unicode tables, and of what the reward's scorers build on.

    A scorer that is not one of ours is told by the content of its file, so that an edited one is noticed.
    """
    types = sorted({grader.type for grader in reward.definition.graders})
    libraries = [name for kind in types for name in _LIBRARIES.get(kind, ())]
    found = {
        "graders": __version__,
        "numpy": version("numpy"),
        "python": platform.python_version(),
        "unicode": unicodedata.unidata_version,
    }
    found |= {name: _version(name) for name in libraries}
    return found | {f"grader {kind}": _of_scorer(kind) for kind in types if kind not in registry.BUILT_IN}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _of_scorer(kind: str) -> str:
    """A fingerprint of the file that a scorer is in; its name alone where there is no such file."""
    scorer: Any = registry.scorer_class(kind)
    name = f"{scorer.__module__}:{scorer.__qualname__}"
    try:
        content = Path(inspect.getfile(scorer)).read_bytes()
    except (OSError, TypeError):
        return name
    return f"{name} {hashlib.sha256(content).hexdigest()[:16]}"


def _entry(shard: Shard) -> dict[str, Any]:
    part = shard.part
    return {
        "id": shard.id,
        "file": shard.file,
        "input": shard.input,
        "start": part.start,
        "stop": part.stop,
        "first_line": part.first_line,
        "lines": part.lines,
    }


def known_plan(folder: Path, sources: Sequence[Source], rows_per_part: int) -> ShardPlan | None:
    """The plan that an earlier job left, so that a thousand jobs don't each read all inputs to cut them.

    It is the plan of the run that a directory holds, where that is of these very files; None where they must be read.

    A file is taken for the same where path, size and time of change are; its content is not read.

    Args:
        folder: The run's directory.
        sources: What is to be read.
        rows_per_part: The most rows of a shard.
    """
    manifest = read_manifest(str(folder)) if (folder / MANIFEST).exists() else None
    if manifest is None or manifest.get("rows_per_part") != rows_per_part:
        return None
    known = [{key: value for key, value in entry.items() if key != "fingerprint"} for entry in manifest["inputs"]]
    if known != [as_input(source) for source in sources]:
        return None
    return ShardPlan(
        manifest["inputs"], [_shard(number, entry, sources) for number, entry in enumerate(manifest["shards"])]
    )


def _shard(number: int, entry: Mapping[str, Any], sources: Sequence[Source]) -> Shard:
    part = Part(sources[entry["input"]], entry["start"], entry["stop"], entry["first_line"], entry["lines"])
    return Shard(number, entry["id"], entry["file"], entry["input"], part)


def completed(manifest: Manifest, contents: Mapping[str, ShardContent]) -> Manifest:
    """The manifest of a run that is done: with rows, bytes and fingerprint of each shard, by its file's name."""
    shards = [{**entry, **contents[entry["file"]]._asdict()} for entry in manifest["shards"]]
    return {**manifest, "shards": shards, "rows": sum(shard["rows"] for shard in shards), "complete": True}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest in the place of the one that is there, if any."""
    with whole_file(folder / MANIFEST) as unfinished:
        unfinished.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    folder_to_disk(folder)


def read_manifest(path: str) -> dict[str, Any] | None:
    """The manifest of a run's directory; None where the path is no directory.

    Raises:
        DataError: the directory has none, or it can't be read.
    """
    folder = Path(path)
    if not folder.is_dir():
        return None
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path} has no {MANIFEST}: it's no directory that graders score made") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{folder / MANIFEST} can't be read: {error}") from None
    if isinstance(manifest, dict):
        return manifest
    raise DataError(f"{folder / MANIFEST} holds {shown(manifest)}, expected an object")


def manifest_in(folder: Path) -> Manifest:
    """The manifest of the run that a directory holds.

    Raises:
        DataError: it holds none, or a file of that name that is something else.
    """
    manifest = read_manifest(str(folder))
    if manifest is None:
        raise DataError(f"{folder} is not a directory that graders score wrote")
    shards = manifest.get("shards")
    if isinstance(shards, list) and all(isinstance(one, dict) and isinstance(one.get("file"), str) for one in shards):
        return manifest
    raise DataError(f"{folder / MANIFEST} is no manifest of graders score: it lists no shards; name another directory")


def check_same_run(folder: Path, old: Manifest, new: Manifest) -> None:
    """Refuse to go on with a run where anything has changed that changes a reward, or an input.

    Raises:
        DataError: it says what has changed, and from what to what.
    """
    if old.get("format") != FORMAT:
        raise DataError(
            f"{folder / MANIFEST} is of format {shown(old.get('format'))}, expected {FORMAT}: made by "
            "another version of graders; name a new directory"
        )
    changes = [*_changes(old, new)]
    if changes:
        raise DataError(
            f"{folder} holds a run of something else, and its rewards would not fit these:\n  "
            + "\n  ".join(changes)
            + "\nput it back as it was, name another directory, or begin again with --overwrite"
        )


_CHANGES_A_REWARD = ("signature", "weights", "columns", "label_column", "versions", "output", "rows_per_part")


def _identity(manifest: Manifest) -> dict[str, Any]:
    """All that decides what stands in the shards, but for the inputs."""
    identity = {name: manifest.get(name) for name in _CHANGES_A_REWARD}
    versions = dict(identity["versions"] or {})
    versions["python"] = ".".join(str(versions.get("python")).split(".")[:2])
    return {**identity, "versions": versions}


def _hash(manifest: Manifest) -> str:
    return hashlib.sha256(json.dumps(_identity(manifest), sort_keys=True).encode()).hexdigest()


def _changes(old: Manifest, new: Manifest) -> Iterator[str]:
    if _hash(old) != _hash(new):
        yield from _changed_values(old, new)
    yield from _changed_inputs(old.get("inputs") or [], new["inputs"])
    if old.get("shards") and [entry["file"] for entry in old["shards"]] != [entry["file"] for entry in new["shards"]]:
        yield f"shards: {len(old['shards'])} -> {len(new['shards'])}"


def _changed_values(old: Manifest, new: Manifest) -> Iterator[str]:
    """What differs, named as people wrote it; the signature only where nothing else says it."""
    named = ("reward", "settings", "columns", "label_column", "output", "rows_per_part")
    pairs = [
        (_flat({name: manifest.get(name) for name in named} | {"versions": _identity(manifest)["versions"]}))
        for manifest in (old, new)
    ]
    found = [*_differences(*pairs)]
    if not found:
        found = [*_differences(_flat({"weights": old.get("weights")}), _flat({"weights": new["weights"]}))]
    yield from found or [f"signature: {old.get('signature')} -> {new['signature']}"]


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield f"{name}: {_said(old, name)} -> {_said(new, name)}"


def _said(values: Mapping[str, Any], name: str) -> str:
    return shown(values[name], 80) if name in values else "not given"


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Nested values by the path of each: ``reward.graders[0].operation``."""
    if isinstance(value, Mapping):
        inner = [(f"{path}.{key}".lstrip("."), one) for key, one in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{number}]", one) for number, one in enumerate(value)]
    else:
        return {path: value}
    return {name: leaf for key, one in inner for name, leaf in _flat(one, key).items()}


def _changed_inputs(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[str]:
    """Inputs are told by their content; where it is the same, a file may have moved."""
    prints = [[entry["fingerprint"] for entry in entries] for entries in (old, new)]
    if prints[0] == prints[1]:
        return
    before = {entry["path"]: entry for entry in old}
    after = {entry["path"]: entry for entry in new}
    for path in dict.fromkeys([*before, *after]):
        if path not in after:
            yield f"input {path} is no longer among the inputs"
        elif path not in before:
            yield f"input {path} was not among the inputs"
        elif before[path]["fingerprint"] != after[path]["fingerprint"]:
            sizes = f"{before[path]['bytes']} bytes -> {after[path]['bytes']} bytes"
            yield f"input {path} has changed: {sizes}, other content"
    if before.keys() == after.keys() and sorted(prints[0]) == sorted(prints[1]):
        yield "the inputs come in another order"
