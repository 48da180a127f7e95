"""Receipts: what is in a shard, in a hidden file beside it.

A shard exists or it doesn't: it is written under another name, brought to the disk and renamed. Its receipt is there
before it: with the shard's fingerprint, so that a damaged one is found, and with the numbers of its rows, so that the
summary of a whole run needs no row to be read again.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graders.figures.running_figures import ScoredBlock
from graders.offline.results.scored_part import ScoredPart
from graders.offline.writing.files import whole_file
from graders.vocabulary.errors import DataError

NAME = ".{}.receipt"
"""What the receipt of a shard is called, by the name of the shard's file."""

_ARRAYS = ("rewards", "values", "codes", "groups", "lengths")
_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading a receipt raises that is not whole."""


class Warned(NamedTuple):
    """A warning that was raised while a shard was scored.

    Attributes:
        category: The name of its class.
        message: Its text.
    """

    category: str
    message: str


class ShardContent(NamedTuple):
    """What a shard's file holds.

    Attributes:
        rows: How many output rows.
        bytes: Its size; 0 where no file was written.
        sha256: Its fingerprint.
    """

    rows: int
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, eq=False)
class Receipt:
    """What is in a shard.

    Attributes:
        content: What its file holds.
        scored: The numbers of its rows, for the summary.
        warnings: What was warned of.
    """

    content: ShardContent
    scored: ScoredPart
    warnings: tuple[Warned, ...] = ()


def file_fingerprint(path: Path) -> tuple[int, str]:
    """The size and SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return stream.tell(), digest.hexdigest()


def content_of(path: Path | None, rows: int) -> ShardContent:
    """What a shard's file with so many rows holds; None where no file was written."""
    return ShardContent(rows) if path is None else ShardContent(rows, *file_fingerprint(path))


def receipt_path(folder: Path, file: str) -> Path:
    """Where the receipt of a shard is."""
    return folder / NAME.format(file)


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write a receipt, whole or not at all."""
    scored = receipt.scored
    said = {
        "content": receipt.content,
        "warnings": receipt.warnings,
        "errors": scored.errors,
        "first_error": scored.first_error,
        "first_prompt": _hex(scored.first_prompt),
        "last_prompt": _hex(scored.last_prompt),
        "unread": dict(scored.unread),
    }
    held = io.BytesIO()
    np.savez(
        held,
        allow_pickle=False,
        said=np.frombuffer(json.dumps(said).encode(), np.uint8),
        labels=scored.labels,
        **{name: getattr(scored.block, name) for name in _ARRAYS},
    )
    with whole_file(path) as unfinished:
        unfinished.write_bytes(held.getbuffer())


def read_receipt(path: Path) -> Receipt | None:
    """The receipt in a file; None where there is none, or none that is whole."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            said = json.loads(held["said"].tobytes())
            scored = ScoredPart(
                ScoredBlock(*(held[name] for name in _ARRAYS)),
                held["labels"],
                _bytes(said["first_prompt"]),
                _bytes(said["last_prompt"]),
                said["errors"],
                said["first_error"],
                said.get("unread", {}),
            )
    except _DAMAGE:
        return None
    warned = tuple(Warned(*one) for one in said["warnings"])
    return Receipt(ShardContent(*said["content"]), scored, warned)


def kept_receipt(folder: Path, file: str) -> Receipt:
    """The receipt of a shard that was found whole before.

    Raises:
        DataError: it is no longer there.
    """
    path = receipt_path(folder, file)
    receipt = read_receipt(path)
    if receipt is None:
        raise DataError(f"{path} was there and is gone; is another process at work in its directory?")
    return receipt


def whole_receipt(folder: Path, file: str) -> Receipt | None:
    """The receipt of a shard that is there and whole; None for a missing or damaged one, which is to be done again."""
    path = folder / file
    receipt = read_receipt(receipt_path(folder, file)) if path.is_file() else None
    return receipt if receipt is not None and _is_whole(path, receipt.content) else None


def _is_whole(path: Path, content: ShardContent) -> bool:
    try:
        return path.stat().st_size == content.bytes and file_fingerprint(path) == content[1:]
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else bytes.fromhex(value)
