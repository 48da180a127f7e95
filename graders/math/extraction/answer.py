r"""What an answer says: the one value it gives, read as a formula or out of prose.

A text without words is one formula. In a text with words the prose is read first: which words are operators, and what
each governs. Then its values are parsed; they must all be the same. What looks like program code says nothing.
"""

from __future__ import annotations

import re

from graders.math.decide.compare import settled
from graders.math.extraction.doubts import is_code, is_struck, looks_like_code
from graders.math.extraction.formulas import Formulas
from graders.math.extraction.sentence import concluded, read_prose, read_statement, worded
from graders.math.grammar.phrases import named
from graders.math.lexis.cleaned import Unreadable, is_hidden
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token, tokenize
from graders.math.lexis.words import ORDINAL_ENDINGS
from graders.math.lexis.wrappers import bare
from graders.math.limits import MAX_LINES, MAX_PROSE_WORDS
from graders.math.prose.pieces import Piece
from graders.math.prose.statement import introduced, state
from graders.math.prose.value_rules import BLURS, is_blurred
from graders.math.tree import Tree
from graders.math.verdict import Refused

_TAGS = re.compile(r"</?(?:b|i|u|em|strong|mark|p|span|div|br|center|code)\s*/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w\\}])__?([^_\s{}\\]+)__?(?![\w{])")
"""Emphasis that says nothing: tags of HTML and underscores of markdown around a word."""
_STARRED = re.compile(r"(?:(?<=[^\W\d_]{3} )|^)\*([^\s*](?:[^*\n]{0,80}[^\s*])?)\*(?=[.,;:!?]?(?: [^\W\d_]{2}|$))")
"""Emphasis by single stars, which words stand around: `sold *105* umbrellas`; `2 *3* 4` is a product."""
_BULLET = re.compile(r"^\* (?=\*\*[^*]++\*\*|[A-Za-z][^*]*+$|[\d.,$]++ [A-Za-z]{3})")
_BOLD_BULLET = re.compile(r"^- \*\*([^*]++)\*\*$")
_TABLE = re.compile(r"\|([^|\n?]++)\|\s*+\|\s*+:?-++:?\s*+\|\s*+\|([^|\n]++)\|")
"""A table of one column and one row."""
_NEXT_LINE = re.compile(r"(?<=[\d)}$\]])[ \t]*+\n\s*+(?=[A-Z][a-z]++ [a-z])")
"""The end of a line behind a value, where a sentence begins the next: it ends a sentence too."""
_QUOTES = {'"': '"', "\u201c": "\u201d", "\u00ab": "\u00bb", "\u201e": "\u201c"}
_POINTED = re.compile(
    r"^((?:[^\W\d_]{2,} ?){1,4}) ?(?:→|->|\$?\\(?:to|rightarrow)\$?(?![A-Za-z])) ?(?=\*\*|\(?[A-J]\b|[\d$\\-])"
)
"""An arrow behind words: `Correct option → B`."""
_SEGMENT = 2
"""Letters of a product or a segment that may have a sign."""
_SPELT = 3
"""Tokens of `N/A`."""
_WORDLESS = WORD_KINDS | {".", ",", ":", "'", '"', "!", "-"}


def read_answer(text: str, formulas: Formulas) -> Tree:
    """The settled tree of the one value in an answer. Raises `Refused`, `Unreadable` or `OverLimit`."""
    if looks_like_code(text):
        raise Unreadable("this looks like program code")
    text = _without_markup(text)
    tokens = tokenize(bare(text))
    kinds = {token[0] for token in tokens}
    formula = _without_dollars(tokens) if "$" in kinds else tokens
    if not formula:
        raise Refused("empty_answer", "nothing to read")
    if formula[0][1] == "A" and formula[1:2] == [(":", ":", False)] and _is_said(formula[2:]):
        tokens = formula = formula[2:]  # question and answer: `A: 42`
    _check_text(text, formula, kinds)
    if "\n" in text and (lines := _lines(text, formulas)) is not None:
        return settled(lines)
    if len(formula) > 1 and formula[-1][0] == "!" and formula[-2][0] in WORD_KINDS and _ends_in_word(formula[-2][1]):
        formula = formula[:-1]  # `Forty-five!` is no factorial
    if "$" in kinds and (said := introduced(tokens)) is not None:
        return read_statement(said, formula, formulas)
    if pieces := worded(tokens, kinds):
        return _with_words(tokens, formula, pieces, formulas)
    if text.endswith("...") and [token[0] for token in formula[-2:]] == [".", "."]:  # 0.333... is one token and a point
        raise Unreadable("it goes on")
    tree = formulas.tried(formula)
    if tree is None and not _is_parted(tokens):
        return settled(formulas.parsed(formula))
    return settled(concluded(tree)) if tree is not None else read_prose(tokens, formulas)


def _is_said(rest: list[Token]) -> bool:
    """Whether something stands behind `A:` that is no choice itself: `A: B`."""
    return len(rest) > 1 or any(token[0] not in WORD_KINDS for token in rest)


def _without_markup(text: str) -> str:
    """The text without tags of HTML, emphasis and lines that only part it."""
    if "<" in text or "_" in text:
        text = _EMPHASIS.sub(r"\1", _TAGS.sub("", text))
    if " *" in text or text[:1] == "*":
        text = _STARRED.sub(r"\1", _BULLET.sub("", text))
    if " **" in text and text[:1] == "-":
        text = _BOLD_BULLET.sub(r"\1", text)
    if text[:1] in _QUOTES and text[-1:] == _QUOTES[text[:1]] and text[1:-1].replace(".", "", 1).isdecimal():
        text = text[1:-1]
    if "→" in text or "\\to" in text or "->" in text or "rightarrow" in text:
        text = _POINTED.sub(r"\1: ", text)
    if "|" in text and (cell := _TABLE.fullmatch(text.strip())) is not None:
        return f"{cell[1].strip()}: {cell[2].strip()}"
    if "\n" in text:
        text = _NEXT_LINE.sub(". ", text)
    if "---" in text:
        text = "\n".join(line for line in text.splitlines() if line.strip("-=* "))
    return text


def _with_words(tokens: list[Token], formula: list[Token], pieces: list[Piece], formulas: Formulas) -> Tree:
    """What a text with words says: a named object, a formula that its words belong to, or a value in prose."""
    if sum(token[0] in WORD_KINDS for token in tokens) > MAX_PROSE_WORDS:
        raise Refused("unreadable", f"more than {MAX_PROSE_WORDS} words around a value")
    if is_code(tokens):
        raise Unreadable("this looks like program code")
    if _is_measured(formula) and (measured := formulas.tried(formula)) is not None:
        return settled(measured)
    words = named(" ".join(token[1] for token in formula if token[0] in WORD_KINDS))
    if words.head == "special" and all(token[0] in _WORDLESS for token in formula):
        return settled(words)
    stated = state(tokens, pieces=pieces)
    tree = formulas.tried(stated.whole) if stated.whole else None
    return settled(tree) if tree is not None else read_statement(stated, formula, formulas)


def _is_measured(formula: list[Token]) -> bool:
    r"""Whether a value is followed by units alone, one of them with a power: `6\pi \text{ cm}^2`."""
    words = [at for at, token in enumerate(formula) if token[0] in WORD_KINDS]
    if formula[0][0] in WORD_KINDS or any(role(formula[at][1]) not in ("unit", "letter") for at in words):
        return False
    return any(at + 1 < len(formula) and formula[at + 1][0] == "^" for at in words)


def _is_parted(tokens: list[Token]) -> bool:
    """Whether formulas without words are set apart: by dollars, boxes, colons or full stops."""
    if {tokens[0][0], tokens[-1][0]} & {"'", "-", "=", "+"}:
        return False
    return any(token[0] in ("$", r"\boxed", ".", ":") or token[1][-1:] == "." for token in tokens)


def _is_no_ordinal(formula: list[Token]) -> bool:
    r"""Whether the ending of an ordinal is not that of its number: `483nd`, `147^{\text{st}}`."""
    for at, ending in enumerate(formula):
        if ending[1] in ORDINAL_ENDINGS and not ending[2]:
            before = [token for token in formula[:at] if token[0] not in ("^", "{")][-1:]
            if before and before[0][0] == "num" and before[0][1].isdecimal():
                number = before[0][1]
                last = 0 if number[-2:-1] == "1" else int(number[-1])
                return ending[1] != {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return False


def _check_text(text: str, formula: list[Token], kinds: set[str]) -> None:
    if kinds & WORD_KINDS and _is_no_ordinal(formula):
        raise Unreadable("an ending that is not that of the ordinal")
    if len(formula) > _SPELT and [token[1] for token in formula[-_SPELT:]] == ["N", "/", "A"]:  # no newtons per ampere
        raise Unreadable("not applicable")
    if is_hidden(text):
        raise Unreadable("white text")
    if "~~" in text and is_struck(text):
        raise Unreadable("struck-through text")
    if kinds & BLURS and is_blurred(formula):
        raise Unreadable("approximation: a sign before the value")
    if formula[0][0] in ("-", "!"):
        inside = next((token for token in formula[1:] if token[0] not in ("(", "[", "{")), formula[0])
        if inside[0] in WORD_KINDS and _is_word(inside):
            raise Unreadable("a sign before words")
    if formula[-1][0] == "?" or formula[0][0] == "?":
        raise Unreadable("a question")


def _ends_in_word(text: str) -> bool:
    return len(text) > 1 and role(text) in ("word", "number", "unit")


def _is_word(token: Token) -> bool:
    part = role(token[1])
    return part == "word" or (part in ("points", "product") and len(token[1]) > _SEGMENT)


def _lines(text: str, formulas: Formulas) -> Tree | None:
    """One formula a line as a list, if each line is one."""
    parts = [part for part in text.splitlines() if part.strip().strip("$ ")]
    if not 1 < len(parts) <= MAX_LINES:
        return None
    try:
        trees = [formulas.tried(_without_dollars(tokenize(part))) for part in parts]
    except Unreadable:
        return None
    found = tuple(tree for tree in trees if tree is not None and tree.head != "text")
    return Tree("list", found, "and") if len(found) == len(parts) else None


def _without_dollars(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token[0] != "$"]
