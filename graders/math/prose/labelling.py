"""What each token of a text is a part of: a word, a value, a mark, or nothing that counts."""

from __future__ import annotations

from functools import lru_cache

from graders.math.lexis.names import role
from graders.math.lexis.positions import multiplies
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.units import is_unit
from graders.math.lexis.words import ORDINAL_ENDINGS
from graders.math.prose.lexicon.language import Language
from graders.math.prose.lexicon.spelling import folded, script_of

WORD, VALUE, NUMBER, MARK = "word", "value", "number", "mark"
"""What a piece is; a number is a value in words."""

BINDING = frozenset("=+*/^_<>|") | {"<=", ">=", "!=", r"\cdot", r"\times", r"\approx", r"\in", r"\pm", r"\to"}
"""Signs that make a name of the letters beside them."""

_MARKS = frozenset((".", ",", ";", ":", "?", "!", '"', "'", r"\ldots", r"\therefore", r"\\", "...", r"\dots", "&"))

_OPENING = {"(": ")", "[": "]", "{": "}"}

_SHORTEST_WORD = 3
_MAY_MULTIPLY = frozenset(("word", "product", "points"))
_NAMES = frozenset(("function", "greek", "constant", "glued", "product", "points"))

_ARTICLES = frozenset(("a", "A", "I"))

_AFTER_A_CHOICE = frozenset(("is", "and", "or", "because", "since", "but", "was", "as", "for", "it", "the", "not"))
"""Words before which a capital A is the name of a choice."""

_ABBREVIATIONS = frozenset(("i.e.", "e.g.", "i.e", "e.g"))

_LONGEST_NAME = 7
"""Capitals that name a polygon, at most six."""

_COUNTED = tuple("nmkr")
"""Letters out of which something may be chosen."""

_SHORT = 3
"""Letters of a product at most."""


def particles(language: Language | None) -> frozenset[str]:
    """What is a word and no name: the English articles, or the words of another language's closed classes."""
    if language is None or language.code == "en":
        return _ARTICLES
    return _little_words(language)


@lru_cache(maxsize=128)
def _little_words(language: Language) -> frozenset[str]:
    own = language.words("function words")
    openings = (word for word in language.words("answer openings") if not word.isascii())
    return frozenset((*own, *language.by_word, *language.words("copulas"), *openings, "I"))


def labels_of(tokens: list[Token], letters: frozenset[str]) -> list[str]:
    """What each token is a part of: a word, a value, a mark, or nothing that counts."""
    labels = [""] * len(tokens)
    _mark_formulas(tokens, labels)
    _mark_braces(tokens, labels)
    for at in range(len(tokens)):
        if not labels[at] and (length := abbreviation_length(tokens, at)):
            labels[at : at + length] = ["abbreviation"] * length
        if not labels[at]:
            labels[at] = _label(tokens, at, letters)
    _mark_brackets(tokens, labels)
    for at in range(len(tokens)):
        if labels[at] in ("?", "-"):
            labels[at] = _between(tokens, labels, at, letters)
    return labels


def abbreviation_length(tokens: list[Token], at: int) -> int:
    """How many tokens `i.e.` and `e.g.` are; 0 for any other."""
    spelt = "".join(token[1] for token in tokens[at : at + 4]).casefold()
    return 4 if spelt in _ABBREVIATIONS else 3 if spelt[:3] in _ABBREVIATIONS else 0


def _mark_formulas(tokens: list[Token], labels: list[str]) -> None:
    """Label what stands between dollars, and in boxes, as values."""
    dollars = [at for at, token in enumerate(tokens) if token[0] == "$"]
    for place in dollars:
        labels[place] = "$"
    if len(dollars) % 2 == 0:
        for opening, closing in zip(dollars[::2], dollars[1::2], strict=True):
            if not _is_text(tokens[opening + 1 : closing]):
                labels[opening + 1 : closing] = [VALUE] * (closing - opening - 1)
    for at, token in enumerate(tokens):
        if token[0] == r"\boxed" and not labels[at]:
            end = _closing(tokens, at + 1)
            labels[at] = "$"
            if end > at and not _is_text(tokens[at + 2 : end]):
                labels[at + 1] = labels[end] = "$"
                labels[at + 2 : end] = [VALUE] * (end - at - 2)


def _mark_braces(tokens: list[Token], labels: list[str]) -> None:
    r"""Label what stands in braces as values: those of `\text` make no tokens."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += token[0] == "{"
        if depth and not labels[at]:
            labels[at] = VALUE
        depth -= token[0] == "}" and depth > 0


def _is_text(tokens: list[Token]) -> bool:
    """Whether nothing but words stands there."""
    return all(token[0] == "word" for token in tokens)


def _closing(tokens: list[Token], at: int) -> int:
    """The place of the bracket that closes the one at a place; -1 where none does."""
    depth = 0
    opening = tokens[at][0] if at < len(tokens) else ""
    for place in range(at, len(tokens)):
        depth += (tokens[place][0] == opening) - (tokens[place][0] == _OPENING.get(opening))
        if not depth:
            return place if place > at else -1
    return -1


def _label(tokens: list[Token], at: int, letters: frozenset[str]) -> str:
    kind, text, _ = tokens[at]
    if kind in WORD_KINDS:
        if text in ORDINAL_ENDINGS and at and tokens[at - 1][0] == "num" and not tokens[at][2]:
            return "ending"
        return WORD if _is_word(tokens, at, letters) else VALUE
    if _is_of_a_name(tokens, at):
        return "glued"
    if kind in _MARKS or (at == 0 and kind == r"\cdot"):
        return "?"
    if kind in ("-", "(", ")", "[", "]", "{", "}"):
        return "-" if kind == "-" else "bracket"
    return VALUE


def _is_word(tokens: list[Token], at: int, letters: frozenset[str]) -> bool:
    """Whether letters are a word of the sentence, and no name in a formula."""
    text = tokens[at][1]
    if len(text) == 1:
        return _is_particle(tokens, at, letters)
    if letters is not _ARTICLES and folded(text) in letters:
        return _kind(tokens, at + 1) not in ("(", "^", "_") or tokens[at + 1][2]
    if _is_factor(tokens, at) or (text.isupper() and _names_points(tokens, at)):
        return False
    part = role(text)
    if part == "glued" and letters is not _ARTICLES and _kind(tokens, at + 1) == "num" and tokens[at + 1][2]:
        return True  # el curtidor seca 26 pieles
    bounds = text.lower() in ("min", "max") and _kind(tokens, at + 1) == "num"
    if part not in _NAMES or text.lower() == "choose" or bounds:
        return True
    return not (_is_operand(tokens, at, part) or _is_applied(tokens, at, part))


def _names_points(tokens: list[Token], at: int) -> bool:
    r"""Whether capitals are points by the signs beside them: `NO =`, `|NO|`, `\angle NOT`."""
    before, after = _kind(tokens, at - 1), _kind(tokens, at + 1)
    if before in (r"\angle", r"\triangle"):
        return len(tokens[at][1]) == _SHORT
    return len(tokens[at][1]) == 2 and (after == "=" or before == after == "|")


def _kind(tokens: list[Token], at: int) -> str:
    return tokens[at][0] if 0 <= at < len(tokens) else ""


def _is_factor(tokens: list[Token], at: int) -> bool:
    """Whether letters that are mostly a word or a unit belong to a formula by what stands beside them."""
    text, part = tokens[at][1], role(tokens[at][1])
    before, after = _kind(tokens, at - 1), _kind(tokens, at + 1)
    if (part in _MAY_MULTIPLY or (part == "unit" and before != "num")) and multiplies(tokens, at):
        return not _is_hyphenated(tokens, at)
    if text.lower() in ("base", "choose"):
        return after == "num" if text.lower() == "base" else before in ("num", ")") or tokens[at - 1][1] in _COUNTED
    return False


def _is_operand(tokens: list[Token], at: int, part: str) -> bool:
    """Whether signs beside a name make it one of a formula: `dx`, `(AB)^{-1}`, `= pi`, `sin x`."""
    text, before, after = tokens[at][1], _kind(tokens, at - 1), _kind(tokens, at + 1)
    if before in BINDING or after in BINDING or _is_command(before):
        return True
    if part == "points":
        ends = tokens[at][0] == "word" and after in ("", ".", "$") and len(text) < _LONGEST_NAME
        return ends or (after == ")" and _kind(tokens, at + 2) == "^")
    if part in ("function", "glued", "greek") and (after in ("num", "(") or _is_variable(tokens, at + 1)):
        return True
    differential = len(text) == 2 and text[0] == "d"
    return differential and (before in ("num", ")", "}") or (at > 0 and len(tokens[at - 1][1]) == 1))


def _is_applied(tokens: list[Token], at: int, part: str) -> bool:
    """Whether a bracket, a command or a figure that touches a name makes it one of a formula."""
    text, before, after = tokens[at][1], _kind(tokens, at - 1), _kind(tokens, at + 1)
    if part == "constant" or (after == "(" and not tokens[at + 1][2]) or _is_command(after):
        return part not in ("product", "points") or len(text) <= _SHORT
    if part in ("product", "glued") and len(text) <= _SHORT and (before == "(" or after == ")"):
        return True
    if part == "points" and before == "(" and after == ")" and at > 1 and not tokens[at - 1][2]:  # E(YY)
        return len(tokens[at - 2][1]) == 1 and tokens[at - 2][0] in WORD_KINDS
    return part == "product" and before == "num" and not tokens[at][2] and not is_unit(text)


def _is_command(kind: str) -> bool:
    return kind[:1] == "\\" and kind not in _MARKS


def _is_hyphenated(tokens: list[Token], at: int) -> bool:
    """Whether letters are the end of a compound: `X-ray`, not `a-b`."""
    if at < 2 or len(tokens[at][1]) < _SHORTEST_WORD or tokens[at][2]:
        return False
    sign, first = tokens[at - 1], tokens[at - 2]
    return sign[0] == "-" and not sign[2] and first[0] in WORD_KINDS


def _is_of_a_name(tokens: list[Token], at: int) -> bool:
    """Whether figures stand in a name: `CO2`, `MP3`."""
    before = tokens[at - 1] if at else ("", "", False)
    glued = tokens[at][0] == "num" and not tokens[at][2] and before[0] in WORD_KINDS
    return glued and len(before[1]) > 1 and before[1][0].isupper() and not is_unit(before[1])


def _is_particle(tokens: list[Token], at: int, letters: frozenset[str]) -> bool:
    """Whether a letter alone is a word: one of another script, an article or a pronoun before a word."""
    text = tokens[at][1]
    if not text.isascii() and not 0x370 <= ord(text) < 0x400:
        return script_of(text) != "CYRILLIC" or _kind(tokens, at + 1) != "="
    if text not in letters and text.casefold() not in letters:
        return False
    kind, following, spaced = tokens[at + 1] if at + 1 < len(tokens) else ("", "", False)
    elided = at > 0 and tokens[at - 1][1].endswith("'")  # `n'a`
    glued = at > 0 and not tokens[at][2] and tokens[at - 1][0] in ("num", *WORD_KINDS)
    if (glued and not elided) or (at and tokens[at - 1][0] in BINDING):
        return False
    if text == "A" and following.lower() in _AFTER_A_CHOICE:
        return False
    if spaced and kind in WORD_KINDS and len(following) == 1 and text in letters and letters is not _ARTICLES:
        return text.islower() and following.isupper()  # `é a D`
    signed = kind == "-" and letters is not _ARTICLES and _kind(tokens, at + 2) == "num"  # a -9 grados
    opens = kind in ("num", "$", '"', "'") or (signed and not tokens[at + 2][2])
    return spaced and (opens or (kind in WORD_KINDS and len(following) > 1))


def _is_variable(tokens: list[Token], at: int) -> bool:
    if at >= len(tokens) or tokens[at][0] not in WORD_KINDS:
        return False
    return len(tokens[at][1]) == 1 and tokens[at][1] not in _ARTICLES


def _mark_brackets(tokens: list[Token], labels: list[str]) -> None:
    """A bracket with words in it, or with a figure behind a word or a value, is an aside; any other is a formula's."""
    open_at: list[int] = []
    for at, token in enumerate(tokens):
        if labels[at] != "bracket":
            continue
        if token[0] in _OPENING:
            open_at.append(at)
            continue
        start = open_at.pop() if open_at else -1
        inside = labels[start + 1 : at]
        worded = start < 0 or WORD in inside or _is_restated(tokens, labels, start, at)
        labels[at] = MARK if worded else VALUE
        if start >= 0:
            labels[start] = labels[at]
    for at in open_at:
        labels[at] = VALUE if tokens[at][0] in ("[", "(") and VALUE in labels[at + 1 :] else MARK


def _is_restated(tokens: list[Token], labels: list[str], start: int, end: int) -> bool:
    """Whether a round bracket apart from what stands before it repeats that: `seven (7)`, `1/2 (0.5)`."""
    if tokens[start][0] != "(" or not start or not tokens[start][2] or _formula_goes_on(tokens, end):
        return False
    inside = [token[0] for token in tokens[start + 1 : end] if token[0] != "$"]
    if labels[start - 1] in (WORD, "$"):
        return "," not in inside
    return tokens[start - 1][0] == "num" and all(kind in ("num", r"\frac", "/", "=", r"\approx") for kind in inside)


def _formula_goes_on(tokens: list[Token], end: int) -> bool:
    """Whether a formula goes on behind a bracket: `the mean is (2+3)/2`, `the product (x+1)(x-1)`."""
    kind, _, spaced = tokens[end + 1] if end + 1 < len(tokens) else ("", "", True)
    return kind in BINDING or (kind in ("(", "-") and not spaced)


def _between(tokens: list[Token], labels: list[str], at: int, letters: frozenset[str]) -> str:
    """Whether punctuation belongs to a formula, by what stands beside it."""
    kind, _, spaced = tokens[at]
    left = _neighbour(labels, at, -1)
    right = _neighbour(labels, at, 1)
    apart = at + 1 < len(tokens) and tokens[at + 1][2]
    if kind == "-":
        if left == WORD and right == VALUE and not spaced and _is_unspaced(tokens[at - 1][1], letters):
            left = ""
        return _hyphen(left, right, spaced, apart, at)
    if kind == "!":
        return VALUE if left == VALUE and not spaced else MARK
    if kind in (",", ";"):
        return VALUE if left == right == VALUE else MARK
    if kind == ":":
        return VALUE if left == right == VALUE and not apart else MARK
    if kind == "'":
        return VALUE if left == VALUE and not spaced and right == VALUE and not apart else "'"
    return MARK


def _is_unspaced(word: str, letters: frozenset[str]) -> bool:
    """Whether a word of a closed class is in a script without spaces: that of `答えは-3です`, not of `型号-3`."""
    return script_of(word[-1]) in ("CJK", "HIRAGANA", "KATAKANA") and folded(word) in letters


def _hyphen(left: str, right: str, spaced: bool, apart: bool, at: int) -> str:
    if left == right == WORD:
        return MARK if spaced or apart else "hyphen"
    if right == VALUE:
        dash = (spaced and apart and left not in (VALUE, "")) or (at == 0 and apart)
        return MARK if dash else VALUE if left == VALUE or spaced or not left or left in (MARK, "$") else "hyphen"
    return MARK if spaced or left != VALUE else "hyphen"


def _neighbour(labels: list[str], at: int, step: int) -> str:
    at += step
    while 0 <= at < len(labels) and labels[at] == "$":
        at += step
    return labels[at] if 0 <= at < len(labels) else ""
