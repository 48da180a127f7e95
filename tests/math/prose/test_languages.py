"""Each operator of each language, in a sentence of its scope, refuses the value; without it the value is read."""

import pytest

from graders.math.lexis.tokens import Unreadable, tokenize
from graders.math.prose.language import UNSPACED, codes, language
from graders.math.prose.statement import state

ENTRIES = [(code, entry) for code in codes() for entry in language(code).entries]
SCOPES = {"before", "behind", "beside", "clause", "text", "opening"}


def spelt(entry):
    """An operator as a text spells it."""
    return " ".join(word.replace("*", "xx") for word in entry.words)


def sentence(code, entry):
    """A sentence in which the operator governs 28; function words of its language stand around."""
    gap = "" if code in UNSPACED else " "
    own = max(language(code).words("function words"), key=len, default="")
    word = spelt(entry)
    forms = {
        "before": f"{own}{gap}{word}{gap}28.",
        "behind": f"{own}{gap}28{gap}{word}.",
        "beside": f"{own}{gap}28{gap}{word}.",
        "clause": f"{own}{gap}28{gap}{word}.",
        "text": f"{own}{gap}28{gap}{word}.",
        "opening": f"{word}{gap}28.",
    }
    return forms[entry.scope]


@pytest.mark.parametrize("code", codes())
def test_each_operator_refuses_the_value_that_it_governs(code):
    read = []
    for entry in language(code).entries:
        try:
            state(tokenize(sentence(code, entry)))
            read.append((entry, sentence(code, entry)))
        except Unreadable:
            continue
    assert read == []


@pytest.mark.parametrize("code", codes())
def test_a_scope_is_one_that_is_known(code):
    assert {entry.scope for entry in language(code).entries} <= SCOPES


@pytest.mark.parametrize("code", codes())
def test_no_entry_stands_twice(code):
    found = [(entry.words, entry.kind, entry.scope) for entry in language(code).entries]
    assert sorted(found) == sorted(set(found))


def test_a_refusal_names_the_operator_and_its_place():
    with pytest.raises(Unreadable, match="negation: 'not' at word 4"):
        state(tokenize("The answer is not 28."))
