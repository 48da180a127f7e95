"""The pages in a browser as narrow as a telephone: none scrolls sideways, and the controls of each list work."""

import json
import re
import subprocess
from html import escape

import pytest

import graders
from graders.audit.audit_page import page as audit_page
from graders.audit.audit_plan import Extent
from graders.audit.run_audit import audit
from graders.cli.examples import example
from graders.comparison import ComparisonOptions, compare
from graders.comparison.comparison_page import page as comparison_page
from graders.report import write_report
from graders.service.about.people_page import people_page
from tests.report.conftest import scored_rows, write_rows
from tests.report.test_browser import CHROMIUM, QUIET

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")

MEASURE = """
addEventListener("load", () => setTimeout(() => {
  document.title = [...document.querySelectorAll("iframe")].map((frame) => {
    const page = frame.contentDocument, found = page.getElementById("found");
    return `${page.documentElement.scrollWidth - page.documentElement.clientWidth}:${found ? found.textContent : ""}`;
  }).join(";");
}, 500));
"""
"""Puts into the title how much wider each page is than its frame, and how many cards its list shows."""


@pytest.fixture
def pages(tmp_path, quiet):
    """All pages, made of the shipped data."""
    data = example("questions.jsonl")
    gameable, right = (graders.load_reward(example(name)) for name in ("gameable.json", "reward.json"))
    documents = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    paths = [write_rows(tmp_path / f"{name}.jsonl", scored_rows(reward, documents, "label"))
             for name, reward in (("a", gameable), ("b", right))]  # fmt: skip
    write_report(paths[0], tmp_path / "report.html", reward=gameable, label_column="label")
    return [
        (tmp_path / "report.html").read_text(encoding="utf-8"),
        audit_page(audit(gameable, str(data), Extent(rows=8))),
        comparison_page(compare(*paths, ComparisonOptions(label_column="label"))),
        people_page(),
    ]


def test_no_page_scrolls_sideways(pages, tmp_path):
    """At 420 pixels; the report, the audit and the comparison say how many rows they list."""
    frames = "".join(f'<iframe width="420" height="900" srcdoc="{escape(page)}"></iframe>' for page in pages)
    wide = '<iframe width="420" height="900" srcdoc="<div style=width:500px>x</div>"></iframe>'
    wrapper = tmp_path / "frames.html"
    wrapper.write_text(f"<title></title>{frames}{wide}<script>{MEASURE}</script>", encoding="utf-8")
    command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom",
               f"file://{wrapper}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    report, audited, compared, service, too_wide = re.search("<title>(.*?)</title>", done.stdout)[1].split(";")
    assert re.fullmatch(r"0:\d+ rows", report)
    assert re.fullmatch(r"0:\d+ examples", audited)
    assert re.fullmatch(r"0:\d+ rows", compared)
    assert service == "0:"
    assert not too_wide.startswith("0:")  # the measure can fail
