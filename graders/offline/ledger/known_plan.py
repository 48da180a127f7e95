"""The plan that an earlier job left in the manifest, so that a thousand jobs don't each read all inputs to cut them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graders.offline.ledger.shards import Plan, Shard, as_input
from graders.offline.reading.parts import Part
from graders.offline.reading.sources import Source
from graders.offline.scored import MANIFEST, read_manifest


def known_plan(folder: Path, sources: Sequence[Source], rows_per_part: int) -> Plan | None:
    """The plan of the run that a directory holds, where it is of these very files; None where they must be read.

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
    return Plan(manifest["inputs"], [_shard(number, entry, sources) for number, entry in enumerate(manifest["shards"])])


def _shard(number: int, entry: Mapping[str, Any], sources: Sequence[Source]) -> Shard:
    part = Part(sources[entry["input"]], entry["start"], entry["stop"], entry["first_line"], entry["lines"])
    return Shard(number, entry["id"], entry["file"], entry["input"], part)
