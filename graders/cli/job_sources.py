"""Where `graders jobs` finds jobs: in a folder on this machine, or at a server's address."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from graders.vocabulary.errors import DataError

ANSWER_SECONDS = 60.0
"""What a server may take to answer."""

LONGEST_ANSWER = 1 << 30


class JobSource(Protocol):
    """Jobs and their events, as the fine-tuning API has them."""

    def all(self) -> list[dict[str, Any]]:
        """Every job, the latest first."""
        ...

    def get(self, job_id: str) -> dict[str, Any]:
        """One job.

        Raises:
            DataError: there is none of that name.
        """
        ...

    def events(self, job_id: str, after: int = 0) -> list[dict[str, Any]]:
        """A job's events after one of a number."""
        ...

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Cancel a job; as it stands then."""
        ...


class FolderJobs:
    """The jobs of a folder, whether a server looks after it at the moment or not."""

    def __init__(self, folder: Path) -> None:
        """Open its books.

        Raises:
            DataError: it has none.
        """
        from graders.service.jobs.job_book import JobBook

        self._book = JobBook(folder, create=False)

    def all(self) -> list[dict[str, Any]]:
        """Every job, the latest first."""
        from graders.service.flow.flow_replies import job_reply

        return [job_reply(job) for job in self._book.jobs.all()]

    def get(self, job_id: str) -> dict[str, Any]:
        """One job."""
        from graders.service.flow.flow_replies import job_reply

        return job_reply(self._found(self._book.jobs.get(job_id), job_id))

    def events(self, job_id: str, after: int = 0) -> list[dict[str, Any]]:
        """A job's events after one of a number."""
        from graders.service.flow.flow_replies import event_reply

        job = self._found(self._book.jobs.get(job_id), job_id)
        return [event_reply(event) for event in self._book.events.of(job.number, after)]

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Cancel a job; one that runs is ended by the folder's server, when it looks next."""
        from graders.service.flow.flow_replies import job_reply

        return job_reply(self._found(self._book.cancel(job_id), job_id))

    @staticmethod
    def _found(job: Any, job_id: str) -> Any:
        if job is None:
            raise DataError(f"there is no job {job_id!r}; graders jobs list shows all")
        return job


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A key is for the server that it was given for, and for none that this one names."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Go nowhere else."""


class ServerJobs:
    """The jobs of a server."""

    def __init__(self, url: str, key: str | None) -> None:
        """Prepare; nothing is sent yet.

        Raises:
            DataError: this is no address of a server.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DataError(f"{url!r} is not a URL, expected one such as http://127.0.0.1:8321")
        self._base = url.rstrip("/").removesuffix("/v1") + "/v1/flow/"
        self._headers = {} if key is None else {"Authorization": key}
        self._opener = urllib.request.build_opener(_NoRedirect)

    def all(self) -> list[dict[str, Any]]:
        """Every job, the latest first."""
        jobs: list[dict[str, Any]] = self._asked("GET", "fine-tunes")["data"]
        return jobs

    def get(self, job_id: str) -> dict[str, Any]:
        """One job."""
        return self._asked("GET", f"fine-tunes/{quote(job_id, safe='')}")

    def events(self, job_id: str, after: int = 0) -> list[dict[str, Any]]:
        """A job's events after one of a number."""
        path = f"fine-tunes/{quote(job_id, safe='')}/events?after={after}"
        events: list[dict[str, Any]] = self._asked("GET", path)["data"]
        return events

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Cancel a job."""
        return self._asked("PUT", f"fine-tunes/{quote(job_id, safe='')}/cancel")

    def _asked(self, method: str, path: str) -> dict[str, Any]:
        """What the server answers.

        Raises:
            DataError: it can't be reached, or refuses, in its words.
        """
        url = self._base + path
        request = urllib.request.Request(url, method=method, headers=self._headers)  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=ANSWER_SECONDS) as answer:
                found: dict[str, Any] = json.loads(answer.read(LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            raise DataError(f"{url}: {error.code} {_detail(error.read(10_000))}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise DataError(f"{url} can't be reached: {getattr(error, 'reason', error)}") from None
        return found


def _detail(body: bytes) -> str:
    """The words of an error."""
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")
