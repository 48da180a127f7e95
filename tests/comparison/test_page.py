"""The page of a comparison: what changed comes first, rows are linked, nothing of the data becomes markup."""

import re

from graders.comparison import ComparisonOptions, compare
from graders.comparison.comparison_page import page, title
from graders.comparison.comparison_words import verdict
from graders.vocabulary.documentation import DOCUMENTATION
from tests.report.conftest import read

CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}


def test_nothing_of_the_data_becomes_markup(scored):
    """Tags, entities and invisible characters of prompts and answers are text."""
    attack = "<script>alert(1)</script>&amp;\u202e \ud800 4"
    rows = [{"completion": f"<think>x</think><answer>{attack}</answer>", "reference_answer": "4",
             "prompt": "</dd><img src=x>"}]  # fmt: skip
    found = compare(scored("a.jsonl", rows), scored("b.jsonl", rows, CONTAINS))
    text = page(found, "<b>")
    seen = read(text)
    assert not seen.all("img") + seen.all("link")
    assert len(seen.all("script")) == 1
    assert "&lt;script&gt;" in text
    assert "U+202E" in text
    assert not re.search("https?:", text.replace(DOCUMENTATION, ""))
    text.encode()


def test_what_it_says(scored):
    """Headings, tables with captions and headers, the regression."""
    rows = [{"completion": "<think>x</think><answer>4</answer>", "reference_answer": "4"}] * 3
    found = compare(scored("a.jsonl", rows), scored("b.jsonl", rows))
    text = page(found, "it is worse")
    assert verdict(found) == "The rewards of all 3 completions are equal."
    for words in (
        "Regression: it is worse",
        "No completion has another outcome",
        "<caption>",
        'scope="col"',
        'scope="row"',
        'lang="en"',
    ):
        assert words in text
    assert "Regression" not in page(found)


def changed(scored):
    """Rows of which every second one is paid by `contains` alone, labelled."""
    said = "<think>x</think><answer>{}</answer>".format
    rows = [
        {"completion": said(answer), "reference_answer": "4", "prompt": f"q{k // 4}", "label": int(answer == "4")}
        for k, answer in enumerate(["4", "3 or 4"] * 12)
    ]
    paths = scored("a.jsonl", rows, CONTAINS), scored("b.jsonl", rows)
    return compare(*paths, ComparisonOptions(label_column="label"))


def test_what_changed_comes_first(scored):
    """The accuracy in the verdict, the outcomes that changed in the first section, p beside the difference."""
    found = changed(scored)
    assert verdict(found).startswith("The accuracy rises from 50.0\u00a0% to 100\u00a0%: 12 verdicts mended, 0 broken.")
    assert title(found) == "a.jsonl → b.jsonl"
    shown = read(page(found))
    assert [one.attributes["id"] for one in shown.all("section")][:2] == ["changed", "differences"]
    rows = [[cell.text for cell in row.inner] for row in shown.one("section", id="changed").one("tbody").inner]
    assert rows == [["match", "mismatch", "12", "", "row 2"]]
    columns = [header.text for header in shown.one("section", id="differences").one("thead").all("th")]
    assert columns[:4] == ["score", "difference", "p", "95 % interval"]


def test_rows_are_linked(scored):
    """Every link on the page leads to something on it, or into the documentation."""
    shown = read(page(changed(scored)))
    ids = {node.attributes.get("id") for node in shown.all()}
    targets = [link.attributes["href"] for link in shown.all("a")]
    assert {target[1:] for target in targets if target.startswith("#")} <= ids
    assert "#row-2-1" in targets
    assert f"{DOCUMENTATION}/outcomes.md#mismatch" in targets
    first = shown.one("ul", id="cards").inner[0]
    assert first.attributes["data-reasons"] == "largest falls|match → mismatch|groups that change most"
