"""What was scored, with what: enough to make these numbers again, or to say why others differ."""

from __future__ import annotations

import json
from collections.abc import Iterator

from graders import __version__
from graders.pages.excerpt import cut
from graders.pages.formatting import count
from graders.pages.html import Child, element, together
from graders.pages.page_blocks import PageSection, figures, note
from graders.report.facts import Facts

MAX_CHARS = 6000
"""A longer definition or signature is cut: a rubric may be a book."""


_OF_THE_NAMED_REWARD = "A file alone does not say what scored it. This is the reward that was named for the report."


def provenance(facts: Facts) -> PageSection:
    """The whole section."""
    signature = facts.reward.signature
    content = together(
        figures(_pairs(facts), "facts long"),
        element("h3", "Signature"),
        element("pre", cut(signature, (MAX_CHARS, 0)), class_="signature") if signature else note("Not known."),
        _definition(facts),
        note(_OF_THE_NAMED_REWARD) if signature and not facts.scored.manifest else None,
        note("Scores are comparable if their signatures are equal."),
    )
    return PageSection("provenance", "Provenance", "What was scored", content)


def _pairs(facts: Facts) -> Iterator[tuple[str, Child]]:
    scored, reward = facts.scored, facts.reward
    yield "scored rows", element("code", facts.source)
    yield "completions", count(len(scored))
    yield "error rows", count(scored.error_count)
    if reward.weights:
        yield "weights", ", ".join(f"{name} {weight:.6g}" for name, weight in reward.weights.items())
    for one in (scored.manifest or {}).get("inputs", [])[:9]:
        yield "input", element("code", str(one.get("path") if isinstance(one, dict) else one))
    if reward.versions:
        yield "scored with", ", ".join(f"{name} {version}" for name, version in reward.versions.items())
    yield "reported with", f"graders {__version__}"
    yield "sample drawn with seed", facts.seed


def _definition(facts: Facts) -> Child:
    if facts.reward.definition is None:
        return None
    shown = json.dumps(facts.reward.definition, indent=2, ensure_ascii=False)
    return element("details", element("summary", "The reward's definition"), element("pre", cut(shown, (MAX_CHARS, 0))))
