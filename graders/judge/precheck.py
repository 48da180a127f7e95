"""What code can decide is not sent to the judge: nothing said, an opening phrase, the reference itself.

Short openers such as "Solution:" or a lone colon earn a pass from many judges, strong ones included,
whatever the prompt says (arXiv 2507.08794). A judge never sees them here.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from importlib.resources import files

from graders.vocabulary.outcome import Outcome

_NO_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


@functools.cache
def _listed(kind: str) -> frozenset[str]:
    """Words of ``openers.json``: ``strong``, of which mere scaffolding has one, ``weak``, ``cjk``, ``abstentions``."""
    lists = json.loads(files("graders.judge").joinpath("openers.json").read_text(encoding="utf-8"))
    return frozenset(lists[kind])


def decided_by_code(
    answer: str, reference: str, *, accept_equal: bool = True, refuse_contentless: bool = True
) -> Outcome | None:
    """What needs no judge: the outcome of a row, or None where the judge must say.

    Args:
        answer: The answer, cleaned.
        reference: The reference, cleaned.
        accept_equal: An answer that is the reference is right without a call.
        refuse_contentless: An opening phrase with nothing behind it is wrong without a call.

    >>> decided_by_code("Thought process:", "72"), decided_by_code("72", "72"), decided_by_code("72 km/h", "72")
    (<Outcome.CONTENTLESS: 'contentless'>, <Outcome.MATCH: 'match'>, None)
    """
    stripped = answer.strip()
    if not stripped:
        return Outcome.EMPTY_ANSWER
    if stripped == reference.strip() or answer.split() == reference.split():
        return Outcome.MATCH if accept_equal else None
    if refuse_contentless and len(stripped) <= MAX_OPENER and is_contentless(stripped, reference):
        return Outcome.CONTENTLESS
    return None


MAX_OPENER = 200
"""The longest answer, in characters, that is looked at as a mere opener; longer ones go to the judge."""


def is_contentless(answer: str, reference: str) -> bool:
    """Whether an answer says nothing that could be compared: marks alone, an opening phrase, an abstention."""
    if not _says_something(answer):
        return _says_something(reference)
    folded = answer.casefold().replace("’", "'")
    trimmed = folded.strip(" \t\r\n.,:;!?*_#-\"'`()[]{}<>")
    abstentions = _listed("abstentions")
    if trimmed in abstentions or folded.strip() in abstentions:
        return not abstentions & {reference.strip().casefold(), *words(reference)}
    return _is_opener(trimmed, reference)


def _is_opener(trimmed: str, reference: str) -> bool:
    if not trimmed.isascii() and _is_of_cjk_openers(_NO_WORD.sub("", trimmed)):
        return not any(opener in reference for opener in _listed("cjk"))
    if not all(map(_is_scaffold, _WORD.finditer(trimmed))):
        return False
    found = _WORD.findall(trimmed)
    if _gives_number(found):
        return False
    strong = _listed("strong").intersection(found)
    return bool(strong) and not strong & set(words(reference))


def _is_of_cjk_openers(text: str) -> bool:
    """Whether a text is made of these openers alone: no pattern, since one is part of another and would backtrack."""
    reached = {0}
    for place in range(len(text)):
        if place in reached:
            reached |= {place + len(opener) for opener in _listed("cjk") if text.startswith(opener, place)}
    return bool(text) and len(text) in reached


def _is_scaffold(word: re.Match[str]) -> bool:
    return word[0] in _listed("strong") or word[0] in _listed("weak") or word[0].isdigit()


def _gives_number(found: list[str]) -> bool:
    """Whether a number stands there that isn't the number of a step: "the answer is 5", not "step 1"."""
    return any(word.isdigit() and (i == 0 or found[i - 1] != "step") for i, word in enumerate(found))


@functools.lru_cache(maxsize=1024)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, case-folded, apostrophes alike."""
    return tuple(_WORD.findall(text.casefold().replace("’", "'").replace("ʼ", "'")))


def _says_something(text: str) -> bool:
    """Whether a letter, a digit or a symbol beyond ASCII (such as an infinity sign) stands in it."""
    return any(
        character.isalnum()
        or (character > "\x7f" and unicodedata.category(character) in {"Sm", "So", "Sc", "Nl", "No"})
        for character in text
    )
