"""The plugin of docs/write_your_own.md, written down as the page says, is found by the command line."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from graders.vocabulary.documentation import docs_page

PAGE = (Path(__file__).parents[2] / "docs/write_your_own.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def installed(tmp_path):
    """A folder that holds the module, and what an installer makes of its pyproject.toml."""
    source = next(text for kind, text in BLOCKS if kind == "python")
    (tmp_path / "my_graders.py").write_text(source.split("check_scorer(LengthScorer)")[0], encoding="utf-8")
    project = tomllib.loads(next(text for kind, text in BLOCKS if kind == "toml"))["project"]
    points = (f"{name} = {place}\n" for name, place in project["entry-points"]["graders"].items())
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    (info / "entry_points.txt").write_text("[graders]\n" + "".join(points))
    return tmp_path


def test_the_plugin_of_the_page(installed):
    """Its definition is valid with it, and the type is unknown without."""
    definition = re.search(r"echo '(.*?)' > short.json", PAGE)[1]
    (installed / "short.json").write_text(definition)

    def validate(**more):
        command = [sys.executable, "-m", "graders", "validate", str(installed / "short.json")]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **more}, check=False)

    path = os.pathsep.join([str(Path(__file__).parents[2]), str(installed)])
    known, unknown = validate(PYTHONPATH=path), validate()
    assert (known.returncode, known.stderr) == (0, "")
    assert re.search(r"0\.9 +length", known.stdout)
    assert unknown.returncode == 2
    assert "type: got 'length', expected one of" in unknown.stderr
    assert unknown.stderr.rstrip().endswith("must be registered, or installed: " + docs_page("write_your_own"))
