"""The routes of the fine-tuning API, by the methods and paths of both clients, the synchronous and the other."""

from __future__ import annotations

from starlette.routing import BaseRoute

from graders.service.dialect import Answer, ServedDialect, route
from graders.service.flow.file_answers import FileAnswers
from graders.service.flow.flow_description import flow_description
from graders.service.flow.http_validation import flow_envelope
from graders.service.flow.job_answers import JobAnswers
from graders.service.flow.project_answers import ProjectAnswers
from graders.service.service_context import Service

PREFIX = "/v1/flow"


def flow_routes(service: Service) -> list[BaseRoute]:
    """The routes; none where no folder of jobs is served."""
    if service.jobs is None:
        return []
    jobs, files = JobAnswers(service, service.jobs), FileAnswers(service, service.jobs)
    projects = ProjectAnswers(service, service.jobs)
    work: list[tuple[str, str, Answer]] = [
        ("POST", "fine-tune", jobs.create),
        ("POST", "fine-tunes", jobs.create),  # the asynchronous client's path
        ("PUT", "files", files.upload),
        ("PUT", "bulk_files", files.upload_many),
    ]
    look_ups: list[tuple[str, str, Answer]] = [
        ("GET", "fine-tunes", jobs.all),
        ("GET", "fine-tunes/{job_id}", jobs.retrieve),
        ("GET", "fine-tunes/{job_id}/events", jobs.events),
        ("PUT", "fine-tunes/{job_id}/cancel", jobs.cancel),
        ("POST", "fine-tunes/{job_id}/cancel", jobs.cancel),  # the asynchronous client's method
        ("GET", "fine-tunes/{job_id}/promote-model", jobs.promote),
        ("GET", "fine-tunes/{job_id}/demote-model", jobs.demote),
        ("GET", "models", jobs.models),
        ("GET", "files", files.list),
        ("GET", "files/{file_id}", files.retrieve),
        ("DELETE", "files/{file_id}", files.delete),
        ("PUT", "files/{file_id}/rename", files.rename),
        ("GET", "files/{file_id}/content", files.content),
        ("GET", "projects", projects.list),
        ("POST", "projects", projects.create),
        ("GET", "projects/{project_id}", projects.retrieve),
    ]
    return [
        route(service, f"{PREFIX}/{path}", method, answer, flow_envelope, queued=queued)
        for queued, table in ((True, work), (False, look_ups))
        for method, path, answer in table
    ]


DIALECT = ServedDialect("fine-tuning", (PREFIX,), flow_envelope, flow_routes, flow_description())
