"""A whole solution given as a reference is told what to do with: the raw columns of GSM8K and MATH."""

import pytest

import graders
from graders.vocabulary.documentation import docs_page

GSM8K = "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\nShe sold 48+24 = <<48+24=72>>72 clips altogether.\n#### 72"
MATH = r"Divide both sides by 2. Then $x=3$, so that the answer is $\boxed{3}$."


@pytest.mark.parametrize(("reference", "option"), [(GSM8K, "hash"), (MATH, "boxed")], ids=["GSM8K", "MATH"])
def test_the_option_that_takes_the_answer_out_is_named(reference, option):
    """Before a run, beside the reason, and by preflight."""
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    (fault,) = reward.check_references([reference])
    in_python = f'dataset(columns={{"reference_from": "{option}"}})'
    ways = f"--reference-from {option}, in Python {in_python}, see {docs_page('recipes')}"
    assert fault.reason.endswith(f"take that out first ({ways})")


@pytest.mark.parametrize("reference", ["#### 72", r"\boxed{3}", "4", "no idea whatsoever, 4 + ("])
def test_nothing_is_named_where_nothing_is_to_be_done(reference):
    """A bare answer behind its mark is read as it is; an unreadable reference without a mark has no such remedy."""
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    assert not [fault for fault in reward.check_references([reference]) if "--reference-from" in fault.reason]
