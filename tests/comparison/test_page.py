"""The page of a comparison: whole, self-contained, nothing of the data becomes markup."""

import re
from html.parser import HTMLParser

from graders.comparison import compare
from graders.comparison.comparison_page import page, verdict

CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}


class Balance(HTMLParser):
    """Fails on tags that don't close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in {"meta", "br", "col", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def balanced(text):
    parser = Balance()
    parser.feed(text)
    assert not parser.open
    return parser.seen


def test_nothing_of_the_data_becomes_markup(scored):
    """Tags, entities and invisible characters of prompts and answers are text."""
    attack = "<script>alert(1)</script>&amp;\u202e \ud800 4"
    rows = [{"completion": f"<think>x</think><answer>{attack}</answer>", "reference_answer": "4",
             "prompt": "</dd><img src=x>"}]  # fmt: skip
    found = compare(scored("a.jsonl", rows), scored("b.jsonl", rows, CONTAINS))
    text = page(found, "<b>")
    seen = balanced(text)
    assert not {"script", "img", "link"} & set(seen)
    assert "&lt;script&gt;" in text
    assert "U+202E" in text
    assert not re.search("https?:", text)
    text.encode()


def test_what_it_says(scored):
    """Headings, tables with captions and headers, the regression."""
    rows = [{"completion": "<think>x</think><answer>4</answer>", "reference_answer": "4"}] * 3
    found = compare(scored("a.jsonl", rows), scored("b.jsonl", rows))
    text = page(found, "it is worse")
    assert verdict(found) == "The rewards of all 3 completions are equal."
    for words in ("Regression: it is worse", "Largest falls", "<caption>", 'scope="col"', 'scope="row"', 'lang="en"'):
        assert words in text
    assert "Regression" not in page(found)
