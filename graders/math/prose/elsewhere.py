"""Operators that speak of something else than the value: of other options, their own subject, the text of a choice.

`Every other option contradicts the graph, so D`; `The verdict was overturned; 6 jurors voted again`.
"""

from __future__ import annotations

from itertools import pairwise

from graders.math.lexis.names import CHOICES
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.prose.counted import takes_a_count
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import LATIN, english
from graders.math.prose.lexicon.spoken_numbers import is_english
from graders.math.prose.operators import Operator
from graders.math.prose.parted import Sentence

_WORKING = frozenset(("arithmetic", "bound", "approximation", "other quantity", "instruction"))
"""Classes that never speak of a letter from within the text of its choice."""
_SHORTEST = 4
"""Letters of a noun whose inflected forms begin as it does."""


def speaks_elsewhere(sentence: Sentence, found: Operator, at: int, stated: list[int]) -> bool:
    """Whether an operator that would govern one of the stated values speaks of something else, or repeats the value."""
    if takes_a_count(sentence, found, at) or _restates(sentence, found, stated):
        return True
    return any(rule(sentence, found, at) for rule in _RULES)


def is_choice(sentence: Sentence, at: int) -> bool:
    """Whether a value is the letter of a choice, alone or in brackets."""
    span = [token[1] for token in sentence.span(at) if token[0] not in ("(", ")", "*")]
    return sentence.kind(at) == VALUE and len(span) == 1 and span[0] in CHOICES


def part_of(sentence: Sentence, at: int) -> range:
    """The places between the marks, or the bounds of the clause, around a place."""
    clause = sentence.where.clause
    first, end = at, at + 1
    while first and sentence.kind(first - 1) != MARK and clause[first - 1] == clause[at]:
        first -= 1
    while end < len(sentence.pieces) and sentence.kind(end) != MARK and clause[end] == clause[at]:
        end += 1
    return range(first, end)


def rest_of_sentence(sentence: Sentence, at: int) -> range:
    """The places behind a place in its sentence."""
    where = sentence.where.sentence
    return range(at + 1, next((end for end in range(at, len(where)) if where[end] != where[at]), len(where)))


def _holds_value(sentence: Sentence, part: range) -> bool:
    return any(sentence.kind(place) in (VALUE, NUMBER) for place in part)


def _is_of_others(sentence: Sentence, found: Operator, at: int) -> bool:
    """`Every other option contradicts the graph`, `the others are wrong`: no value, and others before the operator."""
    part = part_of(sentence, found.first)
    others = sentence.language.words("others")
    if found.kind not in ("denial", "negation") or at in part or not others or _holds_value(sentence, part):
        return False
    end = next((place for place in range(at, len(sentence.pieces)) if sentence.kind(place) == MARK), at)
    if _words(sentence, range(part_of(sentence, at).start, end)) & _ADDING:
        return False
    place = next((place for place in range(part.start, found.first) if sentence.low(place) in others), -1)
    if place < 0:
        return False
    predicate = found.kind == "negation" or sentence.low(found.first - 1) in sentence.language.words("copulas")
    return _is_candidate(sentence, place + 1) or (predicate and place + 1 <= found.first)


_ADDING = frozenset(("too", "also", "well", "likewise", "either", "neither", "nor", "as"))
"""Words that put a value beside what was denied: `and B as well`."""


def _words(sentence: Sentence, part: range) -> set[str]:
    """The words of a part of a sentence."""
    return {sentence.low(place) for place in part}


def _is_candidate(sentence: Sentence, at: int) -> bool:
    """Whether a noun names what may be an answer, in any form of it."""
    nouns = sentence.language.words("answer nouns") | sentence.language.words("candidates")
    word = sentence.low(at)
    return word in nouns or any(len(noun) >= _SHORTEST and word.startswith(noun) for noun in nouns)


def _is_told_before(sentence: Sentence, found: Operator, at: int) -> bool:
    """A denial in an earlier sentence, of something else: `The verdict was overturned; 6 jurors voted again`."""
    where, language = sentence.where.sentence, sentence.language
    if where[found.first] >= where[at] or not has_own_subject(sentence, found):
        return False
    own = {sentence.low(place) for place in range(where.index(where[at]), at)}
    if own & (language.words("subjects") | {"then"}):
        return False
    opens = where[at - 1] != where[at] and sentence.low(at + 1) in language.words("copulas")
    told = {sentence.low(place) for place, number in enumerate(where) if number == where[found.first]}
    return not opens and told.isdisjoint(language.words("workings"))


def has_own_subject(sentence: Sentence, found: Operator) -> bool:
    """Whether a denial has a subject that is a noun and no answer, or for its object another thing."""
    language = sentence.language
    pronouns = language.words("subjects")
    if found.kind != "denial" or not pronouns:
        return False
    words = [sentence.low(place) for place in part_of(sentence, found.first) if place < found.first]
    vague = language.words("other subjects") | language.words("indefinite pronouns") | language.words("answer nouns")
    if not words or {word.removesuffix("'s") for word in words} & (vague - language.words("others")):
        return False
    if set(words) & pronouns or words == ["to"]:
        return _has_own_object(sentence, found, pronouns | vague)
    known = language.words("function words") | language.words("copulas")
    return any(word not in known for word in words)


def _has_own_object(sentence: Sentence, found: Operator, vague: frozenset[str]) -> bool:
    """Whether a noun or a name stands behind a verb, with an article at most: `we eliminate y`."""
    if sentence.low(found.first - 1) in sentence.language.words("copulas"):
        return False
    vague = vague | (sentence.language.words("function words") - {"y"})
    place = found.last + 1 + (sentence.low(found.last + 1) in ("the", "a", "an"))
    return sentence.kind(place) in (WORD, VALUE) and sentence.low(place) not in vague and found.last + 1 <= place


def _is_text_of_a_choice(sentence: Sentence, found: Operator, at: int) -> bool:
    """What stands behind a letter and a mark tells its text: `C, the one about osmosis`; not `C, doubled`."""
    if found.first <= at or not is_choice(sentence, at):
        return False
    if found.kind == "denial" and at < 2 and sentence.where.sentence[found.first] > sentence.where.sentence[at]:
        return has_own_subject(sentence, found)
    if found.kind not in _WORKING:
        return False
    return sentence.kind(at + 1) == MARK and part_of(sentence, found.first).start < found.first


def _is_of_a_possessor(sentence: Sentence, found: Operator, at: int) -> bool:
    """`Nobody else's score matters: Anna's is 26`: a possessive that is negated, and the value behind a colon."""
    owner = next((place for place in range(found.first, found.last + 3) if sentence.low(place).endswith("'s")), -1)
    own = part_of(sentence, at)
    return found.kind == "negation" and owner >= 0 and sentence.low(own.start - 1) == ":" and found.last < own.start


def _is_a_step(sentence: Sentence, found: Operator, at: int) -> bool:
    """Arithmetic told before the sentence, or the part of one, that says what the answer is."""
    language, own = sentence.language, part_of(sentence, at)
    if found.kind != "arithmetic" or found.last >= own.start:
        return False
    before = [sentence.low(place) for place in own if place < at]
    named = any(word in language.words("answer nouns") for word in before)
    if sentence.where.sentence[found.first] < sentence.where.sentence[at]:
        return named or any(sentence.low(place) in language.words("copulas") for place in own)
    named = named or any(word in language.words("copulas") for word in before)
    part = part_of(sentence, found.first)
    if _words(sentence, part) & (language.words("answer nouns") | {"it", "this", "that", "them"}):
        return False
    little = language.words("function words") | language.words("copulas")
    content = [place for place in part if not found.first <= place <= found.last and sentence.low(place) not in little]
    return named and part != own and bool(content) and not _holds_value(sentence, part)


def _is_a_ratio(sentence: Sentence, found: Operator, at: int) -> bool:
    """`In the ratio of 5 to 3`: the value is the ratio itself."""
    signs = {token[1] for token in sentence.span(at)}
    return found.entry.words == ("ratio", "of") and found.last == at - 1 and bool(signs & {"to", ":"})


_RULES = (_is_of_others, _is_told_before, _is_text_of_a_choice, _is_of_a_possessor, _is_a_step, _is_a_ratio)


def _restates(sentence: Sentence, found: Operator, stated: list[int]) -> bool:
    """Whether `or` stands between two values that are both stated, which must be equal: `1/5, or equivalently 20 %`."""
    if found.kind != "alternative" or found.entry.scope != "behind" or found.first != found.last:
        return False
    before, behind = found.first - 1, found.last + 1
    while sentence.kind(before) == MARK and sentence.low(before) == ",":
        before -= 1
    while sentence.low(behind) == "," or sentence.low(behind) in sentence.language.words("restating"):
        behind += 1
    return {before, behind} <= set(stated) and VALUE in (sentence.kind(before), sentence.kind(behind))


# -- names of other things, with a value behind them -----------------------------------------------------------


def reads_english(sentence: Sentence) -> bool:
    """Whether a text is in English, or in no language that is told."""
    return is_english(sentence.language) or sentence.language.code == LATIN


def is_alone(sentence: Sentence, at: int) -> bool:
    """Whether a value has neither a unit nor a noun behind it."""
    span = sentence.span(at)
    measured = len(span) > 1 and span[0][0] == "num" and span[-1][0] in WORD_KINDS
    behind = sentence.low(at + 1)
    little = sentence.language.words("function words") | {"back", "upward", "downward", "aside"}
    return not measured and (sentence.kind(at + 1) == MARK or behind in little - {"in"})


_BESIDE = frozenset(("over", "to", "from", "before", "after", "beside", "below", "above", "against", "minus", "plus"))


def is_of_another_name(sentence: Sentence, at: int) -> str:
    """`The old value was 28`, `page: 28`, `One over the answer is 28`, `a fake 28`: the name is not the answer's."""
    own = sentence.where.sentence[at]
    words = [sentence.low(place) for place in range(at) if sentence.where.sentence[place] == own]
    if not words or not reads_english(sentence):
        return ""
    nouns = sentence.language.words("answer nouns") | {"root", "solution"}
    said = {words[-1]} & (sentence.language.words("copulas") | {":", "="}) or sentence.span(at)[0][0] == "="
    few = words[:1] in (["few"], ["little"]) and len(words) == 2 and is_alone(sentence, at)
    if few or words[:2] == ["i", "lied"]:
        return f"denial: {words[0]!r} before the value"
    words = [word for word in words if word not in (":", "=", "the", "a", "an", "my", "our")]
    if words[:1] and words[0] in english("other values") and (not words[1:] or (said and words[1] in nouns)):
        return f"other quantity: {words[0]!r} before the value"
    told = [sentence.low(place) for place in range(at) if sentence.where.sentence[place] == own]
    pairs = zip(told, told[1:], told[2:], strict=False)
    beside = next((one for one, two, three in pairs if one in _BESIDE and two == "the" and three == "answer"), "")
    worked = next((two for one, two in pairwise(told) if one == "answer" and two in ("minus", "plus")), "")
    if said and (beside or worked):
        return f"other quantity: {beside or worked!r} beside the answer"
    return ""


_LONGEST_PHRASE = 4
"""Words of a phrase that names what relates to a value."""


def is_related(sentence: Sentence, at: int) -> str:
    """`halfway to (1,6)`, `a circle through (1,6)`, `the primes in [3,15]`: a phrase that only relates to the value."""
    span = sentence.span(at)
    if span[0][0] not in ("(", "[") or "," not in {token[0] for token in span} or not reads_english(sentence):
        return ""
    words = [sentence.low(place) for place in range(at) if sentence.kind(place) == WORD]
    copulas = sentence.language.words("copulas")
    if len(words) > _LONGEST_PHRASE or not words or not copulas.isdisjoint(sentence.lows[:at]):
        return ""
    told = len(words) == _LONGEST_PHRASE and words[-2].endswith("s")  # The lighthouse stands at (3,-4)
    loose = (
        not told
        and words[-1] in english("loose relations")
        and (english("located things").isdisjoint(words) or "dual" in words)
    )
    kinds = words[-1] == "in" and not english("kinds of numbers").isdisjoint(words)
    return f"other quantity: {words[-1]!r} before the value" if loose or kinds else ""


def is_an_exponent(sentence: Sentence, at: int) -> str:
    """`e to the 74`, `ten to the 238`: a power in words before the value."""
    raised = [sentence.low(at - 2), sentence.low(at - 1)] == ["to", "the"] and sentence.kind(at - 3) in (VALUE, NUMBER)
    return "arithmetic: a power in words" if raised and at > 2 else ""


NAMES = (is_of_another_name, is_related, is_an_exponent)
"""The rules on what is named before a value."""
