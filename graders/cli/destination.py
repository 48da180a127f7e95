"""Where scored rows go, told by what -o names: nowhere, into a stream, into one file, or into a run's directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from graders.offline.ledger.shards import Share
from graders.offline.ledger.task import Task
from graders.offline.reading.rows import STDIN
from graders.offline.reading.sources import TABLES, Source
from graders.offline.writing.writer import OutputFormat, output_format
from graders.vocabulary.errors import DataError


@dataclass(frozen=True)
class Destination:
    """Where rows go.

    Attributes:
        kind: ``nowhere`` (the summary alone), ``stream`` (standard output, a pipe, a device), ``file`` or ``folder``.
        path: Which; None for nowhere and standard output.
        format: How rows are written; None where a directory's shards may be as the input is.
        is_kept: Whether what is written there stays.
        held: Whether a file stood there before, of a run that is over, which is replaced.
    """

    kind: Literal["nowhere", "stream", "file", "folder"]
    path: Path | None = None
    format: OutputFormat | None = None
    is_kept: bool = True
    held: bool = False

    @classmethod
    def of(cls, output: str | None) -> Destination:
        """What -o names: a directory ends in '/', is one, or has no suffix; links are followed.

        Raises:
            DataError: no file can be there, or its name asks for a format that isn't written.
        """
        if output is None:
            return cls("nowhere")
        if output == STDIN:
            return cls("stream", None, "jsonl")
        path = Path(output)
        if path.exists() and not path.is_file() and not path.is_dir():
            return cls("stream", path, output_format(output))
        path = _resolved(path)
        if path.is_dir() or output.endswith("/") or not (path.suffix or path.is_file()):
            return cls("folder", path)
        if not path.parent.is_dir():
            raise DataError(f"{output} can't be written: there is no directory {path.parent}")
        held = path.exists() and not _parts(path).exists()
        return cls("file", path, output_format(output), held=held)

    @property
    def run_folder(self) -> Path | None:
        """The directory that holds the run: for a file, one beside it until the file is whole."""
        if self.kind == "file" and self.path:
            return _parts(self.path)
        return self.path if self.kind == "folder" else None

    def is_finished(self, *, resume: bool) -> bool:
        """Whether what is to be gone on with is a whole file, with no run open beside it."""
        folder = self.run_folder if resume and self.kind == "file" else None
        return folder is not None and self.path is not None and self.path.is_file() and not folder.exists()

    def check_not_read(self, sources: Sequence[Source]) -> None:
        """Refuse to write onto what is being read.

        Raises:
            DataError: the file is one of the inputs.
        """
        path = self.path if self.kind == "file" else None
        if path is not None and path.exists() and any(path.samefile(source.path) for source in sources):
            raise DataError(f"{path} is the file that is being read; write to another one")

    def check_can_begin(self, *, resume: bool, overwrite: bool) -> None:
        """Refuse to go on with a run that is over: nobody could tell whether it was the same.

        Raises:
            DataError: the file is there, whole, and no run is open beside it.
        """
        path = self.path if self.kind == "file" and resume and not overwrite else None
        if path is not None and path.exists() and self.run_folder and not self.run_folder.exists():
            raise DataError(
                f"{path} is complete and has no unfinished run, so there is nothing to resume; "
                "--retry-unscored scores its unscored rows again, and without --resume all of it is scored again"
            )

    def shard_format(self, sources: Sequence[Source], wanted: OutputFormat | None) -> OutputFormat:
        """How the shards are written: as the file will be, as wanted, or as the input is.

        Raises:
            DataError: the file's name says otherwise than what is wanted.
        """
        if self.kind == "file" and self.format:
            if wanted and wanted != self.format:
                raise DataError(
                    f"--format {wanted} is for the shards of -o DIRECTORY/; {self.path} is written as "
                    f"{self.format}, as its name says"
                )
            return self.format
        return wanted or ("parquet" if any(source.format in TABLES for source in sources) else "jsonl")

    def task_there(
        self, task: Task, sources: Sequence[Source], wanted: OutputFormat | None, *, resume: bool, overwrite: bool
    ) -> Task:
        """A task that writes its shards here, where these checks let it."""
        self.check_not_read(sources)
        self.check_can_begin(resume=resume, overwrite=overwrite)
        return replace(task, folder=self.run_folder, format=self.shard_format(sources, wanted))

    def share(self, wanted: str | None) -> Share:
        """The share of a run that is wanted: all of it where none is.

        Raises:
            DataError: it is a part of what will be one file.
        """
        share = Share.parse(wanted) if wanted else Share()
        if share.jobs > 1 and self.kind != "folder":
            raise DataError(
                "--shard needs -o DIRECTORY/, where the jobs of a run put their shards; graders merge joins them"
            )
        return share


def _parts(path: Path) -> Path:
    return path.with_name(path.name + ".parts")


def _resolved(path: Path) -> Path:
    try:
        place = path.resolve() if path.is_symlink() else path
    except (RuntimeError, OSError):  # links that go round in a circle, before Python 3.13
        place = path
    if place.is_symlink():
        raise DataError(f"{path} can't be written: it links to itself")
    return place
