"""Runs put together: the shards that several jobs made, in one directory or in one each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graders.offline.ledger.manifest import MANIFEST, Manifest, check_same_run, completed, manifest_in, write_manifest
from graders.offline.ledger.receipts import ShardContent, kept_receipt, receipt_path, whole_receipt
from graders.offline.results.summary import Summary
from graders.offline.writing.files import folder_to_disk, told_of_disk, whole_file
from graders.offline.writing.join import join_shards
from graders.offline.writing.writer import OutputFormat
from graders.vocabulary.errors import DataError

SHOWN = 5
"""So many missing shards are named."""


@dataclass(frozen=True)
class MergedRun:
    """A run whose shards are all there.

    Attributes:
        manifest: Its manifest, complete.
        places: The directory that each shard is in, by its file's name, in order.
    """

    manifest: Manifest
    places: dict[str, Path]

    @property
    def shards(self) -> list[Path]:
        """The shards, in the order of the input."""
        return [folder / file for file, folder in self.places.items()]

    @property
    def output(self) -> OutputFormat:
        """How the shards are written."""
        output: OutputFormat = self.manifest["output"]
        return output

    def summary(self) -> Summary:
        """The figures of all rows; from the receipts, no row is read again."""
        summary = Summary(self.manifest["weights"])
        for file, folder in self.places.items():
            summary.add(kept_receipt(folder, file).scored)
        return summary


def find_run(folders: Sequence[Path]) -> MergedRun:
    """The run that some directories hold together.

    Args:
        folders: A run's directory, or several with shards of the same run.

    Raises:
        DataError: one is no run's directory, they hold different runs, or shards are missing: which, and what makes
            them.
    """
    manifests = [manifest_in(folder) for folder in folders]
    for folder, manifest in zip(folders[1:], manifests[1:], strict=True):
        check_same_run(folder, manifest, manifests[0])
    contents: dict[str, ShardContent] = {}
    places: dict[str, Path] = {}
    for file in (entry["file"] for entry in manifests[0]["shards"]):
        for folder in folders:
            receipt = whole_receipt(folder, file)
            if receipt is not None:
                contents[file], places[file] = receipt.content, folder
                break
    _check_complete(folders, manifests[0], places)
    return MergedRun(completed(manifests[0], contents), places)


def merge_into_file(run: MergedRun, target: Path, format: OutputFormat) -> None:  # noqa: A002 - what it is
    """Join a run's shards into one file, which appears when it is whole."""
    join_shards(run.shards, target, run.output, format)


def merge_into_folder(run: MergedRun, folder: Path) -> None:
    """Make a directory a complete run: the shards that it lacks are linked or copied there, and the manifest written.

    Raises:
        DataError: it holds something else, or can't be written.
    """
    if (folder / MANIFEST).exists():
        check_same_run(folder, manifest_in(folder), run.manifest)
    elif folder.exists() and any(folder.iterdir()):
        raise DataError(f"{folder} holds other files; name a new directory")
    with told_of_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for file, place in run.places.items():
        if place.resolve() != folder.resolve():
            _put(receipt_path(place, file), receipt_path(folder, file))
            _put(place / file, folder / file)
    folder_to_disk(folder)
    write_manifest(folder, run.manifest)


def _put(source: Path, target: Path) -> None:
    """A file at a second place: a link where both are on one disk, else a copy."""
    with whole_file(target) as unfinished:
        try:
            os.link(source, unfinished)
        except OSError:
            with suppress(FileNotFoundError):
                unfinished.unlink()
            shutil.copyfile(source, unfinished)


def _check_complete(folders: Sequence[Path], manifest: Manifest, places: dict[str, Path]) -> None:
    missing = [entry["file"] for entry in manifest["shards"] if entry["file"] not in places]
    if missing:
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        command = manifest.get("command")
        where, total = " and ".join(map(str, folders)), len(manifest["shards"])
        raise DataError(
            f"{where}: {len(missing)} of {total} shards are missing or damaged: "
            f"{', '.join(missing[:SHOWN])}{more}" + (f"; this makes them:\n  {command}" if command else "")
        )
