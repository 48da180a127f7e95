"""The directory of a run while a job works in it: made, locked, begun in, and left as it was where nothing came of it.

filelock would not do: it makes the directory that is missing, where a run must be refused; it has no word for a file
system that refuses locks otherwise than by ENOSYS, where one is taken on trust; and it can't look whether others hold
a lock without taking or making it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from graders.offline.ledger.grown_inputs import outgrown_shards
from graders.offline.ledger.manifest import MANIFEST, Manifest, check_same_run, manifest_in, write_manifest
from graders.offline.ledger.receipts import NAME as RECEIPT
from graders.offline.ledger.shards import Shard
from graders.offline.reading.sources import Source
from graders.offline.writing.files import UNFINISHED, first_file, remove_unfinished, unwritten
from graders.vocabulary.errors import DataError

if sys.platform != "win32":
    import fcntl


@contextmanager
def entered(  # noqa: PLR0913 - what is wanted, by name
    folder: Path,
    manifest: Manifest,
    own: Sequence[Shard],
    locks: tuple[str, str],
    *,
    alone: bool,
    resume: bool,
    overwrite: bool,
) -> Iterator[bool]:
    """Begin a run in a directory, or go on with the one that is there, and keep others out meanwhile.

    It gives whether a run before it ended without a word. A run that ends early without any shard leaves nothing.

    Args:
        folder: The directory; it is made where there is none.
        manifest: What is to be run.
        own: The shards of this job.
        locks: The lock file of this job, and a glob of those that keep it out: `Share.lock_file`, `Share.other_locks`.
        alone: Whether no other job makes shards in it.
        resume: Go on with what is there.
        overwrite: Remove what is there.

    Raises:
        DataError: it holds shards and neither is wanted, or those of another run; or another process is at work in it.
    """
    with _made(folder), locked(folder / locks[0]) as own_crashed:
        crashed = _left_by_others(folder, locks[1]) or own_crashed
        _begin(folder, manifest, own, resume=resume, overwrite=overwrite, alone=alone)
        try:
            yield crashed
        except BaseException:
            if alone and not _present(folder, manifest):
                with suppress(DataError):
                    clear(folder)
            raise
        finally:  # workers that were killed leave what they were writing
            _remove_half_written(folder, own, alone=alone)


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
def _made(folder: Path) -> Iterator[None]:
    """Make a directory; at the end it is gone again where it is empty."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritten(folder, error) from None
    try:
        yield
    finally:
        with suppress(OSError):  # it holds something
            folder.rmdir()


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold a lock file, which the system lets go of however this process ends.

    It gives whether the file was left behind: an orderly end, an error included, removes it, so a process that held
    it was killed, or crashed.

    Raises:
        DataError: another process holds it.
    """
    left_behind = path.exists()
    descriptor = _held(path)
    try:
        yield left_behind
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _held(path: Path) -> int:
    """The descriptor of a lock file that is held."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unwritten(path, error) from None
    if not _is_free(descriptor, path):
        os.close(descriptor)
        raise DataError(_at_work(path))
    return descriptor


def _is_free(descriptor: int, path: Path) -> bool:
    """Take the lock, where nobody has it and the file is still the one at that place."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError:  # a file system without locks
        return True


def _left_by_others(folder: Path, names: str) -> bool:
    """Whether other jobs have left lock files, of processes that were killed or crashed.

    Args:
        folder: Where they are.
        names: A glob of their names.

    Raises:
        DataError: another process holds one.
    """
    found = [*folder.glob(names)]
    for path in found:
        _check_not_held(path)
    return bool(found)


def _check_not_held(path: Path) -> None:
    if sys.platform == "win32":
        return
    with suppress(FileNotFoundError):  # its process has just ended
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: others may be looking too
        except BlockingIOError:
            raise DataError(_at_work(path)) from None
        except OSError:  # a file system without locks
            pass
        finally:
            os.close(descriptor)


def _at_work(path: Path) -> str:
    return f"another process is at work in {path.parent}; wait for it, or end it first"


def _begin(  # noqa: PLR0913 - what is wanted, by name
    folder: Path, manifest: Manifest, own: Sequence[Shard], *, resume: bool, overwrite: bool, alone: bool
) -> None:
    """Put the manifest there, or find the same one; see `entered`."""
    if overwrite and not resume:
        clear(folder)
    old = manifest_in(folder) if (folder / MANIFEST).exists() else None
    if old is not None and alone and not resume and not _present(folder, old):
        clear(folder)
        old = None
    if old is None:
        old = first_manifest(folder, manifest)
    if old is manifest:
        return
    there = sum((folder / shard.file).exists() for shard in own)
    if there and not resume:
        raise DataError(
            f"{folder} holds a run already, with {there} of {len(own)} shards: go on with it with "
            "--resume, or begin again with --overwrite"
        )
    outgrown = outgrown_shards(old, manifest) if alone else None
    if outgrown is None:
        check_same_run(folder, old, manifest)
    else:
        _take_in(folder, manifest, outgrown)
    _remove_half_written(folder, own, alone=alone)


def _take_in(folder: Path, manifest: Manifest, outgrown: Sequence[str]) -> None:
    """Put the manifest of inputs that have grown in the old one's place; shards first, so that none is kept."""
    try:
        for file in outgrown:
            (folder / file).unlink(missing_ok=True)
            (folder / RECEIPT.format(file)).unlink(missing_ok=True)
    except OSError as error:
        raise unwritten(folder, error) from None
    write_manifest(folder, manifest)


def first_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """The manifest that stands in a folder, this one where there is none: the first of several jobs writes it."""
    is_first = first_file(folder / MANIFEST, json.dumps(manifest, indent=1))
    return manifest if is_first else manifest_in(folder)


def _remove_half_written(folder: Path, own: Sequence[Shard], *, alone: bool) -> None:
    """Remove what processes that were killed left of a job's shards, and of the manifest where no other job writes it.

    Args:
        folder: The directory.
        own: The shards of this job.
        alone: Whether no other job makes shards in it.
    """
    if any(folder.glob(f".*{UNFINISHED}")):
        files = {shard.file for shard in own}
        receipts = set(map(RECEIPT.format, files))
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
    files = [name for file in shards for name in (file, RECEIPT.format(file))]
    try:
        for file in [*files, MANIFEST]:
            (folder / file).unlink(missing_ok=True)
    except OSError as error:
        raise unwritten(folder, error) from None
    remove_unfinished(folder, {MANIFEST, *files})


def remove(folder: Path, manifest: Manifest) -> None:
    """Remove a run with its directory, where nothing else is in it."""
    clear(folder, manifest)
    with suppress(OSError):  # it holds something else
        folder.rmdir()


def _present(folder: Path, manifest: Manifest) -> bool:
    return any((folder / shard["file"]).exists() for shard in manifest["shards"])
