"""The fake judge: every fault it promises, scripted or drawn, the same at any order."""

import http.client
import json
import urllib.error
import urllib.request

import pytest

from graders.judge import Prompt
from graders.judge.prompt import data
from graders.testing import FakeJudge
from graders.testing.fake_judge import FAULTS, RawContent, exact


def call(server, answer="it is 4 in all", key=None, **more):
    messages = Prompt().messages(data("q", answer, "is 4 in"))
    body = json.dumps({"model": "fake-judge", "messages": messages, **more}).encode()
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(f"{server.base_url}/chat/completions", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=0.4) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, type(error).__name__


def test_by_default_it_passes_what_holds_the_reference():
    with FakeJudge() as server:
        status, body = call(server)
        assert status == 200
        assert json.loads(json.loads(body)["choices"][0]["message"]["content"])["verdict"] == "pass"
        assert "fail" in call(server, "no")[1]
        assert server.calls == 2
        assert (server.asked[0].question, server.asked[0].reference, server.asked[1].answer) == ("q", "is 4 in", "no")
    assert exact(server.asked[0]) == "pass"


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_shows_on_the_wire(kind, monkeypatch):
    monkeypatch.setattr("graders.testing.fake_http.DRIP_SECONDS", 0.6)
    with FakeJudge(script=[kind]) as server:
        status, body = call(server)
        assert server.faulted == {kind: 1}
        assert call(server)[0] == 200
    if kind in {"reset", "hang", "drip"}:
        assert status == 0
    elif kind[:3].isdigit():
        assert status == int(kind[:3])
    else:
        assert status == 200
        assert '"verdict\\": \\"pass\\"}"' not in body or kind == "length"


def test_faults_are_drawn_by_row_and_attempt_never_by_order():
    def run(order):
        with FakeJudge(faults=0.5, kinds=["500"], seed=5) as server:
            return {i: [call(server, f"row {i}")[0] for _ in range(3)] for i in order}

    assert run(range(12)) == run(reversed(range(12)))


def test_a_function_a_label_raw_content_and_rejections():
    with FakeJudge(lambda asked: RawContent("raw") if asked.attempt else "fail") as server:
        assert "fail" in call(server)[1]
        assert json.loads(call(server)[1])["choices"][0]["message"]["content"] == "raw"
    with FakeJudge("pass", rejects=["seed"], api_key="k", models=("fake-judge", "other")) as server:
        assert call(server)[0] == 401
        assert call(server, key="k", seed=1)[0] == 400
        assert call(server, key="k")[0] == 200
        assert call(server, key="k", model="third")[0] == 404
        request = urllib.request.Request(f"{server.base_url}/models", headers={"authorization": "Bearer k"})
        with urllib.request.urlopen(request, timeout=5) as reply:
            assert [one["id"] for one in json.load(reply)["data"]] == ["fake-judge", "other"]


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="no such fault: 418"):
        FakeJudge(script=["418"])
