"""What a job has trained as one file."""

from __future__ import annotations

import tarfile
from pathlib import Path

LEFT_OUT = {"training_args.bin"}
"""A pickle of the trainer's configuration, with this machine's paths in it: nobody should have to load it."""


def pack(model: Path, archive: Path) -> int:
    """Write a folder's files into a tar archive, uncompressed: weights don't get smaller, and it would take minutes.

    Args:
        model: The folder.
        archive: The file to write.

    Returns:
        How many files are in it.
    """
    files = sorted(path for path in model.rglob("*") if path.is_file() and path.name not in LEFT_OUT)
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in files:
            tar.add(path, path.relative_to(model).as_posix(), recursive=False, filter=_without_owner)
    return len(files)


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
