"""What answers requests about projects."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from graders.service.flow.flow_replies import time_of
from graders.service.flow.http_validation import of_validation, one_line, posted
from graders.service.jobs.fine_tuning import FineTuning
from graders.service.jobs.tables.job_table import Job
from graders.service.jobs.tables.project_table import Project
from graders.service.problems import Problem
from graders.service.service_context import Service


class ProjectListQuery(BaseModel):
    """How a list of projects is asked for."""

    skip: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100_000)] = 100


class ProjectBody(BaseModel):
    """A new project, within the bounds of the client."""

    name: Annotated[str, Field(min_length=5, max_length=100)]
    description: Annotated[str, Field(min_length=5, max_length=1000)]


class ProjectAnswers:
    """Answers about the projects of a service."""

    def __init__(self, service: Service, jobs: FineTuning) -> None:
        self._service = service
        self._jobs = jobs

    async def create(self, request: Request) -> Response:
        """Make a project."""
        body, _ = await posted(ProjectBody, request, self._service.settings)
        project = await asyncio.to_thread(self._jobs.book.projects.add, body.name, body.description)
        return one_line(_reply(project))

    async def retrieve(self, request: Request) -> Response:
        """One project."""
        number = request.path_params["project_id"]
        known = number.isascii() and number.isdigit() and len(number) <= 18
        project = await asyncio.to_thread(self._jobs.book.projects.get, int(number)) if known else None
        if project is None:
            raise Problem(404, f"there is no project {number[:80]!r}")
        return one_line(_reply(project))

    async def list(self, request: Request) -> Response:
        """Projects, with how many jobs each has."""
        try:
            query = ProjectListQuery.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise of_validation(error, "query") from None
        projects = await asyncio.to_thread(self._jobs.book.projects.list, query.limit, query.skip)
        jobs = await asyncio.to_thread(self._jobs.book.jobs.all)
        return one_line({"data": [_with_runs(project, jobs) for project in projects]})


def _reply(project: Project) -> dict[str, Any]:
    created = time_of(project.created_at)
    named = {"id": project.id, "name": project.name, "description": project.description, "user_id": 0}
    return {**named, "created_at": created, "updated_at": created}


def _with_runs(project: Project, jobs: list[Job]) -> dict[str, Any]:
    own = [job for job in jobs if job.request.get("project_id") == project.id]
    last = max([project.created_at, *(job.completed_at or job.created_at for job in own)])
    deployed = sum(job.promoted for job in own)
    return {**_reply(project), "runs": len(own), "runs_deployed": deployed, "last_modified": time_of(last)}
