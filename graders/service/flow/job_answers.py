"""What answers requests about jobs and models."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response

from graders.service.flow.delivered_reply import DeliveredReply
from graders.service.flow.flow_replies import event_reply, job_reply, listed, model_reply
from graders.service.flow.http_validation import as_json, fault, of_definition, of_mistakes, one_line, posted
from graders.service.flow.posted_request import PostedRequest
from graders.service.jobs.fine_tuning import FineTuning
from graders.service.jobs.order import Order
from graders.service.jobs.tables.job_table import Job
from graders.service.jobs.training_data import reference_faults
from graders.service.problems import Problem
from graders.service.service_context import Service
from graders.vocabulary.errors import DefinitionError


class JobAnswers:
    """Answers about the jobs of a service."""

    def __init__(self, service: Service, jobs: FineTuning) -> None:
        self._service = service
        self._jobs = jobs
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def create(self, request: Request) -> Response:
        """Make a job, or find the one that this very request has made before its reply was lost.

        Of equal requests at the same time one is answered after the other: only then is it known whose reply was lost.
        """
        body, text = await posted(PostedRequest, request, self._service.settings)
        caller = self._service.keys.caller(request.headers.get("authorization", "").encode())
        digest = sha256(text).hexdigest()
        turn = self._turns.setdefault((caller, digest), asyncio.Lock())
        await turn.acquire()
        try:
            job = await self._made(body, request, caller, digest)
        except BaseException:
            turn.release()
            raise
        return DeliveredReply(
            as_json(job_reply(job)), lambda: asyncio.to_thread(self._jobs.book.delivered, job), turn.release
        )

    async def _made(self, body: PostedRequest, request: Request, caller: str, digest: str) -> Job:
        """The job of a request.

        Raises:
            UnprocessableProblem: with every mistake.
            Problem: 429, too many jobs wait.
        """
        known = await asyncio.to_thread(self._jobs.book.jobs.lost_reply, caller, digest)
        if known is not None:
            return known
        order = await self._order(body, request)
        job = await asyncio.to_thread(self._jobs.create, order, caller=caller, digest=digest)
        if job is None:
            most = self._jobs.settings.most_jobs_waiting
            raise Problem(429, f"{most} jobs wait already, the most that are taken: try again when one is over")
        return job

    async def _order(self, body: PostedRequest, request: Request) -> Order:
        """A request, checked against what is here, and its references against its reward in a worker process.

        Raises:
            UnprocessableProblem: with every mistake.
        """
        try:
            order = await asyncio.to_thread(self._jobs.check, body.document())
        except DefinitionError as error:
            raise of_definition(error) from None
        if order.reward is None:
            return order
        found = [
            await self._service.compute(reference_faults, order.reward, path, request=request) for path in order.files
        ]
        if mistakes := order.faults(found):
            raise of_mistakes(mistakes)
        return order

    async def all(self, _: Request) -> Response:
        """Every job, the latest first."""
        jobs = await asyncio.to_thread(self._jobs.book.jobs.all)
        return one_line(listed([job_reply(job) for job in jobs]))

    async def _job(self, request: Request) -> Job:
        job_id = request.path_params["job_id"]
        return _found(await asyncio.to_thread(self._jobs.book.jobs.get, job_id), job_id)

    async def retrieve(self, request: Request) -> Response:
        """One job."""
        return one_line(job_reply(await self._job(request)))

    async def cancel(self, request: Request) -> Response:
        """Cancel a job; one that is cancelled already stays so."""
        job = await self._job(request)
        if job.status in {"completed", "failed"}:
            raise Problem(409, f"job {job.id} is over: it is {job.status}")
        asked = _found(await asyncio.to_thread(self._jobs.cancel, job.id), job.id)
        return one_line(job_reply(asked))

    async def events(self, request: Request) -> Response:
        """A job's events, or with ``?after=N`` those after the N-th."""
        job = await self._job(request)
        after = request.query_params.get("after", "0")
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise fault(("query", "after"), "expected the number of an event", after)
        return await self._events(job, int(after))

    async def _events(self, job: Job, after: int = 0) -> Response:
        found = await asyncio.to_thread(self._jobs.book.events.of, job.number, after)
        return one_line(listed([event_reply(event) for event in found]))

    async def promote(self, request: Request) -> Response:
        """Mark a job's model as the one to use; the client does so by a GET."""
        return await self._marked(request, promoted=True)

    async def demote(self, request: Request) -> Response:
        """Take the mark away."""
        return await self._marked(request, promoted=False)

    async def _marked(self, request: Request, *, promoted: bool) -> Response:
        job = await self._job(request)
        if job.status != "completed":
            raise Problem(409, f"job {job.id} has no model: it is {job.status}")
        await asyncio.to_thread(self._jobs.book.promote, job, promoted=promoted)
        return await self._events(job)

    async def models(self, _: Request) -> Response:
        """What may be trained."""
        return one_line(listed(await asyncio.to_thread(self._models)))

    def _models(self) -> list[dict[str, object]]:
        models = self._jobs.models.items()
        return [model_reply(name, place, supports_lora=self._jobs.supports_lora(name)) for name, place in models]


def _found(job: Job | None, job_id: str) -> Job:
    if job is None:
        raise Problem(404, f"there is no job {job_id[:80]!r}")
    return job
