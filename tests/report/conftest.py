"""What the tests of the report share: scored files, and a page read as strictly as a validator does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

import graders
from graders.cli.examples import example
from graders.offline.reading.rows import Columns, Row
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring
from graders.report import write_report

VOID = {"br", "col", "hr", "input", "link", "meta"}


@dataclass
class Node:
    """An element: its name, attributes, and what stands in it."""

    tag: str
    attributes: dict
    inner: list = field(default_factory=list)

    def all(self, tag=None, **attributes):
        """The elements below it with this name and these attributes, in the order of the page."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = []
        for child in self.inner:
            if isinstance(child, Node):
                if tag in {None, child.tag} and all(
                    child.attributes.get(name) == value for name, value in wanted.items()
                ):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def one(self, tag=None, **attributes):
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def text(self):
        return "".join(child.text if isinstance(child, Node) else child for child in self.inner)


class Reader(HTMLParser):
    """Refuses what browsers would mend: an element that is not closed, or closed twice."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        node = Node(tag, dict(attrs))
        self.open[-1].inner.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert tag == self.open[-1].tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].inner.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r:.80}")


def read(page):
    """A page as elements."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root], f"never closed: {[node.tag for node in reader.open]}"
    return reader.root


def scored_rows(reward, documents, label_column=None):
    """What `graders score` gives for some rows."""
    scoring = RowScoring(reward, Columns(), label_column, Summary(reward.weights))
    return list(scoring.score(Row(number, document) for number, document in enumerate(documents, start=1)))


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def report(tmp_path, quiet):
    """Score rows, write their report, and read it: gives the page, its text and its facts."""

    def report(documents, reward, label_column=None, *, named=True, **options):
        reward = graders.load_reward(reward)
        path = write_rows(tmp_path / "scored.jsonl", scored_rows(reward, documents, label_column))
        output = tmp_path / "report.html"
        given = reward if named else None
        facts = write_report(path, output, reward=given, label_column=label_column, **options)
        text = output.read_text(encoding="utf-8")
        return read(text), text, facts

    return report


@pytest.fixture(scope="session")
def questions():
    """The rows that are shipped."""
    return [json.loads(line) for line in example("questions.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def demo(report, questions):
    """The report of the shipped data under one of the shipped rewards."""

    def demo(name="gameable.json", label_column="label", **options):
        return report(questions, example(name), label_column, **options)

    return demo
