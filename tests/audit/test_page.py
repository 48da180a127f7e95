"""The page of an audit: named by the reward, its figures first, its examples of many rows and linked."""

import pytest

import graders
from graders.audit.audit_page import page, title
from graders.audit.audit_plan import Extent
from graders.audit.run_audit import audit
from graders.cli.examples import example
from tests.report.conftest import read

CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}
FAMILIES = ("listed", "negated", "number_words", "tags", "bounded")


@pytest.fixture
def found(quiet):
    return audit(graders.load_reward(CONTAINS), str(example("questions.jsonl")), Extent(rows=40, families=FAMILIES))


def test_the_number_that_counts_is_first(found):
    """Titled by the graders; exploitability is the first tile, and beside the name of each component."""
    shown = read(page(found))
    assert title(found) == shown.one("h1").text == "string_check:contains"
    assert shown.one("dl", class_="tiles").all("dt")[0].text == "exploitability"
    components = shown.one("section", id="components").one("table")
    assert [header.text for header in components.one("thead").all("th")][:2] == ["component", "exploitability"]
    assert [cell.text for cell in components.one("tbody").inner[0].inner][:2] == ["string_check:contains", "1.000"]


def test_links_lead_to_examples(found):
    """Every family that was paid or refused has an example, and its name leads there."""
    shown = read(page(found))
    ids = [node.attributes["id"] for node in shown.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    targets = [one.attributes["href"] for one in shown.all("a") if one.attributes["href"].startswith("#")]
    assert {target[1:] for target in targets} <= set(ids)
    assert sum(target.startswith("#example-") for target in targets) == 4
    reasons = {
        reason for card in shown.one("ul", id="cards").inner for reason in card.attributes["data-reasons"].split("|")
    }
    assert {"listed", "negated", "bounded", "number_words"} < reasons


def test_examples_are_of_many_rows(found):
    """Not the first row alone, which would do for every trick."""
    examples = [example for one in found.components.values() for family in one.families.values()
                for example in (*family.examples, *family.refusals)]  # fmt: skip
    assert len({example.line for example in examples}) > len(examples) / 2
