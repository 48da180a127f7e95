"""A scriptable OpenAI-compatible server on the loopback interface, with every fault that a real one can have.

For the tests of whoever trains with a judge: no model, no network, nothing but the standard library.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any, NamedTuple, Self

from graders.judge.prompt import DATA_HEADER
from graders.judge.transport.reply import Reply
from graders.testing.fake_http import Connection, Served

_TABLE: dict[str, dict[str, Any]] = json.loads(
    files("graders.testing").joinpath("faults.json").read_text(encoding="utf-8")
)
FAULTS: dict[str, str] = {name: fault["meaning"] for name, fault in _TABLE.items()}
"""The faults by name, and what they are."""


class Asked(NamedTuple):
    """What a call asks.

    Attributes:
        question: The question, as the judge was given it, or the last turn of a conversation; None where there is none.
        reference: The reference, likewise.
        answer: The answer, decoded.
        body: The whole body of the call.
        attempt: How many times the same body came before.
    """

    question: str | None
    reference: str | None
    answer: str
    body: Mapping[str, Any]
    attempt: int


class Fault(str):
    """A fault that a `FakeJudge`'s function asks for in place of a verdict: one of the names in `FAULTS`."""

    __slots__ = ()


class RawContent(str):
    """The raw content of a reply that a `FakeJudge`'s function asks for in place of a verdict."""

    __slots__ = ()


def exact(asked: Asked) -> str:
    """The default verdict: ``pass`` where the reference is a part of the answer, white space and case aside."""
    answer, reference = (" ".join((text or "").casefold().split()) for text in (asked.answer, asked.reference))
    return "pass" if reference and reference in answer else "fail"


class FakeJudge:
    """Serves ``/v1/chat/completions`` and ``/v1/models`` from a thread of its own while its `with` block lasts.

    Which calls meet a fault depends on the seed, the call's body and how often it came before, never on
    the order of calls: two runs of the same rows meet the same faults at any concurrency.

    Args:
        verdict: A label, or a function from `Asked` to a label, a `RawContent` or a `Fault`.
        faults: The share of calls that meet a fault, 0 to 1.
        kinds: The faults these are drawn from, all equally often.
        script: Faults of the first calls in order of arrival; ``ok`` is none.
        latency: Seconds before a reply; the bounds of a uniform distribution drawn like the faults; or a function
            from `Asked` to seconds.
        rejects: Parameters that get status 400, e.g. ``temperature``, ``response_format``, ``json_schema``,
            or ``system``, the role.
        api_key: The key that calls must carry; others get status 401.
        models: The names at ``/v1/models``; a call for another model gets status 404.
        seed: What faults and latencies are drawn with.

    Attributes:
        calls: How many completions were asked for.
        faulted: How many of these met each fault.
        asked: What was asked, in order of arrival; None unless `remember` is given.

    It is a `Transport` too: ``Judge(endpoint, transport=FakeJudge())`` asks it without a server or a socket.

    Example::

        with FakeJudge(faults=0.2) as judge:
            settings = Settings(judge=JudgeSettings(base_url=judge.base_url, model="fake-judge"))
            reward = load_reward("reward.json", settings)
    """

    def __init__(  # noqa: PLR0913 - each is a fault or a habit of servers of its own
        self,
        verdict: str | Callable[[Asked], str] = exact,
        *,
        faults: float = 0.0,
        kinds: Iterable[str] = tuple(FAULTS),
        script: Iterable[str] = (),
        latency: float | tuple[float, float] | Callable[[Asked], float] = 0.0,
        rejects: Iterable[str] = (),
        api_key: str | None = None,
        models: Iterable[str] = ("fake-judge",),
        seed: int = 0,
        remember: bool = True,
    ) -> None:
        self._verdict: Callable[[Asked], str] = (lambda _: verdict) if isinstance(verdict, str) else verdict
        self._faults, self._kinds, self._script = faults, tuple(kinds), list(script)
        self._latency = latency
        self._rejects, self._key, self._models, self._seed = tuple(rejects), api_key, tuple(models), seed
        unknown = {*self._kinds, *self._script} - {*FAULTS, "ok"}
        if unknown:
            raise ValueError(f"FakeJudge: no such fault: {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
        self.asked: list[Asked] | None = [] if remember else None
        self.faulted: Counter[str] = Counter()
        self._seen: Counter[bytes] = Counter()
        self.calls = 0
        self._port = 0

    @property
    def base_url(self) -> str:
        """The endpoint, e.g. ``http://127.0.0.1:40123/v1``."""
        return f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="fake-judge", daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self, started: threading.Event) -> None:
        self._loop = asyncio.new_event_loop()
        connections: set[Connection] = set()
        serving = self._loop.create_server(lambda: Connection(self.serve, connections), "127.0.0.1", 0, backlog=2048)
        server = self._loop.run_until_complete(serving)
        self._port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        for connection in list(connections):
            connection.abort()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def serve(self, path: str, headers: Mapping[str, str], raw: bytes) -> Served:
        """The reply to one HTTP request."""
        if self._key is not None and headers.get("authorization") != f"Bearer {self._key}":
            return _error(401, "Incorrect API key provided")
        if path.endswith("/models"):
            data = [{"id": name, "object": "model"} for name in self._models]
            return Served(200, json.dumps({"object": "list", "data": data}))
        self.calls += 1
        body = json.loads(raw)
        refused = self._refused(body)
        if refused is not None:
            return refused
        digest = hashlib.blake2b(raw, digest_size=12).digest()
        asked = _asked(body, self._seen[digest])
        self._seen[digest] += 1
        if self.asked is not None:
            self.asked.append(asked)
        return self._reply(asked, digest)

    async def send(self, body: Mapping[str, Any]) -> Reply:
        """The reply without a server: for ``Judge(endpoint, transport=fake)``, where no line is to be tested."""
        raw = json.dumps(body).encode()
        served = self.serve("/v1/chat/completions", {"authorization": f"Bearer {self._key}"}, raw)
        await asyncio.sleep(served.delay)
        if served.line:
            return Reply(0, word="connection" if served.line == "reset" else "timeout", detail=FAULTS[served.line])
        return Reply(served.status, served.body.encode(), served.headers)

    def _refused(self, body: Mapping[str, Any]) -> Served | None:
        if body.get("model") not in self._models:
            return _error(404, f"The model {body.get('model')!r} does not exist")
        if "system" in self._rejects and body["messages"][0]["role"] == "system":
            return _error(400, "System role not supported")
        form = (body.get("response_format") or {}).get("type")
        for name in self._rejects:
            if name in body or name == form:
                shown = "response_format" if name == form else name
                return _error(400, f"Unsupported parameter: {name!r} is not supported here", shown)
        return None

    def _reply(self, asked: Asked, digest: bytes) -> Served:
        chance, kind, wait = self._draws(digest, asked.attempt)
        delay = self._delay(asked, wait)
        fault = self._script.pop(0) if self._script else "ok"
        if fault == "ok" and chance < self._faults:
            fault = self._kinds[int(kind * len(self._kinds))]
        said = Fault(fault) if fault != "ok" else self._verdict(asked)
        if isinstance(said, Fault):
            self.faulted[said] += 1
            return _faulty(said, asked)._replace(delay=delay)
        content = said if isinstance(said, RawContent) else _content(said, asked.body)
        return _completion({"content": content}, asked.body)._replace(delay=delay)

    def _delay(self, asked: Asked, drawn: float) -> float:
        if callable(self._latency):
            return self._latency(asked)
        low, high = self._latency if isinstance(self._latency, tuple) else (self._latency, self._latency)
        return low + (high - low) * drawn

    def _draws(self, digest: bytes, attempt: int) -> tuple[float, ...]:
        """Three numbers in [0, 1) for a call."""
        drawn = hashlib.blake2b(b"%d|%d|%s" % (self._seed, attempt, digest), digest_size=12).digest()
        return tuple(int.from_bytes(drawn[i : i + 4]) / 2**32 for i in (0, 4, 8))


def _asked(body: Mapping[str, Any], attempt: int) -> Asked:
    """Read the data line out of a call; a call of another form is all answer."""
    content = _text(body["messages"][-1]["content"])
    _, head, line = content.rpartition(f"{DATA_HEADER}\n")
    data: dict[str, Any] = json.loads(line.partition("\n")[0]) if head else {"answer": content}
    turns: list[dict[str, Any]] = data.get("conversation") or [{"content": data.get("question")}]
    return Asked(turns[-1]["content"], data.get("reference"), data["answer"], body, attempt)


def _text(content: Any) -> str:
    """The text of a message, beside whose parts there may be images."""
    return "".join(part.get("text", "") for part in content) if isinstance(content, list) else str(content)


def _content(label: str, body: Mapping[str, Any]) -> str:
    schemas: list[dict[str, Any]] = [tool["function"]["parameters"] for tool in body.get("tools", ())]
    form: dict[str, Any] = body.get("response_format") or {}
    one: str | float
    schemas += [form["json_schema"]["schema"]] if "json_schema" in form else []
    if schemas and "result" in schemas[0]["properties"]:
        numeric = schemas[0]["properties"]["result"]["type"] == "number"
        return json.dumps({"steps": [], "result": _number(label) if numeric else label})
    form_of_verdict: dict[str, Any] = schemas[0]["properties"]["verdict"] if schemas else {}
    names = form_of_verdict.get("properties")
    one = _number(label) if form_of_verdict.get("type") == "number" else label
    return json.dumps({"reason": f"fake: {label}", "verdict": dict.fromkeys(names, one) if names else one})


def _number(label: str) -> float:
    """A label where a number is asked for: that number, else 1 for ``pass`` and 0 for all else."""
    try:
        return float(label)
    except ValueError:
        return float(label == "pass")


def _completion(message: Mapping[str, Any], body: Mapping[str, Any], finish: str = "stop") -> Served:
    """A chat completion, by tool call where the call asks for one."""
    full: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None, **message}
    if body.get("tools") and full["content"] is not None:
        function = {"name": body["tools"][0]["function"]["name"], "arguments": full["content"]}
        full |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        finish = "tool_calls" if finish == "stop" else finish
    used = sum(len(one["content"]) for one in body["messages"]) // 4
    reply = {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": full, "finish_reason": finish}],
        "usage": {"prompt_tokens": used, "completion_tokens": 12, "total_tokens": used + 12},
    }
    return Served(200, json.dumps(reply))


def _error(status: int, message: str, param: str | None = None) -> Served:
    return Served(status, json.dumps({"error": {"message": message, "type": "fake", "param": param, "code": None}}))


def _faulty(name: str, asked: Asked) -> Served:
    """The reply that a fault is made of."""
    whole = _completion({"content": _content("pass", asked.body)}, asked.body)
    fault = _TABLE[name]
    if "line" in fault:
        return whole._replace(line=fault["line"])
    if "body" in fault:
        return Served(200, fault["body"], "text/html" if name == "html" else "application/json")
    if "message" in fault:
        return _completion(fault["message"], asked.body, fault["finish"])
    if name == "cut_json":
        return whole._replace(body=whole.body[: len(whole.body) // 2])
    headers = {"retry-after-ms": "50"} if name == "429_retry_after" else {}
    return _error(int(name[:3]), FAULTS[name])._replace(headers=headers)
