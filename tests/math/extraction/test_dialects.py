"""Spellings that are read as another one, and the noun that the prompt tells."""

import pytest

from graders.math import equivalent
from graders.math.extraction.dialects import without_noun

PROMPT = "Quante mele ha Maria? Wie viele Äpfel sind es, und wie viele tausend Birnen?"


@pytest.mark.parametrize("answer", ["28 mele", "28 Äpfel", "28 mele."])
def test_a_noun_of_the_prompt_is_one(answer):
    assert without_noun(answer, PROMPT) == "28"
    assert equivalent(answer, "28", prompt=PROMPT).equal
    assert not equivalent(answer, "28").equal
    assert not equivalent(answer, "29", prompt=PROMPT).equal


@pytest.mark.parametrize("answer", ["28 pere", "28 tausend", "28 mele rosse", "28 mel", "mele 28", "28 mele?"])
def test_any_other_word_stays(answer):
    """A word that the prompt lacks, that a language has for its own, that is a part of another, or not alone."""
    assert without_noun(answer, PROMPT) == answer
    assert not equivalent(answer, "28", prompt=PROMPT).equal
