"""Completions are hostile, in a report too: nothing of them becomes markup, turns the page around, or bloats it."""

import numpy as np
import pytest

import graders
from graders.contract.scores import Scores
from graders.offline.reading.rows import Columns
from graders.offline.scored import ScoredRows
from graders.pages.html import is_odd
from graders.report import shown_rows
from graders.report.gather import facts_of
from graders.report.report_page import page
from graders.report.reward_facts import reward_facts
from graders.vocabulary.outcome import Outcome
from tests.report.conftest import read

HOSTILE = [
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- ", "]]>", "</style>", "</title>",
    "</pre></div></details></li></ul></main>", '" onmouseover="alert(1)', "' x='", "&lt;b&gt;", "\u202e0 2 \u202c",
    "\u2066\u2067", "\x00\x07\x1b[31m", "\ud800", "\udfff", "\u200b\u2060" * 300, "a" + "\u0301" * 3000, "\U000e0041",
    "\ufffe\ufdd0", "\r\nx\r", "\u2028", "<think>", "</answer><answer>", "x" * 10_000_000,
]  # fmt: skip


def hostile_rows():
    """Each text as a thought, an answer, a reference and a prompt."""
    for text in HOSTILE:
        for answer in (text, "5"):
            yield {"prompt": text[:5000], "completion": f"<think>{text}</think><answer>{answer}</answer>",
                   "reference_answer": text[:5000] + "5", "label": 0}  # fmt: skip


def test_hostile_completions(report):
    """The page is as valid as any other, holds no script but its own, and no odd character at all."""
    page, text, facts = report(
        list(hostile_rows()), {"graders": [{"type": "string_check", "operation": "contains"}]}, "label",
        title="</title><script>alert(1)</script>\u202e",
    )  # fmt: skip
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not page.all("img")
    assert not [name for node in page.all() for name in node.attributes if name.startswith("on")]
    assert not {character for character in text if is_odd(character)} - {"\n", "\t"}
    assert len(text.encode()) < 300_000
    shown = {one.row for one in facts.sample}
    assert len(shown) > 20
    assert page.one("h1").text == "</title><script>alert(1)</script>U+202E"


def test_ten_megabytes(report):
    """Beginning and answer of a text that is far too long."""
    rows = [{"prompt": "p", "completion": f"<think>begin {'x' * 10_000_000}</think><answer>5</answer>",
             "reference_answer": "5", "label": 1}] * 2  # fmt: skip
    page, text, _ = report(rows, {"graders": [{"type": "string_check", "operation": "equals"}]}, "label")
    shown = page.one("ul", id="cards").inner[0].all("pre")[1].text
    assert shown.startswith("<think>begin xxx")
    assert shown.endswith("<answer>5</answer>")
    assert len(text) < 120_000


@pytest.mark.parametrize("character", ["x", "<", "\u202e\u2066", "中"])
@pytest.mark.parametrize("graders_count", [1, 8])
def test_two_hundred_thousand_rows(monkeypatch, quiet, character, graders_count):
    """Under 300 KB, whatever the rows hold: also where all are mistaken, long, and of nothing but odd characters."""
    definition = {"graders": [{"type": "string_check", "operation": "equals"}] * graders_count}
    reward = graders.load_reward(definition)
    scored = many_rows(200_000, reward.weights)
    long = character * 5000
    document = {"prompt": long, "completion": f"<think>{long}</think><answer>{long}</answer>", "reference_answer": long,
                "answer": long}  # fmt: skip
    monkeypatch.setattr(shown_rows, "read_documents", lambda path, lines: dict.fromkeys(lines, document))
    facts = facts_of(scored, reward, reward_facts(reward, None, None), Columns())
    text = page(facts)
    assert len(text.encode()) < 300_000
    cards = read(text).one("ul", id="cards").inner
    assert len(cards) >= 5
    assert len(cards) < len(facts.sample)
    assert f"{len(facts.sample) - len(cards)} rows more would not fit" in text
    ids = {node.attributes.get("id") for node in read(text).all()}
    assert {target[1:] for link in read(text).all("a") if (target := link.attributes["href"])[0] == "#"} <= ids


def many_rows(count, weights):
    """Rows as arrays: groups of eight, labels that never agree, some unscored, error rows."""
    rng = np.random.default_rng(0)
    right = rng.random(count) < 0.5
    codes = np.where(right, 0, rng.choice([1, 4, 5, 6, 9, 10, 11, 12], count)).astype(np.int8)
    lost = rng.random(count) < 0.01
    values, codes = (
        np.where(lost, np.nan, right.astype(np.float64)),
        np.where(lost, Outcome.BAD_REFERENCE.code, codes).astype(np.int8),
    )
    scores = {name: Scores(values, codes) for name in weights}
    lengths = rng.integers(0, 10**7, count) * 1.0
    return ScoredRows("scored.jsonl", values, scores, weights, np.arange(count) // 8, lengths, 1.0 - right,
                      np.arange(count), np.zeros(count, dtype=np.int64),
                      tuple((number, "x" * 9999) for number in range(100)), 1000)  # fmt: skip
