"""Values that another part of the text takes back: a condition, a contrast, a task, somebody else's saying it."""

from __future__ import annotations

from functools import lru_cache

from graders.math.prose.elsewhere import is_choice, part_of
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import Language
from graders.math.prose.parted import Sentence

_NEAR = 4
"""Words within which what belongs together stands."""


def is_taken_back(sentence: Sentence, at: int) -> str:
    """Why a value is not what the text says at last; empty where nothing takes it back."""
    told, told_by = _telling(sentence.language.code, sentence.language), sentence.lows
    if told.isdisjoint(told_by):
        return ""
    return next((why for rule in _RULES if (why := rule(sentence, at))), "")


@lru_cache(maxsize=128)
def _telling(_code: str, language: Language) -> frozenset[str]:
    """The words of which one stands in each text that takes a value back."""
    sections = ("inverted", "generic", "frequency", "tasks", "versions", "task nouns")
    return frozenset().union(*map(language.words, sections), _RELATIVE, _CONTRASTS, _SAID_BEFORE, ("but", "so"))


def _rest(sentence: Sentence, at: int) -> range:
    """The places behind a value in its sentence."""
    where = sentence.where.sentence
    return range(at + 1, next((end for end in range(at, len(where)) if where[end] != where[at]), len(where)))


def _is_inverted(sentence: Sentence, at: int) -> str:
    """`The hall would hold 84 chairs were the stage removed`: a condition without `if`."""
    own, language = part_of(sentence, at), sentence.language
    if not language.words("inverted") or language.words("hypothetical").isdisjoint(map(sentence.low, own)):
        return ""
    place = next((place for place in own if place > at and sentence.low(place) in language.words("inverted")), -1)
    said = any(place > at and sentence.low(place) in language.words("hypothetical") for place in own)
    return f"condition: {sentence.low(place)!r}" if place > 0 and not said else ""


def _is_of_many(sentence: Sentence, at: int) -> str:
    """`Many would answer 87`, `Beginners often choose G`: what people say, not what is so."""
    own, language = part_of(sentence, at), sentence.language
    before = [sentence.low(place) for place in own if place < at]
    if before[:1] and before[0] in language.words("generic") and before[1:2] != ["of"]:
        would = language.words("hypothetical") & set(before)
        if would or (is_choice(sentence, at) and before[0] != "one"):
            return f"attribution: {before[0]!r}"
    often = language.words("frequency") & set(before)
    return f"attribution: {next(iter(often))!r}" if often and is_choice(sentence, at) else ""


def _is_all_but(sentence: Sentence, at: int) -> str:
    """`All of the 58 pots but one`: fewer than the value."""
    before = {sentence.low(place) for place in range(max(at - _NEAR, 0), at)}
    but = next((place for place in range(at + 1, at + _NEAR) if sentence.low(place) == "but"), -1)
    fewer = but > 0 and (sentence.kind(but + 1) in (VALUE, NUMBER) or sentence.low(but + 1) in ("a", "the"))
    joined = fewer and all(sentence.kind(place) == WORD for place in range(at + 1, but))
    return "negation: all but some" if joined and before & {"all", "every", "each"} else ""


def _is_contrasted(sentence: Sentence, at: int) -> str:
    """`One gets 32, but this forgets the empty set`; `37, which nobody has checked`; `(D), although (B) is as good`."""
    rest = _rest(sentence, at)
    for place in rest:
        word, following = sentence.low(place), sentence.low(place + 1)
        if word in _RELATIVE and _is_unproved(sentence, place + 1, at):
            return f"doubt: '{word} {following}'"
        if word not in _CONTRASTS:
            continue
        ends = not any(sentence.kind(later) in (VALUE, NUMBER) for later in range(place, rest.stop))
        if word in _OPPOSING and following in _MEANT and ends:
            return f"denial: '{word} {following}'"
        other = next((later for later in range(place + 1, place + _NEAR) if sentence.kind(later) == VALUE), at)
        if other > at and is_choice(sentence, at) and is_choice(sentence, other):
            return f"alternative: another choice behind {word!r}"
    return ""


def _is_unproved(sentence: Sentence, first: int, at: int) -> bool:
    """Whether a negated subject opens a relative clause that says that nobody has done it: `nobody has checked`."""
    first += sentence.low(first) in ("has", "have")  # which has never been proved
    found = next((one for one in sentence.operators if one.kind == "negation" and one.first == first), None)
    if found is not None and sentence.low(first - 1) in _HAVING:
        return True
    return found is not None and (
        is_choice(sentence, at) or bool(_HAVING & {sentence.low(found.last + 1), sentence.low(found.last + 2)})
    )


_HAVING = frozenset(("has", "have", "had", "can", "could"))
_RELATIVE = frozenset(("which", "who", "that"))
_OPPOSING = frozenset(("but", "yet", "however"))
_CONTRASTS = _OPPOSING | {"although", "though", "while", "whereas"}
_SAID_BEFORE = frozenset(("it", "that", "this"))
_MEANT = frozenset(("that", "this"))
"""Pronouns for what was just said."""


def _has_a_task_behind(sentence: Sentence, at: int) -> str:
    """`After 37 minutes she overtook the van; find her speed`: what is asked follows, and no value behind it."""
    where, tasks = sentence.where.sentence, sentence.language.words("tasks")
    for place in range(at + 1, len(sentence.pieces) - 1):
        opens = where[place] > where[place - 1] and where[place] > where[at]
        if opens and sentence.low(place) in tasks and sentence.kind(place + 1) == WORD:
            later = [after for after, number in enumerate(where) if number > where[place]]
            return "" if any(sentence.kind(after) in (VALUE, NUMBER) for after in later) else "instruction: a task"
    return ""


def _is_of_another_version(sentence: Sentence, at: int) -> str:
    """`An earlier version of this solution gave 72`, `My first draft had 72`: no longer what is said."""
    language, own = sentence.language, part_of(sentence, at)
    words = [sentence.low(place) for place in own if place < at]
    for place, word in enumerate(words):
        if word in language.words("versions") and language.words("earlier") & set(words[max(place - 2, 0) : place]):
            mine = {"my", "our"} & set(words[:place])
            of_answer = words[place + 1 : place + 2] == ["of"] and language.words("answer nouns") & set(words[place:])
            if mine or of_answer or words[-1] in language.words("result verbs"):
                return f"denial: an earlier {word}"
    return ""


def _is_quoted_data(sentence: Sentence, at: int) -> str:
    """`"84 chairs", the exercise reads`: a quoted value with its noun, and the name of a task outside."""
    tasks = sentence.language.words("task nouns")
    quotes = [place for place, piece in enumerate(sentence.pieces) if piece.kind == MARK and piece.text == '"']
    pair = next((pair for pair in zip(quotes[::2], quotes[1::2], strict=False) if pair[0] < at < pair[1]), None)
    if pair is None or not tasks:
        return ""
    outside = [sentence.low(place) for place in range(len(sentence.pieces)) if not pair[0] < place < pair[1]]
    counted = pair[1] - pair[0] > 2 or len(sentence.span(at)) > 1
    named = any(word in tasks for word in outside) and not sentence.language.words("answer nouns") & set(outside)
    return "attribution: quoted from the task" if counted and named else ""


def _is_worked_with(sentence: Sentence, at: int) -> str:
    """`Dividing 7 by two gives the answer`: which is not said."""
    language, own = sentence.language, part_of(sentence, at)
    words = [sentence.low(place) for place in own]
    verbs = [place for place, word in enumerate(words) if word in language.words("result verbs")]
    behind = words[verbs[-1] + 1 :] if verbs else []
    ends = behind and len(behind) < _NEAR and behind[-1] in language.words("answer nouns")
    return "arithmetic: the answer is not worked out" if ends and words[0].endswith("ing") else ""


def _is_changed_behind(sentence: Sentence, at: int) -> str:
    """`The answer is 10; double it`, `the other is wrong, and so is 12`: what is said before goes for the value too."""
    if [sentence.low(at - 3), sentence.low(at - 2)] == ["and", "so"] and _is_copula(sentence, at - 1):
        return "denial: 'and so is' the value"
    for one in sentence.operators:
        meant = sentence.low(one.last + 1) in _SAID_BEFORE
        if one.kind == "arithmetic" and one.first > at and meant and one.entry.scope in ("before", "beside"):
            return f"arithmetic: '{sentence.low(one.first)} {sentence.low(one.last + 1)}'"
    return ""


def _is_copula(sentence: Sentence, at: int) -> bool:
    return sentence.low(at) in sentence.language.words("copulas")


_RULES = (
    _is_inverted,
    _is_of_many,
    _is_all_but,
    _is_contrasted,
    _has_a_task_behind,
    _is_of_another_version,
    _is_quoted_data,
    _is_worked_with,
    _is_changed_behind,
)
