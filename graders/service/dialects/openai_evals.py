"""The evals of OpenAI's API that grade stored answers: create, run, look at a run, list its items, delete.

Nothing is sampled: a run has its rows in itself (`file_content`), each an item and perhaps a sample. Evals are kept in
memory and last as long as the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graders.service.about.openapi_parts import OBJECT, TEXT, Schema, anything, operation, record
from graders.service.bodies import json_body
from graders.service.dialect import ServedDialect, json_response, route
from graders.service.dialects.openai_errors import envelope
from graders.service.openai_grading.eval_documents import eval_document, item_document, run_document
from graders.service.openai_grading.eval_runs import EvalRunner, row_status
from graders.service.openai_grading.eval_store import EvalStore, new_run
from graders.service.openai_grading.grades import Space
from graders.service.openai_grading.grading import Grading
from graders.service.openai_grading.sample_space import space_of
from graders.service.problems import Problem
from graders.service.service_context import Service
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import shown
from graders.wire.openai.grader_documents import OpenAIGrader
from graders.wire.openai.grader_reading import read_grader

PREFIX = "/v1/evals"
MOST_CRITERIA = 64
MOST_LISTED = 100
"""Items of one page."""


def routes(service: Service) -> list[BaseRoute]:
    """The five routes."""
    return EvalRoutes(service).all()


class EvalRoutes:
    """What answers the five routes, over one store."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._grading = Grading(service)
        self._store = EvalStore()
        self._runner = EvalRunner(self._grading)

    def all(self) -> list[BaseRoute]:
        """The routes."""
        run = f"{PREFIX}/{{eval_id}}/runs"
        return [
            route(self._service, PREFIX, "POST", self.create, envelope),
            route(self._service, f"{PREFIX}/{{eval_id}}", "DELETE", self.delete, envelope, queued=False),
            route(self._service, run, "POST", self.create_run, envelope),
            route(self._service, f"{run}/{{run_id}}", "GET", self.retrieve_run, envelope, queued=False),
            route(self._service, f"{run}/{{run_id}}/output_items", "GET", self.list_items, envelope, queued=False),
        ]

    async def create(self, request: Request) -> Response:
        """Make an eval of criteria."""
        document = _object(await json_body(request, self._service.settings), "the body")
        _check_source_config(document.get("data_source_config"))
        criteria = _criteria(document.get("testing_criteria"))
        for grader in criteria:
            self._grading.check(grader)
        return json_response(eval_document(self._store.add(document, criteria)), 201)

    async def create_run(self, request: Request) -> Response:
        """Begin a run over rows."""
        stored = self._store.find(request.path_params["eval_id"])
        document = _object(await json_body(request, self._service.settings), "the body")
        source, rows = _rows(document.get("data_source"), self._service.settings.rows)
        run = self._store.add_run(stored, new_run(document, source, rows))
        self._runner.start(stored, run)
        return json_response(run_document(stored, run), 201)

    async def retrieve_run(self, request: Request) -> Response:
        """How far a run is."""
        return json_response(run_document(*self._store.find_run(**request.path_params)))

    async def list_items(self, request: Request) -> Response:
        """The graded rows of a run, a page at a time."""
        stored, run = self._store.find_run(**request.path_params)
        query = request.query_params
        rows = list(range(len(run.grades)))
        if query.get("order") == "desc":
            rows.reverse()
        if (status := query.get("status")) in {"fail", "pass"}:
            rows = [row for row in rows if row_status(stored, run.grades[row]) == status]
        rows, more = _page(rows, query.get("after"), query.get("limit"))
        items = [item_document(stored, run, row) for row in rows]
        ends = (
            {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {"first_id": None, "last_id": None}
        )
        return json_response({"object": "list", "data": items, **ends, "has_more": more})

    async def delete(self, request: Request) -> Response:
        """Forget an eval; its runs are ended."""
        stored = self._store.remove(request.path_params["eval_id"])
        return json_response({"object": "eval.deleted", "deleted": True, "eval_id": stored.id})


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Problem(
            422, f"{what}: got {shown(value, 40)}, expected an object", param=what.replace("the body", "") or None
        )
    return value


def _check_source_config(given: object) -> None:
    config = _object(given, "data_source_config")
    if config.get("type") != "custom":
        found = shown(config.get("type"), 40)
        message = f"data_source_config.type: got {found}, expected 'custom': no answers are stored or logged here"
        raise Problem(422, message, param="data_source_config.type")


def _criteria(given: object) -> list[OpenAIGrader]:
    """The graders of an eval, or all their mistakes at once."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CRITERIA:
        message = f"testing_criteria: expected a list of 1 to {MOST_CRITERIA} graders"
        raise Problem(422, message, param="testing_criteria")
    read: list[OpenAIGrader] = []
    mistakes: list[Mistake] = []
    for place, document in enumerate(given):
        try:
            read.append(read_grader(document))
        except DefinitionError as error:
            mistakes += [_placed(one, place) for one in error.mistakes]
    if mistakes:
        whole = DefinitionError("the eval", mistakes)
        raise Problem(422, str(whole), param=mistakes[0].path, code="invalid_grader", mistakes=mistakes)
    return read


def _placed(mistake: Mistake, place: int) -> Mistake:
    loc = ("testing_criteria", place, *mistake.loc)
    return Mistake(loc, mistake.message, mistake.suggestion, mistake.kind, mistake.found)


def _rows(given: object, most: int) -> tuple[dict[str, Any], list[Space]]:
    """The data source without its rows, and the rows."""
    source = _object(given, "data_source")
    inner = source.get("source")
    if source.get("type") != "jsonl" or not isinstance(inner, dict) or inner.get("type") != "file_content":
        message = (
            "data_source: expected {'type': 'jsonl', 'source': {'type': 'file_content', 'content': [{'item': ..., "
            "'sample': ...}]}}: nothing is sampled here, and no files are kept; send the rows with the run"
        )
        raise Problem(422, message, param="data_source")
    content = inner.get("content")
    if not isinstance(content, list) or not 1 <= len(content) <= most:
        raise Problem(422, f"data_source.source.content: expected a list of 1 to {most} rows", param="data_source")
    told = {"type": "jsonl", "source": {"type": "file_content", "content": []}}
    return told, [_row(row, place) for place, row in enumerate(content)]


def _row(row: object, place: int) -> Space:
    where = f"data_source.source.content[{place}]"
    fields = _object(row, where)
    item, sample = fields.get("item"), fields.get("sample")
    if not isinstance(item, dict) or not isinstance(sample, dict | None):
        raise Problem(422, f"{where}: expected an object 'item', and perhaps an object 'sample'", param=where)
    return space_of(item, sample or {})


def _page(rows: list[int], after: str | None, limit: str | None) -> tuple[list[int], bool]:
    """The rows of a page behind the item `after`, and whether there are more."""
    size = int(limit) if limit and limit.isdecimal() and len(limit) < 4 else 20
    size = min(max(size, 1), MOST_LISTED)
    number = (after or "").rpartition("_")[2]
    if number.isdecimal() and len(number) < 10 and int(number) in rows:
        rows = rows[rows.index(int(number)) + 1 :]
    return rows[:size], len(rows) > size


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _created(described: dict[str, Any]) -> dict[str, Any]:
    """An operation that answers 201."""
    answers = {"201" if status == "200" else status: answer for status, answer in described["responses"].items()}
    return {**described, "responses": answers}


_EVAL, _RUN = (_in_path("eval_id"),), (_in_path("eval_id"), _in_path("run_id"))
_CRITERIA = record(
    ("data_source_config", "testing_criteria"), data_source_config=OBJECT, testing_criteria=anything("Graders.")
)
_SOURCE = record(("data_source",), data_source=OBJECT)
_RUNS = f"{PREFIX}/{{eval_id}}/runs"
DESCRIBED = {
    PREFIX: {"post": _created(operation("Make an eval of stored answers", _CRITERIA, OBJECT))},
    f"{PREFIX}/{{eval_id}}": {"delete": operation("Forget an eval", reply=OBJECT, parameters=_EVAL)},
    _RUNS: {"post": _created(operation("Begin a run over the rows that it holds", _SOURCE, OBJECT, _EVAL))},
    f"{_RUNS}/{{run_id}}": {"get": operation("How far a run is", reply=OBJECT, parameters=_RUN)},
    f"{_RUNS}/{{run_id}}/output_items": {"get": operation("The graded rows, in pages", reply=OBJECT, parameters=_RUN)},
}
"""How `/openapi.json` has this dialect."""

DIALECT = ServedDialect("openai_evals", (PREFIX,), envelope, routes, DESCRIBED)
