"""The pages of watched runs where a service shows them: by name alone, with a key, and as they stand."""

import base64

import pytest

from graders.monitor.recording import RankFile
from tests.monitor.test_run_page import opened, recorded
from tests.service.conftest import KEY, RunningService


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A service that shows a run, one that has not begun, and one that began and has no step."""
    folder = tmp_path_factory.mktemp("runs")
    recorded(folder / "math", 20, alarms=[15])
    RankFile(folder / "begun", 0).append([opened()])
    watched = {name: str(folder / name) for name in ("math", "begun", "later")}
    running = RunningService(watched=watched)
    yield running
    running.stop()


def test_a_run_is_shown_by_its_name(shown):
    assert shown.client.get("/watch").json() == {"runs": ["math", "begun", "later"]}
    reply = shown.client.get("/watch/math")
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.headers["x-frame-options"] == "DENY"
    assert "1 alarm, the first at step 15" in reply.text
    assert "Nothing is recorded yet." in shown.client.get("/watch/begun").text


@pytest.mark.parametrize("name", ["other", "later", "..%2Fmath", "%2Fetc%2Fpasswd", "math%00"])
def test_what_is_not_there_is_a_404_that_names_no_path(shown, name):
    reply = shown.client.get(f"/watch/{name}")
    assert reply.status_code == 404
    assert "pytest" not in reply.text


def test_a_browser_asks_for_the_key(shown):
    """By Basic credentials, below /watch/ alone: elsewhere a page of a stranger could use what a browser remembers."""
    refused = shown.client.get("/watch/math", headers={"Authorization": "Bearer not-a-key-at-all"})
    assert (refused.status_code, refused.headers["www-authenticate"].split()[0]) == (401, "Basic")
    assert "paid" not in refused.text
    elsewhere = shown.client.get("/v1/rewards", headers={"Authorization": "Bearer not-a-key-at-all"})
    assert elsewhere.headers["www-authenticate"] == "Bearer"
    pair = base64.b64encode(f"anyone:{KEY}".encode()).decode()
    assert shown.client.get("/watch/math", headers={"Authorization": f"Basic {pair}"}).status_code == 200
