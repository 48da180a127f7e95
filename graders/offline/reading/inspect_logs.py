"""Logs of inspect_ai: archives with a file a sample, and long texts that a sample keeps apart."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from graders.offline.reading.pyarrow_import import pyarrow
from graders.vocabulary.errors import DataError

ZSTANDARD = 93
"""The number of Zstandard among a zip archive's compressions, which inspect_ai writes and Python reads from 3.14 on."""

_LOCAL_HEADER = 30
"""Bytes in front of a member's name; the last four say how long the name is, and the field behind it."""


def archived_samples(path: str) -> Iterator[tuple[str, bytes]]:
    """The samples of an archive as JSON, each with its file's name, in the order of these names.

    Raises:
        DataError: it is damaged.
        MissingExtraError: it is compressed with Zstandard, and pyarrow isn't installed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith("samples/") and name.endswith(".json")]
            for name in sorted(names, key=_natural):
                yield name, _member(archive, archive.getinfo(name))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        remedy = "try inspect log convert --to json"
        raise DataError(f"{path} is damaged, or packed in a way that can't be read: {error}; {remedy}") from None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What a member of an archive holds."""
    if member.compress_type != ZSTANDARD:
        return archive.read(member)
    codec = pyarrow(f"reading {archive.filename}").Codec("zstd")
    content: bytes = codec.decompress(_packed(archive, member), member.file_size, asbytes=True)
    if zlib.crc32(content) != member.CRC:
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {member.filename!r}")
    return content


def _packed(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member as they stand in the archive."""
    stream: Any = archive.fp
    stream.seek(member.header_offset)
    header = stream.read(_LOCAL_HEADER)
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    packed: bytes = stream.read(member.compress_size)
    return packed


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part or 0), text) for text, part in re.findall(r"(\D*)(\d*)", name)]


def with_attachments(sample: Any) -> Any:
    """A sample with long texts in their places, which its log keeps apart."""
    kept = sample.get("attachments") if isinstance(sample, dict) else None
    if not kept:
        return sample
    return {
        key: _resolved(value, kept) if key in ("input", "target", "output") else value for key, value in sample.items()
    }


def _resolved(value: Any, kept: dict[str, str]) -> Any:
    if isinstance(value, str) and value.startswith("attachment://"):
        return kept.get(value.removeprefix("attachment://"), value)
    if isinstance(value, dict):
        return {key: _resolved(inner, kept) for key, inner in value.items()}
    return [_resolved(inner, kept) for inner in value] if isinstance(value, list) else value
