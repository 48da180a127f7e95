"""An audit in a notebook."""

import graders
from graders.audit import Extent, audit
from tests.cards import checked


def test_the_card_and_the_line(data):
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    found = audit(reward, data(["28", "<b>7</b>"]), Extent(rows=2))
    assert repr(found).startswith("<Audit of ")
    assert repr(found).endswith("of 2 completions>")
    assert "no trick was paid>" in repr(found.components["string_check:equals"])
    assert len(repr(found)) < 2000
    card = checked(found._repr_html_())
    for said in ("Exploitability 0.0", "string_check:equals", "families paid"):
        assert said in card


def test_what_can_be_gamed(data, quiet):
    """The most gainful tricks and the advice are in the card."""
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "contains"}]})
    found = audit(reward, data(["28", "7"]), Extent(rows=2))
    one = found.components["string_check:contains"]
    assert f"paid were {one.holes[0]}" in repr(one)
    assert one.holes[0] in checked(found._repr_html_())
    assert one.advice.split("'")[0] in found._repr_html_()
