"""What is to be read: files, folders, globs, saved datasets and runs, each file with its format."""

from __future__ import annotations

import glob
import json
import re
import stat
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from graders.offline.reading.json_lines import MARK
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import near_file, shown

Format = Literal["jsonl", "jsonl.gz", "jsonl.zst", "parquet", "arrow", "arrow_stream", "csv", "json", "inspect", "pipe"]
"""How a file is read: JSON lines (plain, gzip, zstd), Parquet, Arrow IPC files and streams, CSV, JSON of another
layout, logs of inspect_ai, what has no end to seek."""

TABLES = frozenset({"parquet", "arrow", "arrow_stream"})
"""The formats that hold columns and not lines of text."""

DOCUMENTS = frozenset({"csv", "json", "inspect"})
"""The formats whose rows don't stand on lines of their own."""

SIGNATURES: dict[bytes, Format] = {
    b"\x1f\x8b": "jsonl.gz",
    b"\x28\xb5\x2f\xfd": "jsonl.zst",
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"\xff\xff\xff\xff": "arrow_stream",
}
"""How the files begin that are no plain text."""

OTHER_FORMATS = {
    b"\x1f\x8b": "is gzip-compressed: gunzip -c {path} | graders score REWARD -",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd: zstd -dc {path} | graders score REWARD -",
    b"BZh": "is compressed with bzip2; unpack it",
    b"\xfd7zXZ": "is compressed with xz; unpack it",
    b"\xff\xfe": "is UTF-16; convert it to UTF-8",
    b"\xfe\xff": "is UTF-16; convert it to UTF-8",
    b"{\x00": "is UTF-16; convert it to UTF-8",
    b"\x00{": "is UTF-16; convert it to UTF-8",
    b"PK\x03\x04": "is a zip archive; unpack it",
    b"PAR1": "is a Parquet file, which can't be read from a pipe: name the file itself",
    b"ARROW1": "is an Arrow file, which can't be read from a pipe: name the file itself",
    b"\xff\xff\xff\xff": "is an Arrow stream, which can't be read from a pipe: name the file itself",
}
"""How files begin that hold no JSON lines, and what to say of them."""

SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet", ".arrow", ".csv", ".tsv", ".eval")
"""What the data files of a folder are called; ``.gz``, ``.zst`` and ``.zstd`` may follow."""

MANIFEST = "manifest.json"
_BOOKKEEPING = {MANIFEST, "state.json", "dataset_info.json", "dataset_dict.json", "dataset_infos.json"}
_FAMILIES = {
    "jsonl": "JSON lines",
    "jsonl.gz": "JSON lines",
    "jsonl.zst": "JSON lines",
    "pipe": "JSON lines",
    "csv": "CSV",
    "json": "JSON",
    "inspect": "logs of inspect_ai",
    "parquet": "Parquet",
    "arrow": "Arrow",
    "arrow_stream": "Arrow",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of rows.

    Attributes:
        path: Where it is.
        format: How it is read, told by its first bytes.
        bytes: Its size; 0 for a pipe.
        name: What errors call it; empty where it is the only one.
        unit: What errors call one of its rows, but for the number.
    """

    path: str
    format: Format
    bytes: int = 0
    name: str = ""
    unit: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        unit = f"{self.name} {'row' if self.format in TABLES | DOCUMENTS else 'line'}".strip()
        object.__setattr__(self, "unit", unit)


def find_sources(spec: str | Sequence[str]) -> list[Source]:
    """The files that a path, or several, stand for, in the order in which they are read.

    A folder stands for the data files right in it, sorted by name, without hidden ones (`SUFFIXES`); a glob for
    what it matches, sorted; a dataset that `save_to_disk` wrote for its Arrow files; a run of ``graders score`` for
    its shards in the order of the input.

    Args:
        spec: A file, a folder or a glob (``**`` goes into folders); or several of them.

    Raises:
        DataError: there is nothing, a file can't be read, or the files are of different kinds.

    Example::

        for source in find_sources("data/*.parquet"):
            print(source.path, source.format)
    """
    specs = [spec] if isinstance(spec, str) else list(spec)
    sources = [_source(path) for one in specs for path in _files(one)]
    if not sources:
        raise DataError("no file is named to be read")
    _check_fit_together(sources)
    names = _names([source.path for source in sources])
    return [replace(source, name=name) for source, name in zip(sources, names, strict=True)]


def _files(spec: str) -> list[Path]:
    """The files that one path stands for."""
    path = Path(spec)
    if path.is_dir():
        return _files_of_folder(path)
    if path.exists() or not glob.has_magic(spec):
        return [path]
    found = [Path(match) for match in sorted(glob.glob(spec, recursive=True)) if not Path(match).is_dir()]  # noqa: PTH207 - any path
    if not found:
        raise DataError(f"{spec} matches no file")
    return found


def _files_of_folder(folder: Path) -> list[Path]:
    """The files of a run, of a saved dataset, or of any folder."""
    if (folder / "dataset_dict.json").exists():
        splits = _described(folder / "dataset_dict.json").get("splits", [])
        raise DataError(
            f"{folder} holds the splits {', '.join(map(repr, splits))}; name one of them: "
            + ", ".join(str(folder / str(split)) for split in splits)
        )
    if (folder / "state.json").exists() and (folder / "dataset_info.json").exists():
        return _files_of_dataset(folder)
    if (folder / MANIFEST).exists() and "shards" in (manifest := _described(folder / MANIFEST)):
        return _listed(folder, MANIFEST, manifest["shards"], "file")
    files = sorted(path for path in folder.iterdir() if _is_data(path))
    if not files:
        raise DataError(
            f"{folder} has no data file right in it; expected names that end in {', '.join(SUFFIXES)} "
            "(and .gz or .zst), or name a glob"
        )
    return files


def _files_of_dataset(folder: Path) -> list[Path]:
    """The Arrow files of a dataset that `save_to_disk` wrote."""
    state = _described(folder / "state.json")
    if state.get("_indices_data_files"):
        raise DataError(
            f"{folder} keeps its rows in another order than its files: "
            "save it again with dataset.flatten_indices().save_to_disk(...)"
        )
    return _listed(folder, "state.json", state.get("_data_files"), "filename")


def _listed(folder: Path, name: str, entries: Any, key: str) -> list[Path]:
    """The files that a description lists; all must be there."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and key in entry for entry in entries):
        raise DataError(f"{folder / name} lists no files: it holds {shown(entries)}")
    files = [folder / str(entry[key]) for entry in entries]
    missing = [file for file in files if not file.exists()]
    if missing or not files:
        raise DataError(
            f"{folder} is not complete: {len(missing)} of the {len(files)} files that its {name} lists "
            "are missing" + (f", the first is {missing[0].name}" if missing else "")
        )
    return files


def _described(path: Path) -> dict[str, Any]:
    """A folder's own description of itself."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"{path} can't be read: {error}") from None
    if isinstance(document, dict):
        return document
    raise DataError(f"{path} holds {shown(document)}, expected an object")


def _is_data(path: Path) -> bool:
    """Whether a file of a folder holds rows, by its name."""
    if path.name.startswith((".", "_")) or path.name in _BOOKKEEPING or path.is_dir():
        return False
    suffixes = [suffix for suffix in path.suffixes if suffix not in {".gz", ".zst", ".zstd"}]
    return bool(suffixes) and suffixes[-1] in SUFFIXES


def _source(path: Path) -> Source:
    """A file with its size and format."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            return Source(str(path), "pipe")
        with path.open("rb") as stream:
            beginning = stream.read(16)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}{near_file(path)}") from None
    return Source(str(path), _format(path, beginning), status.st_size)


def _format(path: Path, beginning: bytes) -> Format:
    """A file's format by its first bytes; what claims to be a table must begin as one."""
    for signature, kind in SIGNATURES.items():
        if beginning.startswith(signature):
            return "csv" if kind == "jsonl.gz" and {".csv", ".tsv"} & {*path.suffixes} else kind
    if path.suffix in {".parquet", ".arrow"}:
        raise DataError(
            f"{path} is called {path.suffix} and doesn't begin as such a file does, but with "
            f"{shown(beginning)}; is it whole?"
        )
    if path.suffix == ".eval" and beginning.startswith(b"PK"):
        return "inspect"
    if path.suffix in {".xlsx", ".xls", ".ods"}:
        raise DataError(f"{path} is a spreadsheet; save it as CSV and name that file")
    check_is_json_lines(beginning, str(path), str(path))
    if path.suffix in {".csv", ".tsv"}:
        return "csv"
    return "json" if is_other_json(beginning, may_be_object=path.suffix not in {".jsonl", ".ndjson"}) else "jsonl"


def is_other_json(beginning: bytes, *, may_be_object: bool = True) -> bool:
    """Whether a text begins as a JSON array does, or, where it may, as an object over several lines."""
    text = beginning.removeprefix(MARK).lstrip()
    return text.startswith(b"[") or (
        may_be_object and text.startswith(b"{") and text[1:].lstrip(b" \t\r").startswith(b"\n")
    )


_NAME = r"[\w .:/@#()-]{1,100}"
_NAMES = re.compile(rf'(?:"?{_NAME}"?)?(?:[,;\t]"?{_NAME}"?)+\r?\n?')


def is_csv(line: bytes) -> bool:
    """Whether a first line is the line of names of a CSV: two or more, the first of an index perhaps empty."""
    try:
        return _NAMES.fullmatch(line.removeprefix(MARK).decode()) is not None
    except UnicodeDecodeError:
        return False


def check_is_json_lines(beginning: bytes, name: str, path: str) -> None:
    """Refuse what begins as a file of another format does.

    Raises:
        DataError: naming the format and what to do.
    """
    for signature, fault in OTHER_FORMATS.items():
        if beginning.removeprefix(MARK).startswith(signature):
            raise DataError(f"{name} {fault.format(path=path)}")


def _check_fit_together(sources: Sequence[Source]) -> None:
    """Refuse files of different kinds, which are hardly meant to be one data set, and a file named twice."""
    first = sources[0]
    for other in sources[1:]:
        if _FAMILIES[other.format] != _FAMILIES[first.format]:
            raise DataError(
                f"{first.path} holds {_FAMILIES[first.format]} and {other.path} {_FAMILIES[other.format]}: "
                "name files of one kind, for example with a glob"
            )
    path, times = Counter([source.path for source in sources]).most_common(1)[0]
    if times > 1:
        raise DataError(f"{path} is named twice")


def _names(paths: Sequence[str]) -> Iterable[str]:
    """What errors call each file: nothing for one alone, names where they differ, else whole paths."""
    names = [Path(path).name for path in paths]
    if len(paths) == 1:
        return [""]
    return names if len(set(names)) == len(names) else paths
