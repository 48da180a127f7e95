"""What the structure of a sentence says of a value that makes it another, or none: each rule says why, or nothing."""

from __future__ import annotations

from itertools import pairwise

from graders.math.lexis.names import CHOICES, role
from graders.math.lexis.units import is_unit
from graders.math.lexis.words import NUMBER_WORDS, PARTS, SCALES, is_scale_word
from graders.math.prose import behind, restated
from graders.math.prose.accompanied import is_share_of_the_answer
from graders.math.prose.counted import is_done_to, is_to_do
from graders.math.prose.elsewhere import NAMES
from graders.math.prose.further import has_a_tail, is_led_on
from graders.math.prose.labelling import MARK, NUMBER, VALUE, WORD
from graders.math.prose.lexicon.language import ENGLISH, LATIN, english, latin, strangers
from graders.math.prose.lexicon.spoken_numbers import is_english
from graders.math.prose.parted import Sentence, Span
from graders.math.prose.stated import is_about_the_answer, is_compared, is_conditioned, is_one_of_several
from graders.math.prose.taken_back import VERBS, is_taken_back

_NO_FUNCTIONS = frozenset(("min", "max", "sec", "choose"))

_PHRASE = range(2, 5)
"""Words of `the degree of`."""


_POUNDS = frozenset(("kilo", "kilos"))

BLURS = frozenset((r"\approx", r"\sim", r"\simeq", r"\lesssim", r"\gtrsim", "~"))
"""Signs that say that a value is near."""

_BOUNDS = frozenset(("<", ">", "<=", ">=", r"\ll", r"\gg", r"\leq", r"\geq"))

_TAKEN = frozenset(("of", "more", "less", "fewer", "off", "higher", "lower"))


def _is_beside_a_stranger(sentence: Sentence, at: int) -> str:
    """An operator of another language right beside the value: `The answer is mindestens 28`."""
    asides = strangers(sentence.language)
    for said in _between_marks(sentence, at):
        if kind := asides.get(said, ""):
            return f"{kind}: {said!r}"
    before = at - 2 if sentence.low(at - 1) in ("(", "[") else at - 1
    known = sentence.language.code.partition("+")[0] in (*latin(), LATIN)
    for place in (before, at + 1) if known else range(at):
        if sentence.kind(place) != WORD or (place > at and sentence.kind(at + 2) == WORD):
            continue
        if kind := asides.get(sentence.low(place), ""):
            return f"{kind}: {sentence.pieces[place].text!r}"
    return ""


def _between_marks(sentence: Sentence, at: int) -> list[str]:
    """What stands alone between two marks of the value's sentence: the last word of `The answer: 25, quizás`."""
    own, found = sentence.where.sentence, [""]
    for place, piece in enumerate(sentence.pieces):
        if own[place] == own[at]:
            found[-1] += "" if piece.kind == MARK else f"{piece.low} "
            found += [""] if piece.kind == MARK else []
    return [said.strip() for said in found if said]


def _is_put_aside(sentence: Sentence, at: int) -> str:
    """A bracket right beside the value that holds a place in words, or denies it: `28 (third)`, `28 (octal)`."""
    behind = sentence.pieces[at + 1 : at + 4]
    before = sentence.pieces[max(at - 3, 0) : at]
    for aside in (behind, before):
        if [piece.kind for piece in aside] == [MARK, WORD, MARK] and aside[0].text in ("(", "["):
            word = aside[1]
            scales = is_scale_word(word.low) or _is_part(word.low)
            if word.ordinal or scales or word.low in sentence.language.words("aside denials"):
                return f"an aside: '{word.text}'"
    return ""


def _is_in_a_signed_bracket(sentence: Sentence, _at: int) -> str:
    """`-(28 apples)`, `(28 apples)!`: a bracket with a sign of arithmetic that touches it."""
    for one, two in pairwise(sentence.pieces):
        touching = one.kind == two.kind == MARK and one.end == two.start and not sentence.tokens[one.end][2]
        negated = one.text == "-" and two.text in ("(", "[") and one.start < 2  # a dollar before it at most
        if touching and (negated or (one.text in (")", "]") and two.text == "!")):
            return "a sign at a bracket"
    return ""


def _has_other_ends(sentence: Sentence, at: int) -> str:
    """`(0,1), endpoints included`, `x > 3, inclusive`: the words contradict the signs."""
    signs = {token[0] for token in sentence.span(at)}
    words = {sentence.low(place) for place in range(at + 1, len(sentence.pieces))}
    open_ends = words & {"inclusive", "included", "including"} and signs & {"(", "<", ">"}
    closed_ends = words & {"exclusive", "excluded", "excluding", "without"} and signs & {"[", "<=", ">="}
    return "the ends in words are not those of the formula" if open_ends or closed_ends else ""


def _is_left_open(sentence: Sentence, at: int) -> str:
    """A text that ends in a colon: what it names is not said; a question mark that ends the value's sentence, or it.

    `Is 28 right` asks without one.
    """
    opening = sentence.low(at - 1) in ("is", "are", "was") and _opens_clause(sentence, at - 1)
    if opening and sentence.low(at + 1) in sentence.language.words("answer nouns") and _ends(sentence, at + 1):
        return f"question: {sentence.low(at - 1)!r} before the value"
    if sentence.pieces[-1].text == ":":
        return "nothing said behind a colon"
    own = sentence.where.sentence[at]
    asks = (sentence.where.sentence[place] for place, piece in enumerate(sentence.pieces) if piece.text == "?")
    return "question: a question mark" if any(number >= own for number in asks) else ""


def _goes_on(sentence: Sentence, at: int) -> str:
    """Another value behind: `1/2 of 5`, `7 in 10`; `28 is 28`, which says nothing."""
    word, following = sentence.low(at + 1), sentence.kind(at + 2)
    if word in ("of", "point") and following in (VALUE, NUMBER):
        return "arithmetic: a value of a value"
    ranged = sentence.low(at - 1) in ("through", "thru") and sentence.pieces[at - 2].text in CHOICES
    if ranged:
        return "alternative: a range of choices"
    same = word == "is" and following == VALUE and sentence.low(at) == sentence.low(at + 2)
    return "tautology: both sides of 'is' are identical" if same and _opens_clause(sentence, at) else ""


def _is_told_more(sentence: Sentence, at: int) -> str:
    """A bare value as the subject: `28 must be doubled`, `28 is a common mistake`; `28 is the answer` is read."""
    if not _opens_clause(sentence, at) or sentence.kind(at + 1) != WORD:
        return ""
    verb = sentence.low(at + 1)
    if any(phrase == (verb, sentence.low(at + 2))[: len(phrase)] for phrase in sentence.language.phrases["modals"]):
        return f"predicate: {verb!r} behind the value"
    return _is_said_to_be(sentence, at, verb) if verb in ("is", "was", "remains", "becomes", "became") else ""


def _is_said_to_be(sentence: Sentence, at: int, verb: str) -> str:
    """What a bare value is said to be, where that is no name of the answer and nothing that it answers."""
    said = sentence.low(at + 2)
    said = sentence.low(at + 3) if said.endswith("ly") else said
    if said in ("my", "our") and not _names_an_answer(sentence, at + 3):
        return f"predicate: '{verb} {said} {sentence.low(at + 3)}' behind the value"
    if sentence.kind(at + 2) in (VALUE, NUMBER) or said in _GIVING or said.endswith(("'s", "'")):
        return ""
    if (
        said in sentence.language.words("answer nouns")
        or sentence.pieces[min(at + 2, len(sentence.pieces) - 1)].text[:1].isupper()
    ):
        return ""
    return f"predicate: '{verb} {said}' behind the value"


def _names_an_answer(sentence: Sentence, at: int) -> bool:
    """Whether the noun at a place, or behind one adjective, is a name for an answer: `28 is my final answer`."""
    return not sentence.language.words("answer nouns").isdisjoint((sentence.low(at), sentence.low(at + 1)))


_GIVING = frozenset(
    ("the", "our", "my", "your", "his", "her", "their", "its", "how", "what", "where", "therefore", "thus")
)


def _opens_clause(sentence: Sentence, at: int) -> bool:
    if at == 0 or sentence.kind(at - 1) == MARK:
        return True
    return sentence.where.clause[at - 1] != sentence.where.clause[at] or sentence.low(at - 1) in ("so", "but", "and")


def is_blurred(span: Span) -> bool:
    r"""Whether a sign says that the value behind it is near: at the start, or behind a name alone (`x \\simeq 4`)."""
    place = next((at for at, token in enumerate(span) if token[0] in BLURS), -1)
    figures = [token[1].rstrip(".") for token in span if token[0] == "num"]
    named = not any(token[0] in ("num", "=", r"\frac", r"\sqrt", r"\pi") for token in span[: max(place, 0)])
    return place >= 0 and named and (place == 0 or bool(figures)) and not any("." in text for text in figures)


def _is_signed(sentence: Sentence, at: int) -> str:
    """A sign that blurs or bounds the value, or takes a share of something: `≈ 28`, `> 28`, `28+`, `28 % of`."""
    span = sentence.span(at)
    if is_blurred(span):
        return "approximation: a sign"
    if span[0][0] in _BOUNDS:
        return "bound: a sign"
    behind = [token[0] for token in sentence.span(at + 1)] if sentence.kind(at + 1) == VALUE else []
    if behind in (["%"], [r"\%"]):
        return "arithmetic: a percentage of a measure"
    if span[-1][0] in ("%", r"\%") and sentence.low(at + 1) in _TAKEN | _taken_abroad(sentence):
        return "arithmetic: a percentage of something"
    if len(span) > 1 and span[-1][0] in ("+", "-"):
        return "bound: a sign behind the value"
    return ""


def _taken_abroad(sentence: Sentence) -> set[str]:
    """The words that follow a percent sign where a percentage is taken of something: `28 % von`."""
    return {entry.words[1] for entry in sentence.language.by_word.get("%", ()) if len(entry.words) > 1}


def _is_scaled(sentence: Sentence, at: int) -> str:
    """`28 crore`, `28 mega`, `2.5 hundredths`, `28 per mille`: a word behind the value multiplies or divides it."""
    behind = at + 2 if sentence.low(at + 1) == "per" else at + 1
    word = sentence.low(behind)
    if word in _POUNDS and sentence.language.code not in (ENGLISH, LATIN):  # a unit there: 7,5 kilo deeg
        return ""
    part = _is_part(word) and is_english(sentence.language) and behind == at + 1
    if part and (word[-1] == "s" or sentence.low(at) == "one") and _is_whole(sentence, at):  # a formula by itself
        return ""
    scales = is_scale_word(word, sentence.low(behind + 1)) or (part and _ends(sentence, behind))
    scaled = sentence.kind(behind) in (WORD, NUMBER) and scales
    scaled = scaled or (behind > at + 1 and word in SCALES | NUMBER_WORDS)
    return f"scale: {word!r} behind the value" if scaled else ""


def _is_part(word: str) -> bool:
    """Whether a word may say into how many parts a number is divided: `fifths`, `half`, `twenty-fifth`."""
    single = word.removesuffix("s")
    return single in PARTS or single.rpartition("-")[2] in PARTS


def _is_whole(sentence: Sentence, at: int) -> bool:
    """Whether a value is a whole number, in figures or in words."""
    return sentence.kind(at) == NUMBER or [token[1].isdecimal() for token in sentence.span(at)] == [True]


def _ends(sentence: Sentence, at: int) -> bool:
    """Whether a clause ends at a place."""
    return sentence.kind(at + 1) == MARK


def _is_no_answer(sentence: Sentence, at: int) -> str:
    """The value is one of several, is still to be worked on, or is not what is said of the answer."""
    behind = [sentence.low(at + step) for step in (1, 2, 3)]
    if (behind[:2] == ["to", "be"] and behind[2].endswith("ed")) or is_to_do(sentence, at) or is_done_to(sentence, at):
        return "predicate: something is to be done"
    if is_compared(sentence, at):
        return "arithmetic: how far the value is from another"
    if is_one_of_several(sentence, at) or behind == ["is", "one", "of"]:
        return "alternative: one of several"
    return "predicate: said of the answer, which it does not give" if is_about_the_answer(sentence, at) else ""


def _is_of_no_half_day(sentence: Sentence, at: int) -> str:
    """`5:45 xx.m.`: what stands behind a time is spelt like the half of a day, and is none."""
    dotted = any([sentence.low(place), sentence.low(place + 1)] == [".", "m"] for place in (at + 1, at + 2))
    return "no half of a day" if dotted and any(token[0] == ":" for token in sentence.span(at)) else ""


def _is_raised(sentence: Sentence, at: int) -> str:
    """`28 to the 4th`, `28 to the minus one`: a power in words."""
    raised = [sentence.low(at + 1), sentence.low(at + 2)] == ["to", "the"] and at + 3 < len(sentence.pieces)
    power = raised and (sentence.pieces[at + 3].ordinal or sentence.kind(at + 3) in (VALUE, NUMBER))
    ends = power and (_ends(sentence, at + 3) or sentence.low(at + 4) == "power")
    return "arithmetic: a power behind the value" if ends else ""


def _is_in_a_word(sentence: Sentence, at: int) -> str:
    """`un28`, `co-28`, `half-$28$`: the value ends a word, that is neither a little one nor a name for it."""
    place = at - 2 if sentence.low(at - 1) == "-" and sentence.kind(at - 1) == MARK else at - 1
    word = sentence.pieces[place] if place >= 0 else sentence.pieces[at]
    if word.kind not in (WORD, NUMBER) or place < 0 or not word.text.isascii() or word.text.isupper():
        return ""
    *between, first = sentence.tokens[word.end : sentence.pieces[at].start + 1]
    if first[0] == "=" or any(token[0] not in ("-", "$") for token in between):
        return ""
    hyphen = bool(between) and between[0][0] == "-" and not between[0][2]
    if first[2] and not hyphen:
        return ""
    closed = sentence.language.words("copulas") | sentence.language.words("answer nouns")
    closed |= sentence.language.words("function words") if sentence.language.code == ENGLISH else frozenset()
    apart = any(token[2] for token in between) or word.low in closed or is_unit(word.text)
    return "" if apart else f"a word of which it is a part: {word.text!r}"


def _is_argument(sentence: Sentence, at: int) -> str:
    """`ln $5$`: a function's name right before a value that stands apart."""
    before = sentence.pieces[at - 1] if at else None
    if before is None or before.kind != WORD or role(before.text) != "function" or before.text in _NO_FUNCTIONS:
        return ""
    return f"function: {before.text!r} before the value"


def _is_part_of_a_phrase(sentence: Sentence, at: int) -> str:
    """`the degree of x^2`: the whole text names something of the value, and states nothing."""
    pieces = [piece for piece in sentence.pieces[:at] if piece.text not in ("(", "[")]
    words = [piece.low for piece in pieces]
    if len(words) not in _PHRASE or words[-1] != "of" or any(piece.kind != WORD for piece in pieces):
        return ""
    measured = words[-2] in english("measures") or words[0] in ("a", "an") or not is_english(sentence.language)
    goes_on = any(
        sentence.low(place) in sentence.language.words("copulas") for place in range(at, len(sentence.pieces))
    )
    return "" if measured or goes_on else f"other quantity: {words[-2]!r} of the value"


RULES = (
    _has_other_ends,
    _is_in_a_signed_bracket,
    _is_no_answer,
    _is_in_a_word,
    _is_raised,
    _is_of_no_half_day,
    _is_argument,
    _is_part_of_a_phrase,
    _is_scaled,
    _is_left_open,
    _is_put_aside,
    _is_beside_a_stranger,
    _is_signed,
    _goes_on,
    _is_told_more,
    is_share_of_the_answer,
    is_conditioned,
    is_taken_back,
    has_a_tail,
    is_led_on,
    *VERBS,
    *NAMES,
    *behind.ALL,
    *restated.ALL,
)
