"""Broken requests, compared with a FastAPI application of the same models: status, loc, msg, type, and the rest."""

import json

import httpx
import pytest

fastapi = pytest.importorskip("fastapi")
from graders.service.flow.posted_request import PostedRequest  # noqa: E402
from graders.service.flow.project_answers import ProjectBody  # noqa: E402
from graders.wire import schema  # noqa: E402
from tests.service.jobs.conftest import KEY  # noqa: E402

JSON = {"content-type": "application/json"}


def request(training=None, infrastructure=None, **top):
    config = {
        "training_files": ["file-1"],
        "model": "quick",
        "n_epochs": 1,
        "learning_rate": 0.001,
        "batch_size": 8,
        **(training or {}),
    }
    machine = {"accel_type": "A100", "n_accel": 1, **(infrastructure or {})}
    return {"training_config": config, "infrastructure_config": machine, **top}


def reward(*graders, **more):
    return request({"fine_tune_type": "REINFORCEMENT", "reward_components": {"graders": list(graders), **more}})


def without(name):
    whole = request()
    whole["training_config"].pop(name)
    return whole


MATH = {"type": "math_accuracy"}
BROKEN = {
    "an empty body": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"3",
    "broken JSON": b'{"training_config": {',
    "broken JSON further on": json.dumps(request()).encode()[:-1] + b",}",
    "two values": b"{} {}",
    "no UTF-8": b'{"description": "\xff"}',
    "an integer of 5,000 digits": b'{"project_id": ' + b"9" * 5000 + b"}",
    "nested 100,000 deep": b"[" * 100_000,
    "an empty object": {},
    "a learning rate is missing": without("learning_rate"),
    "files are missing": without("training_files"),
    "a section of another type": {"training_config": 3, "infrastructure_config": "A100"},
    "several mistakes": request({"n_epochs": "many", "batch_size": 0, "model": 4}, {"accel_type": "CPU"}),
    "no batch": request({"batch_size": 0}),
    "a batch too large": request({"batch_size": 1025}),
    "half an epoch": request({"n_epochs": 1.5}),
    "a word for a number": request({"learning_rate": "fast"}),
    "an unknown accelerator": request({}, {"accel_type": "TPU"}),
    "an unknown kind of job": request({"fine_tune_type": "grpo"}),
    "an unknown loss": request({"loss_type": "sigmoid"}),
    "a grader without a type": reward({"weight": 0.5}),
    "a grader of an unknown type": reward({"type": "exact"}),
    "a grader that is none": reward("math_accuracy"),
    "no graders": reward(),
    "an operation is missing": reward({"type": "string_check"}),
    "an unknown operation": reward({"type": "string_check", "operation": "EQUALS"}),
    "another metric": reward({"type": "text_similarity", "operation": "meteor"}),
    "a weight out of bounds": reward({"type": "math_accuracy", "weight": 1.5}),
    "weights that miss 1": reward({"type": "math_accuracy", "weight": 0.5}, format_reward_weight=0.1),
    "a weight for one of two": reward({"type": "math_accuracy", "weight": 0.5}, MATH),
    "a format that takes all": reward(MATH, format_reward_weight=1.0),
    "a reward for a standard job": request({"reward_components": {"graders": [MATH]}}),
    "beta for a standard job": request({"beta": 0.1}),
    "a judge too hot": reward({"type": "llm", "temperature": 2, "max_completion_tokens": 0, "seed": -1, "top_p": 1.5}),
    "an adaptation of rank 0": request({"lora_config": {"r": 0, "dropout": 2, "bias": "some"}}),
    "a switch that is none": request({"pre_train": "perhaps", "gradient_checkpointing": 3}),
    "a project that is none": request(project_id="x", description=3),
}


@pytest.fixture(scope="module")
def oracle():
    """FastAPI over the same models."""
    from starlette.testclient import TestClient

    app = fastapi.FastAPI()

    @app.post("/v1/flow/fine-tune")
    def create(body: PostedRequest):
        return {}

    @app.post("/v1/flow/projects")
    def project(body: ProjectBody):
        return {}

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def sent(client, body, headers=JSON, path="/v1/flow/fine-tune"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=content, headers=headers)


@pytest.fixture(scope="module")
def ours(shared):
    with httpx.Client(base_url=shared.url, headers={"Authorization": KEY}) as client:
        yield client


@pytest.mark.parametrize("name", BROKEN)
def test_the_same_as_fastapi(name, oracle, ours):
    theirs, mine = sent(oracle, BROKEN[name]), sent(ours, BROKEN[name])
    assert theirs.status_code in {400, 422}
    assert mine.status_code == theirs.status_code
    assert mine.json() == theirs.json()
    assert mine.headers["content-type"] == theirs.headers["content-type"]
    assert b"\n" not in mine.content


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_content_type(content_type, oracle, ours):
    headers = {} if content_type is None else {"content-type": content_type}
    theirs, mine = sent(oracle, request(), headers), sent(ours, request(), headers)
    assert mine.status_code == theirs.status_code == 422
    assert mine.json() == theirs.json()


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/vnd.api+json"])
def test_other_words_for_json(content_type, ours):
    found = sent(ours, request(), {"content-type": content_type})
    assert found.json()["detail"][0]["msg"].startswith("Value error, there is no file 'file-1'")


def test_what_is_read_laxly_is_taken_as_there(ours):
    """Numbers as texts, true for 1: what is left to say is said of the file alone."""
    body = request({"n_epochs": "3", "batch_size": True, "learning_rate": "0.1"}, {"n_accel": "1"})
    [only] = sent(ours, body).json()["detail"]
    assert only["loc"] == ["body", "training_config", "training_files", 0]


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        ("learning_rate", "finite_number"),
        ("beta", "finite_number"),
        ("reward", "finite_number"),
        ("batch", "int_from_float"),
    ],
)
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_no_number_is_a_422(at, kind, value, oracle, ours):
    """FastAPI fails on its own message, or takes it."""
    text = {
        "learning_rate": json.dumps(request({"learning_rate": 12345})),
        "beta": json.dumps(request({"beta": 12345, "fine_tune_type": "PREFERENCE"})),
        "reward": json.dumps(reward({"type": "math_accuracy", "weight": 12345})),
        "batch": json.dumps(request({"batch_size": 12345})),
    }[at].replace("12345", value)
    found = sent(ours, text.encode())
    assert found.status_code == 422
    [error] = found.json()["detail"]
    assert error["input"] in {"NaN", "Infinity", "-Infinity"}
    assert error["type"] in {kind, "finite_number"}


def test_a_key_twice_is_a_422(ours):
    text = json.dumps(request()).replace('"n_accel": 1', '"n_accel": 1, "n_accel": 2')
    [error] = sent(ours, text.encode()).json()["detail"]
    assert (error["type"], error["ctx"]["error"]) == ("json_invalid", "the key 'n_accel' is given twice in one object")


@pytest.mark.parametrize("body", [{}, {"name": "x", "description": ""}, {"name": "long enough"}])
def test_projects(body, oracle, ours):
    theirs, mine = (sent(client, body, path="/v1/flow/projects") for client in (oracle, ours))
    assert (mine.status_code, mine.json()) == (theirs.status_code, theirs.json())


def test_methods_and_slashes(oracle, ours):
    theirs, mine = oracle.get("/v1/flow/fine-tune"), ours.get("/v1/flow/fine-tune")
    assert (mine.status_code, mine.headers["allow"]) == (theirs.status_code, theirs.headers["allow"]) == (405, "POST")
    assert set(mine.json()) == {"detail"}
    mine = ours.post("/v1/flow/fine-tune/", content=b"{}", follow_redirects=False)
    assert mine.status_code == 307
    assert mine.headers["location"].endswith("/v1/flow/fine-tune")
    assert ours.get("/v1/flow/nothing").json()["detail"]


def test_without_a_key(shared):
    for headers in ({}, {"Authorization": "wrong"}, {"Authorization": f"Basic {KEY}"}):
        found = httpx.post(f"{shared.url}/v1/flow/fine-tune", content=b"{", headers=headers)
        assert (found.status_code, found.json()) == (401, {"detail": "Not authenticated"})
        assert found.headers["www-authenticate"] == "APIKey"
    assert httpx.get(f"{shared.url}/v1/flow/models", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_the_models_are_the_descriptions():
    """The same names, types, defaults, bounds, enums and required keys as the wire's, which are the description's."""
    mine, wire = PostedRequest.model_json_schema(), schema.json_schema()
    assert bare(mine, mine["$defs"]) == bare(wire, wire["$defs"])


def bare(value, definitions):
    """A schema with what it refers to in place, without words."""
    if isinstance(value, list):
        return sorted((bare(one, definitions) for one in value), key=str)
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        within = bare(definitions[value["$ref"].rpartition("/")[2]], definitions)
        return {**within, **bare({key: one for key, one in value.items() if key != "$ref"}, definitions)}
    left_out = {"$defs", "mapping"} | {key for key in ("title", "description") if isinstance(value.get(key), str)}
    left_out |= {key for key in ("default",) if value.get(key, 0) is None}
    return {key: bare(one, definitions) for key, one in value.items() if key not in left_out}
