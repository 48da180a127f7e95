"""Each operator of each language, in a sentence of its scope, refuses the value; without it the value is read."""

import re

import pytest

from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import tokenize
from graders.math.prose.lexicon.language import codes, language
from graders.math.prose.statement import state
from graders.math.verdict import Refused

SCOPES = {"before", "behind", "beside", "clause", "text", "opening", "subject", "order"}


def spelt(code, entry, gap):
    """An operator as a text spells it, with letters of the language's script for a `*`."""
    return gap.join(word.replace("*", {"ko": "가가"}.get(code, "xx")) for word in entry.words).replace("' ", "'")


def sentence(code, entry):
    """A sentence in which the operator governs 28."""
    gap = "" if "unspaced" in language(code).words("spelling") else " "
    word = spelt(code, entry, gap)
    word = re.sub(r"\bi\b", "I", word) if code == "en" else word
    if word.endswith("'"):
        word += "elle"  # an elided word stands before a vowel
    word = with_company(code, entry.kind, word, gap)
    behind = entry.scope == "behind" or entry.words[0] == "%"
    return f"28{gap}{word}." if behind else f"{word}{gap}28."


def with_company(code, kind, word, gap):
    """A word with what it needs to govern a value: a verb of answering, or a name of the answer on its side."""
    sections = language(code).sections
    if kind == "witnesses":
        return f"{word}{gap}{sections['reporting verbs'][0]}"
    if kind != "functions":
        return word
    name = sections["the answer"][0].replace("*", "")
    joined = [word, *sections.get("genitive", ())[:1], name]
    first = "genitive-first" in language(code).words("spelling")
    return gap.join(reversed(joined) if first else joined).replace("' ", "'")


def is_read(text, own):
    """Whether a text states 28 alone."""
    try:
        values = state(tokenize(text), own).values
    except (Unreadable, Refused):
        return False
    return [[token[1].rstrip(".") for token in value] for value in values] == [["28"]]


@pytest.mark.parametrize("code", codes())
def test_each_operator_refuses_the_value_that_it_governs(code):
    own = language(code)
    entries = [entry for entry in own.entries if entry.kind != "set phrases"]
    read = [(entry, sentence(code, entry)) for entry in entries if is_read(sentence(code, entry), own)]
    assert read == []


@pytest.mark.parametrize("code", codes())
def test_a_scope_is_one_that_is_known(code):
    assert {entry.scope for entry in language(code).entries} <= SCOPES


@pytest.mark.parametrize("code", codes())
def test_no_entry_stands_twice(code):
    found = [(entry.words, entry.kind, entry.scope) for entry in language(code).entries]
    assert sorted(found) == sorted(set(found))


def test_a_refusal_names_the_operator_and_its_place():
    with pytest.raises(Refused, match="negation: 'not' at word 4"):
        state(tokenize("The answer is not 28."))
