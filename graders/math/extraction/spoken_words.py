"""Answers that are words: `The answer is Monday.`, `odd`, `Yes, it does`; short ones may look like products (`cow`)."""

from __future__ import annotations

import re
from itertools import pairwise

from graders.math.extraction.reference import words_with_numbers
from graders.math.grammar.phrases import named
from graders.math.lexis.cleaned import Unreadable, is_hidden
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token, tokenize
from graders.math.lexis.words import FILLERS, ORDINAL_ENDINGS, SPECIAL_TEXTS
from graders.math.lexis.wrappers import bare
from graders.math.limits import OverLimit
from graders.math.prose.lexicon.language import ENGLISH, language, verdicts_of
from graders.math.prose.spoken import complements, gives_verdict
from graders.math.tree import Tree

_MARKS = frozenset((".", ",", ";", ":", "'", '"', "$", "{", "}", "(", ")", "[", "]", "-", "&", r"\boxed"))
"""Signs around and between words that say nothing; any other sign does."""
_NAMES = ("letter", "product", "constant", "greek", "function", "points")
_INTRODUCING = FILLERS | {"expression", "simplifies", "product", "and"}
_ARTICLES = frozenset(("a", "an", "the"))
_DIGIT = re.compile(r"\d")


def says(answer: str, expected: Tree) -> bool:
    """Whether an answer says a reference that is words or a named object."""
    wanted = str(expected.leaf)
    try:
        verdict = _gives_verdict(answer, wanted)
        if verdict is not None:
            return verdict
        tokens = tokenize(answer)
        if is_hidden(answer) or _is_asked(tokens) or _is_glued(tokens):
            return False
        said = _plain_words(tokens)
        found = {named(said), named(_without_article(said))}
        found.update(map(named, complements(tokens, _spellings(expected))))
    except (Unreadable, OverLimit):
        return False
    if expected.head != "text":
        return expected in found
    if said and complements(tokenize(wanted), frozenset((said.casefold(),))):  # `The sequence is convergent`
        return True
    return expected in found or named(_without_article(wanted)) in found


def _gives_verdict(answer: str, word: str) -> bool | None:
    """Whether an answer says what a verdict word does (`yes`), with a reason at most; None where either is none."""
    wanted = verdicts_of(word)
    try:
        return gives_verdict(tokenize(bare(answer).strip("*_ ")), wanted) if wanted else None
    except (Unreadable, OverLimit):
        return False


def _is_asked(tokens: list[Token]) -> bool:
    """Whether a text begins as a question does, with or without its sign: `Is it Tuesday`."""
    words = [token[1].casefold() for token in tokens if token[0] in WORD_KINDS][:2]
    return len(words) > 1 and words[0] in _VERBS and words[1] in _PRONOUNS


_VERBS = frozenset(("is", "was", "are", "were", "does", "did", "could", "can", "might", "may", "will", "would"))
_PRONOUNS = frozenset(("it", "that", "this", "they", "he", "she", "we"))


def _is_glued(tokens: list[Token]) -> bool:
    r"""Whether two words touch: `\text{un}\text{even}`."""
    return any(one[0] in WORD_KINDS and two[0] in WORD_KINDS and not two[2] for one, two in pairwise(tokens))


def _spellings(expected: Tree) -> frozenset[str]:
    """How what is expected may be spelt: a text in one way, a named object in all its phrases."""
    if expected.head == "text":
        return frozenset((str(expected.leaf), _without_article(str(expected.leaf))))
    return frozenset(phrase for phrase, name in SPECIAL_TEXTS.items() if name == expected.leaf)


def says_word(answer: str, reference: str) -> bool | None:
    """Whether an answer says the short word that a reference is (`cow`); None where either may be a formula."""
    if _DIGIT.search(reference):
        return None
    spelt = [token for token in tokenize(bare(reference)) if token[0] != "$"]
    if len(spelt) == 1 and verdicts_of(spelt[0][1]):
        return _gives_verdict(answer, spelt[0][1]) or None
    if not (word := _lone_word(spelt)):
        return None
    try:
        tokens = tokenize(answer)
    except (Unreadable, OverLimit):
        return False
    said = _lone_word(tokens) or next(iter(complements(tokens, frozenset((word,)))), "")
    return said == word if said or _speaks_beside(tokens) else None


def _plain_words(tokens: list[Token]) -> str:
    """A text answer without the words that introduce it: `The answer is Monday.` -> `monday`."""
    tokens = [
        token  # `March 14th` is March 14
        for at, token in enumerate(tokens)
        if token[1] not in ORDINAL_ENDINGS or not at or tokens[at - 1][0] != "num"
    ]
    tokens = _without_repeat(tokens)
    words = words_with_numbers(tokens)
    if not _only_words(tokens):
        return ""
    listed = len(words) == 2 or all(len(word) == 1 for word in words)  # `all, i`; `D, N, E`
    if listed and any(token[0] == "," for token in tokens):
        return " , ".join(words)
    while len(words) > 1 and words[0] in FILLERS and words[1] not in ("or", "and"):
        if words[0] == "i" and words[1] not in FILLERS:
            break
        words.pop(0)
    return " ".join(words)


def _without_repeat(tokens: list[Token]) -> list[Token]:
    """The tokens without a bracket at their end that only says their words again: `heads (heads)`."""
    opening = next((at for at, token in enumerate(tokens) if token[0] == "("), 0)
    before, inside = (
        " ".join(token[1] for token in part).casefold() for part in (tokens[:opening], tokens[opening + 1 : -1])
    )
    return tokens[:opening] if opening and tokens[-1][0] == ")" and before == inside else tokens


def _only_words(tokens: list[Token]) -> bool:
    """Whether no sign in the text says anything: `-cow` is no cow, and neither is `cow` with a root over it."""
    signs = [token[0] for token in tokens if token[0] not in ("$", "{", "}", "(", ")", r"\boxed")]
    opens_with_sign = signs[:1] in (["-"], ["/"])
    return not opens_with_sign and all(kind in _MARKS or kind in WORD_KINDS or kind == "num" for kind in signs)


def _without_article(text: str) -> str:
    """The words without the article before them."""
    article, _, rest = text.partition(" ")
    return rest if article in _ARTICLES and rest and not rest.startswith(("or ", "and ")) else text  # the choice A


def _lone_word(tokens: list[Token]) -> str:
    """The word that a text consists of, if its letters could be variables but hardly are: `cow`; else nothing."""
    tokens = [token for token in tokens if token[0] not in ("$", ".")]
    if len(tokens) > 1 and tokens[0][1] in _ARTICLES:
        del tokens[0]
    word = tokens[0][1] if len(tokens) == 1 and tokens[0][0] in WORD_KINDS else ""
    spelt = len(word) > 2 and word.isascii() and role(word) in ("product", "word", "points")
    in_order = all(ord(after) - ord(before) == 1 for before, after in pairwise(word))
    return word.casefold() if spelt and set(word.casefold()) & set("aeiouy") and not in_order else ""


def _speaks_beside(tokens: list[Token]) -> bool:
    """Whether a text has words other than those that only introduce an answer."""
    words = [token[1] for token in tokens if token[0] in WORD_KINDS and (len(token[1]) > 1 or not token[1].isascii())]
    introducing = _INTRODUCING | language(ENGLISH).words("function words")
    return any(role(word) not in _NAMES and word.lower() not in introducing for word in words)
