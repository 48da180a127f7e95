"""`/openapi.json`, the page for people, and the command: what the service says of itself is so."""

import html
import json
import os
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings

from graders.service.about.people_page import people_page
from graders.service.app import DIALECTS
from graders.service.service_context import Service
from graders.service.service_settings import ServiceSettings
from tests.report.test_browser import CHROMIUM, QUIET
from tests.service.conftest import KEY

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis isn't installed")
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "4"))
"""Requests drawn for each operation; `make test-faults` draws more."""


@pytest.fixture(scope="module")
def described(service):
    return service.client.get("/openapi.json").json()


def test_every_route_of_the_dialects_is_described(described):
    service = Service.of(ServiceSettings(no_auth=True))
    routes = {route.path for dialect in DIALECTS if dialect.described for route in dialect.routes(service)}
    assert routes - set(described["paths"]) - {"/nemo_gym", "/nemo_gym/{reward}"} == set()


def test_whatever_is_sent_there_is_no_500(service, described):
    """Requests drawn from the description, right and wrong ones."""
    schema = schemathesis.openapi.from_dict(described)
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        quick = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))

        @quick
        @given(case=operation.as_strategy())
        def call(case):
            nonlocal asked
            reply = case.call(base_url=service.url, headers={"Authorization": KEY})
            asked += 1
            assert reply.status_code not in {500, 502, 504}, (case.method, case.formatted_path, case.body, reply.text)

        call()
    assert asked > 20


def test_the_page_stands_alone():
    """Nothing is loaded, the policy names this script alone, and nothing is put in as markup."""
    page = html.unescape(people_page())
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert "connect-src 'self'" in page
    assert "innerHTML" not in page
    assert not re.search(r"\son\w+=", page.partition("<script>")[0])


def test_no_id_stands_twice():
    """The script would fill the heading's section in place of the list."""
    ids = re.findall(r' id="([^"]*)"', people_page())
    assert len(ids) == len(set(ids))


def test_the_root_answers_browsers_and_programs(service):
    browser = service.client.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
    assert browser.headers["content-type"].startswith("text/html")
    assert browser.headers["x-frame-options"] == "DENY"
    assert service.client.get("/").json()["status"] == "ok"


def test_the_demo_prints_three_lines_that_work():
    command = [sys.executable, "-u", "-m", "graders.cli", "serve", "--demo", "--port", "0", "--drain", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        lines = []
        while "in a browser" not in (line := demo.stdout.readline()):
            assert line, lines
            lines.append(line)
        curls = [line for line in lines if line.startswith("  curl ")]
        replies = [
            subprocess.run(line + " -sf", shell=True, capture_output=True, text=True, check=False)
            for line in map(str.strip, curls)
        ]
        demo.terminate()
    assert [reply.returncode for reply in replies] == [0, 0, 0]
    assert json.loads(replies[1].stdout)["rewards"] == [1.0, 0.1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "at least one key"),
        (["--no-auth", "--host", "0.0.0.0"], "loopback alone"),
        (["--no-auth", "nothing.json"], "nothing.json"),
        (["--no-auth", "a=x.json", "a=y.json"], "a name of its own"),
        (["--keys", "/nowhere"], "/nowhere can't be read"),
    ],
)
def test_the_command_says_what_is_wrong(cli, arguments, words):
    result = cli("serve", *arguments, env={"GRADERS_API_KEYS": ""})
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")
@pytest.mark.parametrize("no_auth", [True, False], ids=["without keys", "without the key"])
def test_the_page_in_a_browser(start, tmp_path, no_auth):
    """Its script runs under its own policy: rewards are shown, the example is explained; or it says why not."""
    running = start(no_auth=True, keys=[]) if no_auth else start()
    command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--v=0"]
    command += ["--virtual-time-budget=15000", "--dump-dom", f"{running.url}/?example"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    shown, console = done.stdout, re.findall(r"CONSOLE.*", done.stderr)
    if no_auth:
        assert "Reward: 1" in shown
        assert "<option>math</option>" in shown
        assert "This server runs no fine-tuning jobs." in shown or "There are no jobs." in shown
        assert [line for line in console if "fine-tunes" not in line and "404" not in line] == []
    else:
        assert shown.count("a key is needed") + shown.count("not known here") >= 2
