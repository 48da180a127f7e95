"""The documentation explains every outcome, and its examples give the outcomes that they stand under."""

import re
import warnings
from pathlib import Path

import pytest

import graders

PAGE = (Path(__file__).parent.parent / "docs" / "outcomes.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
EXAMPLE = re.compile(
    r"^- Example(?: \(`(?P<grader>[\w:]+)`\))?: `(?P<text>[^`]*)` for `(?P<reference>[^`]*)`", re.MULTILINE
)


def test_every_outcome_has_its_section():
    """In the order of the codes, so that the link of a report finds it."""
    assert list(SECTIONS) == [str(outcome) for outcome in graders.Outcome]


def test_unscored_outcomes_stand_together():
    unscored = PAGE[PAGE.index("## Unscored") :]
    assert re.findall(r"^### (\w+)", unscored, re.MULTILINE) == [str(one) for one in graders.Outcome if one.unscored]


@pytest.mark.parametrize("name", [name for name, text in SECTIONS.items() if EXAMPLE.search(text)])
def test_examples_give_their_outcome(name):
    found = EXAMPLE.search(SECTIONS[name])
    kind, _, operation = (found["grader"] or "math_accuracy").partition(":")
    grader = {"type": kind, "operation": operation} if operation else {"type": kind}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        reward = graders.load_reward({"graders": [grader]})
        batch = reward.evaluate([found["text"]], reference_answer=[found["reference"]])
    assert [*batch.outcomes.values()][1] == [name]


def test_most_rules_have_an_example():
    """What needs a judge, a prompt or a killed worker has none."""
    assert sum(bool(EXAMPLE.search(text)) for text in SECTIONS.values()) >= 13
