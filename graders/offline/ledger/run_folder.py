"""The directory of a run: made, checked, begun in, and left as it was where nothing came of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from graders.errors import DataError
from graders.offline.ledger.manifest import MANIFEST, Manifest, check_same_run, first_manifest, manifest_in
from graders.offline.ledger.receipts import receipt_path
from graders.offline.ledger.shards import Shard
from graders.offline.reading.sources import Source
from graders.offline.writing.files import remove_unfinished, told_of_disk


def check_folder(folder: Path, sources: Sequence[Source]) -> None:
    """Refuse a directory that can't become a run's.

    Raises:
        DataError: it is a file, holds something else, or is being read.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DataError(f"{folder} can't be written: it is a file and no directory")
    if any(Path(source.path).resolve().parent == folder.resolve() for source in sources):
        raise DataError(f"{folder} is the directory that is being read; write to another one")
    strangers = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if strangers and not (folder / MANIFEST).exists():
        raise DataError(
            f"{folder} is a directory that holds other files, {strangers[0]} for example; name a new one, "
            "or a file in it"
        )


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make a directory; at the end it is gone again where it is empty."""
    with told_of_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # it holds something
            folder.rmdir()


def begin(  # noqa: PLR0913 - what is wanted, by name
    folder: Path, manifest: Manifest, own: Sequence[Shard], *, resume: bool, overwrite: bool, alone: bool
) -> None:
    """Begin a run in a directory, or go on with the one that is there.

    Args:
        folder: The directory.
        manifest: What is to be run.
        own: The shards of this job.
        resume: Go on with what is there.
        overwrite: Remove what is there.
        alone: Whether no other job makes shards in it.

    Raises:
        DataError: it holds shards and neither is wanted, or those of another run.
    """
    if overwrite and not resume:
        clear(folder)
    old = manifest_in(folder) if (folder / MANIFEST).exists() else None
    if old is not None and alone and not resume and not _present(folder, old):
        clear(folder)
        old = None
    if old is None:
        old = first_manifest(folder, manifest)
    there = [shard for shard in own if (folder / shard.file).exists()]
    if there and not resume:
        raise DataError(
            f"{folder} holds a run already, with {len(there)} of {len(own)} shards: go on with it with "
            "--resume, or begin again with --overwrite"
        )
    if old is not manifest:
        check_same_run(folder, old, manifest)
    remove_half_written(folder, own, alone=alone)


def remove_half_written(folder: Path, own: Sequence[Shard], *, alone: bool) -> None:
    """Remove what processes that were killed left of a job's shards, and of the manifest where no other job writes it.

    Args:
        folder: The directory.
        own: The shards of this job.
        alone: Whether no other job makes shards in it.
    """
    files = {shard.file for shard in own}
    receipts = {receipt_path(folder, file).name for file in files}
    remove_unfinished(folder, files | receipts | ({MANIFEST} if alone else set()))


def clear(folder: Path, manifest: Manifest | None = None) -> None:
    """Remove a run: its shards with their receipts, and its manifest last.

    Where this ends early, the run that is left lacks some shards, which ``--resume`` makes again.

    Args:
        folder: The directory.
        manifest: What stands in it; None where it must be read.

    Raises:
        DataError: the manifest can't be read, or a file can't be removed.
    """
    if not (folder / MANIFEST).exists():
        return
    shards = [Path(shard["file"]).name for shard in (manifest or manifest_in(folder))["shards"]]
    files = [name for file in shards for name in (file, receipt_path(folder, file).name)]
    with told_of_disk(folder):
        for file in [*files, MANIFEST]:
            (folder / file).unlink(missing_ok=True)
    remove_unfinished(folder, {MANIFEST, *files})


def remove(folder: Path, manifest: Manifest) -> None:
    """Remove a run with its directory, where nothing else is in it."""
    clear(folder, manifest)
    with suppress(OSError):  # it holds something else
        folder.rmdir()


@contextmanager
def none_if_bare(folder: Path, manifest: Manifest) -> Iterator[None]:
    """Where a run ends early without any shard, remove what it began."""
    try:
        yield
    except BaseException:
        if not _present(folder, manifest):
            with suppress(DataError):
                clear(folder)
        raise


def _present(folder: Path, manifest: Manifest) -> bool:
    return any((folder / shard["file"]).exists() for shard in manifest["shards"])
