"""What the documentation shows is what the commands print today: transcripts, pictures, figures, the commands."""

import importlib.util
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import graders
from graders.audit.audit_plan import Extent
from graders.audit.run_audit import audit
from graders.cli.examples import example
from graders.cli.group import COMMANDS

DOCS = Path(__file__).parent.parent / "docs"


def script(name):
    """A script of the documentation, as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TRANSCRIPTS = script("transcripts")


@pytest.mark.parametrize("name", [str(page.relative_to(DOCS)) for page in TRANSCRIPTS.pages()])
def test_transcripts(name):
    """`make transcripts` writes them anew."""
    text = (DOCS / name).read_text(encoding="utf-8")
    assert TRANSCRIPTS.filled(text) == text


def test_the_picture_of_the_demo(quiet):
    """`make picture` draws it anew."""
    picture = script("picture")
    shown = picture.PICTURE.read_text(encoding="utf-8")
    assert picture.words(shown) == picture.words(picture.drawn())
    assert "url(http" not in shown


def test_the_pictures_of_the_report(quiet, tmp_path):
    """`make report-pictures` takes them anew; they are compared by what they say."""
    pictures = script("report_pictures")
    assert pictures.words(pictures.demo_report(tmp_path)) == (DOCS / "img" / "report_demo.txt").read_text(
        encoding="utf-8"
    )


def test_the_alternative_text_of_the_picture(quiet):
    """Precision and recall in the README and on the home page are those of the report."""
    said = (DOCS / "img" / "report_demo.txt").read_text(encoding="utf-8").splitlines()
    for page in (DOCS.parent / "README.md", DOCS / "index.md"):
        precision, recall = re.search(
            r"precision (0\.\d\d), recall (0\.\d\d)", page.read_text(encoding="utf-8")
        ).groups()
        assert f"{float(said[said.index('precision') + 1]):.2f}" == precision
        assert f"{float(said[said.index('recall') + 1]):.2f}" == recall


@pytest.mark.slow
def test_the_table_of_cures():
    """docs/audit.md says how far three rewards can be gamed on the demo's rows."""
    rows = re.findall(
        r"^\| `(\w+)`[^|]*\| ([\d.]+) \| (\d+) of (\d+) \|$", (DOCS / "audit.md").read_text(), re.MULTILINE
    )
    tight = graders.Settings(string=graders.StringSettings(whole_word=True, max_answer_chars=7))
    rewards = [("contains", graders.Settings()), ("contains", tight), ("equals", graders.Settings())]
    found = []
    for operation, settings in rewards:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", graders.GradersWarning)
            reward = graders.load_reward({"graders": [{"type": "string_check", "operation": operation}]}, settings)
        one = audit(reward, str(example("questions.jsonl")), Extent()).components[f"string_check:{operation}"]
        counted = len(one.holes), len(one.holes) + len(one.unpaid)
        found.append((operation, f"{one.exploitability:.3f}", *map(str, counted)))
    assert rows == found


def test_the_command_reference():
    """Made of click's own words: every command, and every option of one of them."""
    text = script("command_reference").reference()
    named = re.findall(r"^## graders ([\w-]+)$", text, re.MULTILINE)
    assert named == sorted(COMMANDS)
    score = text[text.index("## graders score") : text.index("## graders serve")]
    command = importlib.import_module("graders.cli.commands.score").score
    options = [one.opts[0] for one in command.params if one.param_type_name == "option" and not one.hidden]
    assert all(f"<code>{option}" in score or f", {option}" in score for option in options)
    assert "[answer&#124;boxed&#124;final&#124;lenient]" in score  # a bar with no backslash before it
    assert "\\|" not in text


def test_the_measured_table_of_verifiers():
    """The short table of docs/compared_with.md is the first one of docs/verifiers.md."""
    short = re.search(
        r"<!-- verifiers[^\n]*\n(.*?)<!-- end of verifiers", (DOCS / "compared_with.md").read_text(), re.DOTALL
    )[1]
    assert short.strip() in (DOCS / "verifiers.md").read_text(encoding="utf-8")
    assert len(short.splitlines()) >= 3


def test_the_search_finds_what_users_look_for(tmp_path):
    """Words that stand in code among other signs, by the separator that the browser uses."""
    pytest.importorskip("mkdocs")
    yaml = pytest.importorskip("yaml")
    config = yaml.safe_load((DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8"))
    config["plugins"] = config["plugins"][:1]  # the API's pages are not what is looked at here
    config |= {"docs_dir": str(DOCS), "hooks": [str(DOCS / "command_reference.py")], "validation": {}, "nav": None}
    config["theme"]["custom_dir"] = str(DOCS / "theme")
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    call = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "-q", "-d", str(tmp_path / "site")]
    subprocess.run(call, cwd=tmp_path, check=True, capture_output=True)
    index = json.loads((tmp_path / "site" / "search" / "search_index.json").read_text(encoding="utf-8"))
    separator = re.compile(index["config"]["separator"])
    found = {}
    for page in index["docs"]:
        for word in separator.split(re.sub("<[^>]*>", " ", f"{page['title']} {page['text']}").lower()):
            found.setdefault(word, set()).add(page["location"].partition("#")[0])
    for word in ("boxed", "gsm8k", "answer_source", "several_values", "recall"):
        assert len(found.get(word, ())) >= 3, word
    assert "commands/" in found["tolerance"]
