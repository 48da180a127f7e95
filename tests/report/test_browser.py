"""The page in a real browser, where there is one: its script runs under its own policy, and nothing complains."""

import re
import shutil
import subprocess

import pytest

from tests.report.conftest import read

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")

QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"]  # fmt: skip


def in_browser(path, profile):
    """The page as the browser has it when its script is done, and what its console says."""
    command = [CHROMIUM, *QUIET, f"--user-data-dir={profile}", "--enable-logging=stderr", "--v=0", "--dump-dom",
               f"file://{path}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    return done.stdout, re.findall(r"CONSOLE.*", done.stderr)


@pytest.mark.parametrize("name", ["gameable.json", "reward.json"])
def test_its_script_runs_and_nothing_complains(demo, tmp_path, name):
    """The controls are there, headers can be pressed, and the console is empty."""
    demo(name)
    text, console = in_browser(tmp_path / "report.html", tmp_path / "profile")
    assert console == []
    page = read(text)
    assert "hidden" not in page.one("form", id="controls").attributes
    assert page.one("output", id="found").text.endswith("rows")
    assert all(header.all("button") for table in page.all("table", class_="sortable")
               for header in table.one("thead").all("th") if header.attributes.get("class") != "bar")  # fmt: skip


def test_its_policy_holds(demo, tmp_path):
    """A script that somebody smuggles in is refused: the browser says so, and it doesn't run."""
    _, text, _ = demo()
    smuggled = tmp_path / "smuggled.html"
    smuggled.write_text(text.replace("</main>", "<script>document.title = 'taken'</script></main>"), encoding="utf-8")
    shown, console = in_browser(smuggled, tmp_path / "profile")
    assert any("Content Security Policy" in line for line in console)
    assert "<title>taken" not in shown
