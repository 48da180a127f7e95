"""Axe-core, the checker of accessibility, run on HTML in a headless Chromium."""

import json
import os
import re
import subprocess
from html import unescape
from pathlib import Path

from tests.report.test_browser import CHROMIUM, QUIET

SOURCE = Path(__file__).parents[2] / os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js")
"""Where it is: the variable ``AXE_CORE``, or what ``npm i --no-save axe-core`` puts into this folder."""

IS_HERE = CHROMIUM is not None and SOURCE.is_file()

RUN = """
addEventListener("load", async () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const found = [];
  for (const part of document.querySelectorAll("main > div")) {
    const { violations } = await axe.run(part, { resultTypes: ["violations"] });
    found.push(violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)]));
  }
  document.querySelector("output").textContent = JSON.stringify(found);
});
"""


def violations(html, colours, folder):
    """What axe finds in HTML under each pair of ink and paper: the rules that it breaks, each with the first element.

    Everything that opens is open.
    """
    page, script = folder / "axe.html", SOURCE.read_text(encoding="utf-8")
    parts = "".join(f'<div style="color: {ink}; background: {paper}">{html}</div>' for ink, paper in colours)
    page.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><main><h1>x</h1>{parts}</main>'
        f"<output></output><script>{script}</script><script>{RUN}</script></html>",
        encoding="utf-8",
    )
    command = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000", "--dump-dom",
               f"file://{page}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True)
    return json.loads(unescape(re.search(r"<output>(.*?)</output>", done.stdout, re.DOTALL)[1]))
