"""Inputs that have only grown since a run was made: what is done of them stays, and the rest is scored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.offline.reading.text_parts import BLOCK
from graders.vocabulary.errors import DataError

Entry = Mapping[str, Any]


def outgrown_shards(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str] | None:
    """The files of an earlier run's shards that end otherwise now that lines were appended to its inputs.

    Args:
        old: The manifest of the earlier run.
        new: The manifest of this one.

    Returns:
        None where nothing has grown, or something else has changed. Plain JSON lines alone can be told to have grown:
        by the fingerprint of as many bytes as they had. Further inputs behind the old ones count as grown too.

    Raises:
        DataError: an input can't be read.
    """
    inputs = old.get("inputs") or []
    if old.get("hash") != new["hash"] or old.get("format") != new["format"] or len(inputs) > len(new["inputs"]):
        return None
    pairs = [*zip(inputs, new["inputs"], strict=False)]
    if not all(_is_same(*pair) or _has_grown(*pair) for pair in pairs):
        return None
    if len(inputs) == len(new["inputs"]) and all(_is_same(*pair) for pair in pairs):
        return None
    now = {entry["file"]: _place(entry) for entry in new["shards"]}
    return [entry["file"] for entry in old["shards"] if now.get(entry["file"]) != _place(entry)]


def _is_same(before: Entry, after: Entry) -> bool:
    return bool(before["fingerprint"] == after["fingerprint"])


def _has_grown(before: Entry, after: Entry) -> bool:
    """Whether a file still begins with all that it held."""
    if before["path"] != after["path"] or before["format"] != "jsonl" or before["bytes"] >= after["bytes"]:
        return False
    return bool(before["fingerprint"] == f"sha256:{_digest(after['path'], before['bytes'])}")


def _digest(path: str, size: int) -> str:
    """The SHA-256 of a file's first bytes."""
    digest, left = hashlib.sha256(), size
    try:
        with Path(path).open("rb", buffering=0) as stream:
            while block := stream.read(min(BLOCK, left)):
                digest.update(block)
                left -= len(block)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None
    return digest.hexdigest()


def _place(entry: Entry) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("input", "start", "stop", "first_line", "lines"))
