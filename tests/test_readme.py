"""The README and the documentation do what they say: their programs run, their commands work."""

import itertools
import re
import shlex
import subprocess
import sys
import types
import warnings
from pathlib import Path

import pytest

from graders.cli.examples import NAMES, example

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
BLOCK = re.compile(r"(?P<above>[^\n]*)\n+```(?P<language>python)\n(?P<code>.*?)```", re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: \S.*-->")
SHIPPED = set(NAMES)


def blocks():
    for page in PAGES:
        text = "\n" + page.read_text(encoding="utf-8")
        for number, match in enumerate(BLOCK.finditer(text), start=1):
            if not NOT_RUN.search(match["above"]):
                yield page, number, match["code"]


def programs():
    """The python blocks of each page, in order: a page is one program."""
    found = {}
    for page, number, code in blocks():
        found.setdefault(page, []).append((f"{page.relative_to(ROOT)}, block {number}", code))
    return [pytest.param(codes, id=str(page.relative_to(ROOT))) for page, codes in found.items()]


def commands():
    """Lines that call `graders` on nothing but shipped files, which the documentation keeps in ./demo."""
    found = []
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
            if re.match(r" *(\$ )?graders [a-z-]", line) and not re.search(r"[|<>]", line):
                words = shlex.split(line.strip().removeprefix("$ "), comments=True)
                if files(words) <= SHIPPED:
                    found.append(pytest.param(words[1:], id=f"{page.relative_to(ROOT)}: {' '.join(words)}"))
    return found


def files(words):
    """The files that a command reads."""
    written = {after for word, after in itertools.pairwise(words) if word in {"-o", "--output", "--to"}}
    return {
        Path(word).name
        for word in words
        if re.search(r"\.(jsonl?|toml|parquet|eval|csv)$|/$", word) and word not in written
    }


@pytest.fixture
def with_examples(tmp_path, monkeypatch):
    """A folder with the shipped files, and ./demo, as `graders demo --to demo` leaves it."""
    for folder in (tmp_path, tmp_path / "demo"):
        folder.mkdir(exist_ok=True)
        for name in NAMES:
            (folder / name).write_bytes(example(name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("codes", programs())
def test_programs_run(codes, with_examples, own_registry, monkeypatch):
    """Each python block runs behind those above it, unless a comment above it says why it is not run."""
    page = types.ModuleType("documentation")
    monkeypatch.setitem(sys.modules, page.__name__, page)  # so that classes of a page pickle
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place, code in codes:
            exec(compile(code, place, "exec"), vars(page))


@pytest.mark.parametrize("words", commands())
def test_commands_work(words, with_examples, monkeypatch):
    """Each call of `graders` on shipped files ends well; `init`, which writes over nothing, in a folder of its own."""
    if words[0] == "init":
        (with_examples / "new").mkdir()
        monkeypatch.chdir(with_examples / "new")
    call = [sys.executable, "-c", "from graders.cli import main; main()", *words]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_links_between_pages():
    """A relative link names a file that is there."""
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_there_is_something_to_run():
    """The README has a program and a command."""
    readme = PAGES[0].read_text(encoding="utf-8")
    assert "```python" in readme
    assert "graders" in readme
