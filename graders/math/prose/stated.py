"""Which of the values of a text it states: not labels, ordinals, or the figures that it works with."""

from __future__ import annotations

from functools import lru_cache

from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.units import is_unit
from graders.math.prose.elsewhere import is_choice
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ENGLISH, LATIN, english, language
from graders.math.prose.operators import Operator
from graders.math.prose.parted import Sentence

_SUMS = frozenset(("num", "+", "-", "*", "/", "=", "(", ")", r"\cdot", r"\times", r"\frac", "{", "}", ".", "^"))
"""Tokens of a sum of figures."""


_MAX_WORDS_OF_A_NAME = 3


def stated_values(sentence: Sentence) -> list[int]:
    """The places of the values that a text states; of its ordinals where it states nothing else."""
    values = [at for at, piece in enumerate(sentence.pieces) if piece.kind in (VALUE, NUMBER)]
    kept = [at for at in values if not _is_labelled(sentence, at)]
    if values and not kept:
        raise Unreadable(f"label: the number names a thing at {sentence.place(values[0])}")
    kept = [at for at in kept if not _is_equated(sentence, at)]
    kept = _without_factors(sentence, _without_steps(sentence, _without_arguments(sentence, kept)))
    figures = [at for at in kept if sentence.kind(at) == VALUE and not is_name(sentence, at)]
    figures = figures or _chosen(sentence, kept)
    kept = _without_setting(sentence, kept, figures)
    if figures:
        nouns = sentence.language.words("answer nouns")
        kept = [
            at
            for at in kept
            if at in figures
            or (sentence.kind(at) == NUMBER and not _counts_noun(sentence, at))
            or (sentence.kind(at) == VALUE and sentence.low(at - 1) in nouns)
        ]
    return [at for at in kept if not sentence.pieces[at].ordinal] or kept


def _without_setting(sentence: Sentence, kept: list[int], figures: list[int]) -> list[int]:
    """The values without numbers in words told before the sentence that says of its subject what it is, in figures."""
    if len(figures) != 1 or len(kept) < 2:
        return kept
    where, at = sentence.where.sentence, figures[0]
    first = where.index(where[at])
    nouns = {sentence.low(place) for place in range(first)} & sentence.language.words("answer nouns")
    said = sentence.low(at - 1) in sentence.language.words("copulas") and _opens_definite(sentence, first)
    return [place for place in kept if where[place] == where[at]] if said and not nouns and at > kept[0] else kept


def _chosen(sentence: Sentence, kept: list[int]) -> list[int]:
    """The letter of a choice said to be the answer, beside numbers in words alone: `C, the one about it`."""
    letters = [at for at in kept if sentence.kind(at) == VALUE]
    return letters if len(letters) == 1 and _is_said_choice(sentence, letters[0]) else []


def _is_said_choice(sentence: Sentence, at: int) -> bool:
    """Whether the letter of a choice is said to be the answer, or opens the text before a mark."""
    if not is_choice(sentence, at):
        return False
    first = next((place + 1 for place in range(at - 1, -1, -1) if sentence.kind(place) == MARK), 0)
    before = {sentence.low(place) for place in range(first, at)}
    opens = at == 0 and sentence.kind(1) == MARK
    return opens or not before.isdisjoint(sentence.language.words("answer nouns"))


def _is_labelled(sentence: Sentence, at: int) -> bool:
    """Whether a noun right before a number makes it a name: `Step 28`."""
    signs = [token[0] for token in sentence.span(at)]
    if len(signs) > 1 and ("=" in signs or (signs[0] in ("(", "[") and "," in signs)):  # `im Punkt $(3,-2)$`
        return False
    if sentence.language.code != ENGLISH and any(is_unit(token[1]) for token in sentence.span(at)[1:]):
        return False  # مساحة الغرفة 25 مترا
    labels = [one for one in sentence.operators if one.kind == "labels"]
    if any(one.first == at + 1 and one.entry.scope == "behind" for one in labels):
        return True
    found = next((one for one in labels if one.last == at - 1 and one.entry.scope != "behind"), None)
    found = found or _label_of_a_bracket(sentence, at, labels)
    nouns = sentence.language.words("candidates") or sentence.language.words("answer nouns")
    if found is None or (is_name(sentence, at) and sentence.low(at - 1) in nouns):
        return False
    return _opens_or_follows(sentence, found)


def _label_of_a_bracket(sentence: Sentence, at: int, labels: list[Operator]) -> Operator | None:
    """The label of a number alone in brackets: `See equation (64)`, not `the figure (64)`."""
    if [sentence.low(at - 1), sentence.low(at + 1)] != ["(", ")"]:
        return None
    nouns = sentence.language.words("answer nouns")
    return next((one for one in labels if one.last == at - 2 and not nouns & set(one.entry.words)), None)


def _opens_or_follows(sentence: Sentence, found: Operator) -> bool:
    """Whether a label that needs it (`number`) opens its clause, and no label is a measure: `has volume 64`."""
    if sentence.low(found.first - 1) in sentence.language.words("measuring"):
        return False
    return found.entry.scope != "opening" or sentence.kind(found.first - 1) == MARK


def is_name(sentence: Sentence, at: int) -> bool:
    """Whether a value is a letter alone."""
    span = sentence.span(at)
    return (
        len(span) == 1
        and span[0][0] != "num"
        and role(span[0][1].lstrip("\\")) in ("letter", "greek", "constant", "points")
    )


def _counts_noun(sentence: Sentence, at: int) -> bool:
    """Whether a number in words belongs to the setting of a text with figures: `the two brothers own 28 goats`."""
    one = sentence.low(at) == "one" and len(sentence.span(at)) == 1
    if one or sentence.low(at + 1) == "of":
        return sentence.low(at + 1) != "of" or sentence.kind(at + 2) not in (VALUE, NUMBER)
    behind = sentence.kind(at + 1) == WORD and sentence.low(at + 1) not in sentence.language.words("copulas")
    return behind and sentence.low(at - 1) not in sentence.language.words("copulas")


def _without_arguments(sentence: Sentence, values: list[int]) -> list[int]:
    """The values without those in the subject of a sentence that ends in its value: `The value of $x+y$ is $7$`."""
    copulas = sentence.language.words("copulas") | sentence.language.words("result verbs")
    dropped: set[int] = set()
    for number in {sentence.where.sentence[at] for at in values}:
        own = [at for at in values if sentence.where.sentence[at] == number]
        last = own[-1]
        first = sentence.where.sentence.index(number)
        ends = sentence.kind(last + 1) != WORD
        commas = any(sentence.pieces[at].text in (",", ":") for at in range(first, last))
        said = [at for at in own if sentence.low(at - 1) in copulas]
        if ends and said == [last] and _opens_definite(sentence, first) and not commas:
            dropped.update(own[:-1])
    return [at for at in values if at not in dropped]


def _without_steps(sentence: Sentence, values: list[int]) -> list[int]:
    """The values without those of a participle that opens a sentence: `Dividing both sides by 2, we get 83`."""
    dropped: set[int] = set()
    for number in {sentence.where.sentence[at] for at in values}:
        first = sentence.where.sentence.index(number)
        comma = next((at for at in range(first, len(sentence.pieces)) if sentence.pieces[at].text == ","), first)
        if sentence.low(first).endswith("ing") and any(
            at > comma for at in values if sentence.where.sentence[at] == number
        ):
            dropped.update(range(first, comma))
    return [at for at in values if at not in dropped]


def _is_equated(sentence: Sentence, at: int) -> bool:
    """Whether a formula with names is the subject of another that says what it equals: `$a+b$ $= 7$`."""
    following = sentence.pieces[at + 1] if at + 1 < len(sentence.pieces) else None
    if following is None or following.kind != VALUE or sentence.span(at + 1)[:1] != [("=", "=", False)]:
        return False
    return any(token[0] == "letters" or token[0] == "|" for token in sentence.span(at))


def _without_factors(sentence: Sentence, values: list[int]) -> list[int]:
    """The values without the figures that a sum of the text works out: `8 crates hold 7 each, and 8 * 7 = 56`."""
    used: set[str] = set()
    for at in values:
        span = sentence.span(at)
        signs = [place for place, token in enumerate(span) if token[0] == "="]
        if signs and all(token[0] in _SUMS or token[0] in WORD_KINDS for token in span):
            used.update(token[1] for token in span[: signs[-1]] if token[0] == "num")
    return [at for at in values if not (_is_one_figure(sentence, at) and sentence.span(at)[0][1].rstrip(".") in used)]


def _is_one_figure(sentence: Sentence, at: int) -> bool:
    """Whether a value is a figure alone, or with its unit."""
    first, *behind = sentence.span(at)
    return not behind or (first[0] == "num" and all(token[0] in WORD_KINDS for token in behind))


def _opens_definite(sentence: Sentence, first: int) -> bool:
    """Whether a sentence opens with a definite noun phrase that takes arguments: `The value of`."""
    words = [sentence.low(at) for at in range(first, first + 6) if sentence.kind(at) == WORD]
    sums = [found for found in sentence.operators if found.kind in ("arithmetic", "other quantity")]
    if any(found.first in (first, first + 1) for found in sums) or (words[:1] and words[0].endswith("ing")):
        return True
    return words[:1] in (["the"], ["so"], ["thus"], ["therefore"], ["hence"]) and "the" in words[:2]


# -- a value that is said to be something else than the answer -----------------------------------------------


def is_one_of_several(sentence: Sentence, at: int) -> bool:
    """`A solution is 28`, `The smallest of the answers is 28`, `Options include 28`: which of them is not said."""
    first, language = _first_of_clause(sentence, at), sentence.language
    words = [sentence.low(place) for place in range(first, at)]
    single, several = language.words("candidates"), language.words("several candidates")
    named = next((place for place, word in enumerate(words) if {word, word.removesuffix("s")} & (single | several)), -1)
    if named < 0:
        return sentence.low(first - 1) == ":" and sentence.low(first - 2) in several - {"answers"}  # Candidates: 28
    if words[-1] in english("holding verbs"):
        return True
    if words[-1] not in language.words("copulas"):
        return False
    if words[0] in language.words("indefinite") and named < _MAX_WORDS_OF_A_NAME + 2 * ("of" in words[:2]):
        return True
    before = words[:named]
    if "of" in before and {"first", "second", "last"} & set(before):
        return True
    return words[named] in several and any(word[-3:] == "est" or word in _RANKED for word in before)


_RANKED = frozenset(("larger", "smaller", "greater", "former", "latter"))


def is_compared(sentence: Sentence, at: int) -> bool:
    """`28 above the answer`, `28 lower than expected`: a bound right behind a value, of the answer or of anything."""
    nouns = sentence.language.words("answer nouns")
    found = [one for one in sentence.operators if one.kind == "bound" and one.first == at + 1]
    behind = [sentence.low(one.last + step) for one in found for step in (1, 2, 3)]
    bare = sentence.kind(at) == NUMBER or len(sentence.span(at)) == 1  # 14 degrees lower than that
    return any(word in nouns for word in behind) or (bare and any(one.entry.words[-1] == "than" for one in found))


def is_about_the_answer(sentence: Sentence, at: int) -> bool:
    """`The answer follows 28`, `The answer's square is 28`, `The previous answer is 28`: it is not said to be this."""
    first, language = _first_of_clause(sentence, at), sentence.language
    others = language.words("other subjects")
    if first == at - 2 and sentence.low(first) in others and sentence.low(at - 1) in language.words("copulas"):
        return True
    subject = next((place for place in range(first, at - 1) if sentence.low(place).startswith("answer")), -1)
    if subject < 0 or not language.words("candidates"):
        return False
    if sentence.low(subject) == "answer's":
        return sentence.kind(subject + 1) == WORD and sentence.low(subject + 1) not in language.words("function words")
    if subject > first and sentence.low(subject - 1) in language.words("other subjects"):
        return True
    verb = sentence.low(subject + 1)
    copulas = language.words("copulas")
    if any(sentence.low(place) in copulas for place in range(subject + 1, at)) and verb not in ("plus", "minus"):
        return False
    known = copulas | language.words("result verbs") | (language.words("function words") - {"has"})
    return sentence.low(subject) == "answer" and verb[-1:] == "s" and verb not in known


def is_conditioned(sentence: Sentence, at: int) -> str:
    """`28 when x > 0`, `28 provided n > 5`: a condition with a formula behind the value."""
    own = _conditions(sentence.language.code)
    if sentence.low(at + 1) in _CONDITIONS and sentence.kind(at + 2) == VALUE:
        return f"condition: {sentence.low(at + 1)!r}"
    first = sentence.where.sentence.index(sentence.where.sentence[at])
    apart = any(sentence.pieces[place].text == "," for place in range(first, at))
    if sentence.low(first) in own and apart:  # `Se il vento gira, 64`; `Se venden 64 manzanas` has no such clause
        return f"condition: {sentence.low(first)!r}"
    if sentence.low(at + 1) in own and sentence.kind(at + 2) == VALUE and _RELATIONS & _signs(sentence, at + 2):
        return f"condition: {sentence.low(at + 1)!r}"
    if sentence.low(at + 1) in _CONDITIONS | {"only"} and _is_restricted(sentence, at):
        return f"condition: {sentence.low(at + 1)!r}"
    behind = at + 1
    while sentence.low(behind) in _QUANTIFYING:
        behind += 1
    bounded = behind > at + 1 and sentence.kind(behind) == VALUE
    bounded = bounded and not any(token[0] in WORD_KINDS for token in sentence.span(at))  # 1/n for n > 0
    relation = bounded and _RELATIONS & _signs(sentence, behind)
    return f"condition: {sentence.low(at + 1)!r}" if relation else ""


def _is_restricted(sentence: Sentence, at: int) -> bool:
    """Whether an expression with a letter is said to hold for some of its values only: `2n+5 for odd n`."""
    if not any(token[0] in WORD_KINDS for token in sentence.span(at)):
        return False
    own = sentence.where.sentence[at]
    words = {
        sentence.low(place) for place in range(at + 1, len(sentence.pieces)) if sentence.where.sentence[place] == own
    }
    return not words.isdisjoint(_RESTRICTING)


_RESTRICTING = frozenset(("only", "odd", "even", "prime", "composite", "negative"))


def _signs(sentence: Sentence, at: int) -> set[str]:
    return {token[0] for token in sentence.span(at)}


@lru_cache(maxsize=128)
def _conditions(codes: str) -> frozenset[str]:
    """The words that open a condition in one of the languages that tie, where one of them has another use for it."""
    found = (entry for code in codes.split("+") if code != LATIN for entry in language(code).entries)
    return frozenset(entry.words[0] for entry in found if entry.kind == "condition" and len(entry.words) == 1)


_CONDITIONS = frozenset(("when", "where", "for", "whenever", "with", "provided"))
_RELATIONS = frozenset(("<", ">", "<=", ">=", r"\ne"))
_QUANTIFYING = frozenset(("for", "provided", "that", "given", "all", "any", "every", "each", "some"))


def _first_of_clause(sentence: Sentence, at: int) -> int:
    """The place of the first word of a value's clause, or behind the last mark before the value."""
    first = at
    while first and sentence.kind(first - 1) != MARK and sentence.where.clause[first - 1] == sentence.where.clause[at]:
        first -= 1
    opening = sentence.language.words("conjunctions")
    return first + 1 if first + 1 < at and sentence.low(first) in opening else first
