"""What an answer says: the one value it gives, read as a formula or out of short prose.

A whole text that reads as one formula is that formula. Otherwise the text is prose, and each formula, number
and box in it is a candidate: they must all be the same value. Prose that negates, or that looks like program
code, says nothing.
"""

from __future__ import annotations

from itertools import pairwise

from .compare import compare
from .forms import SCALARS, assigned, settled
from .limits import MAX_LINES, MAX_PROSE_WORDS
from .names import role
from .parser import parse_tokens
from .phrases import named
from .plain import plain
from .tokens import Token, Unreadable, tokenize
from .tree import Tree
from .units import is_unit
from .verdict import Refused
from .words import ARITHMETIC, FILLERS, NEGATIONS, PLACEHOLDERS

_PUNCTUATION = frozenset((".", ",", ";", ":", "!", "?", "-", '"', r"\ldots", r"\therefore", r"\\"))
_WORDS = frozenset(("letters", "word"))
_PROSE_ROLES = frozenset(("word", "unit", "number", "connective"))
_OPERATORS = frozenset(("+", "-", "*", "/", "^", "=", "<", ">", "<=", ">=", ",", "_", "!"))
_OPENINGS = FILLERS - {"a", "i"}
_NOUNS = _PROSE_ROLES - {"connective"}
_CHOICES = "ABCDEFGHIJ"


def read_answer(text: str) -> Tree:
    """The settled tree of the one value in an answer. Raises `Refused`, `Unreadable` or `OverLimit`."""
    simple = plain(text)
    if simple is not None:
        return simple
    tokens = tokenize(text)
    if not tokens:
        raise Refused("empty_answer", "nothing to read")
    formula = [token for token in tokens if token[0] != "$"]
    if "\n" in text and (lines := _lines(text)) is not None:
        return settled(lines)
    if _introduced(formula):
        return _after_introduction(tokens, formula)
    tree = None if _speaks_of_formulas(tokens, formula) else _parsed(formula)
    return settled(tree) if tree is not None else _prose(tokens)


def _lines(text: str) -> Tree | None:
    """One formula a line as a list, if each line is one."""
    parts = [part for part in text.splitlines() if part.strip(" $")]
    if not 1 < len(parts) <= MAX_LINES:
        return None
    try:
        trees = [_parsed([token for token in tokenize(part) if token[0] != "$"]) for part in parts]
    except Unreadable:
        return None
    formulas = tuple(tree for tree in trees if tree is not None and tree.head != "text")
    return Tree("list", formulas, "and") if len(formulas) == len(parts) else None


def _speaks_of_formulas(tokens: list[Token], formula: list[Token]) -> bool:
    """Whether a sentence with formulas in dollars begins here."""
    return len(formula) < len(tokens) and bool(formula) and _is_word(formula[0]) and tokens[0][0] != "$"


def _is_word(token: Token) -> bool:
    return token[0] == "letters" and role(token[1]) == "word"


def _introduced(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0][0] in _WORDS and tokens[0][1].lower() in _OPENINGS


def _after_introduction(tokens: list[Token], formula: list[Token]) -> Tree:
    """What follows `The answer is`, if that is one formula; else the text as it stands."""
    start = 0
    while start < len(formula) and (_introduced(formula[start:]) or formula[start][0] in (":", ",")):
        start += 1
    whole = _parsed(formula)
    if whole is not None and (whole.head == "special" or start == len(formula)):
        return settled(whole)
    rest = None if _speaks_of_formulas(tokens, formula[start:]) else _parsed(formula[start:])
    return settled(rest) if rest is not None else _prose(tokens)


def _parsed(tokens: list[Token]) -> Tree | None:
    try:
        return parse_tokens(list(tokens))
    except Unreadable:
        return None


def read_reference(text: str) -> Tree:
    """The settled tree of a reference: a formula, or else its words. Raises like `read_answer`."""
    if text.strip().casefold() in PLACEHOLDERS or not text.strip():
        raise Refused("bad_reference", "empty" if not text.strip() else "a placeholder")
    simple = plain(text)
    if simple is not None:
        return simple
    tokens = [token for token in tokenize(text) if token[0] != "$"]
    tree = _parsed(tokens)
    return settled(tree) if tree is not None else _words_alone(tokens)


def _words_alone(tokens: list[Token]) -> Tree:
    """Words, and numbers that stand apart from them (`October 30`), as one text."""
    known = all(token[0] in _WORDS or token[0] in ("num", *_PUNCTUATION) for token in tokens)
    glued = any(
        after[0] in ("num", *_WORDS) and not after[2] and token[0] != after[0] for token, after in pairwise(tokens)
    )
    if not known or glued or not any(token[0] in _WORDS and role(token[1]) in _NOUNS for token in tokens):
        raise Unreadable("neither a formula nor words")
    return Tree("text", (), " ".join(token[1] for token in tokens if token[0] in (*_WORDS, "num")).casefold())


# -- choices and texts ---------------------------------------------------------------------------------------


def choice_of(reference: Tree) -> str:
    """The letter of a reference that is one capital letter A to J, else nothing."""
    return str(reference.leaf) if reference.head == "sym" and str(reference.leaf) in tuple(_CHOICES) else ""


def read_choice(text: str) -> str:
    """The one letter that an answer to a multiple-choice question names, in upper case; else nothing.

    >>> read_choice("(b) 12"), read_choice("Option C"), read_choice("A or B")
    ('B', 'C', '')
    """
    tokens = [token for token in tokenize(text) if token[0] not in ("$", r"\boxed", "{", "}")]
    while tokens and (tokens[0][1].lower() in FILLERS - {"a", "i"} or tokens[0][0] == ":"):
        tokens.pop(0)
    letters = [at for at, token in enumerate(tokens) if _is_choice(tokens, at)]
    if not letters or letters[0] > 1 or len({tokens[at][1].upper() for at in letters}) != 1:
        return ""
    at = letters[0]
    if at == 1 and tokens[0][0] != "(":
        return ""
    if not _ends_choice(tokens[at + 1 :]):
        return ""
    negated = any(token[0] in _WORDS and token[1].lower() in NEGATIONS for token in tokens)
    return "" if negated else tokens[at][1].upper()


def _ends_choice(rest: list[Token]) -> bool:
    """Whether a letter followed by these tokens stands alone: `)`, a full stop, or those and an explanation."""
    marks = 0
    while marks < len(rest) and rest[marks][0] in (")", ".", ":"):
        marks += 1
    return marks == len(rest) or (marks > 0 and rest[marks][2] and rest[marks][0] not in _OPERATORS)


def _is_choice(tokens: list[Token], at: int) -> bool:
    kind, text, _ = tokens[at]
    if kind not in _WORDS or len(text) != 1 or text.upper() not in _CHOICES:
        return False
    bracketed = 0 < at < len(tokens) - 1 and tokens[at - 1][0] == "(" and tokens[at + 1][0] == ")"
    return at == 0 or bracketed or (text.isupper() and tokens[at - 1][0] not in _WORDS | {"num"})


def plain_words(text: str) -> str:
    """A text answer without the words that introduce it: `The answer is Monday.` -> `monday`."""
    words = [token[1].casefold() for token in tokenize(text) if token[0] in (*_WORDS, "num")]
    while len(words) > 1 and words[0] in FILLERS:
        words.pop(0)
    return " ".join(words)


# -- prose ---------------------------------------------------------------------------------------------------


def _prose(tokens: list[Token]) -> Tree:
    _check_prose(tokens)
    tokens = _without_asides(tokens)
    runs = _runs(tokens)
    if not runs:
        words = [token[1] for token in tokens if token[0] in _WORDS]
        if not words:
            raise Unreadable("no value and no words")
        return named(" ".join(words))
    return _agreed([settled(parse_tokens(run)) for run in runs])


def _without_asides(tokens: list[Token]) -> list[Token]:
    """The tokens without words in brackets: `5 (the larger root)`."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if token[0] == ")":
            opening = max((at for at, one in enumerate(kept) if one[0] == "("), default=len(kept))
            inside = kept[opening + 1 : -1]
            if inside and all(one[0] in _WORDS and len(one[1]) > 1 for one in inside):
                del kept[opening:]
    return kept


def _check_prose(tokens: list[Token]) -> None:
    words = [token[1].lower() for token in tokens if _is_prose(token)]
    if NEGATIONS & set(words):
        raise Refused("mismatch", "a negation")
    if len(words) > MAX_PROSE_WORDS:
        raise Refused("unreadable", f"more than {MAX_PROSE_WORDS} words around a value")
    for token, following in pairwise(tokens):
        if "num" in (token[0], following[0]) and (_computes(token) or _computes(following)):
            raise Unreadable("a word that changes the number beside it")
        code = _is_prose(token) and following[0] in ("(", "[", "_") and not following[2]
        if code or (token[0] == ";" and _is_prose(following) and not following[2]):
            raise Unreadable("this looks like program code")


def _computes(token: Token) -> bool:
    return token[0] in _WORDS and (token[1].lower() in ARITHMETIC or role(token[1]) == "number")


def _is_prose(token: Token) -> bool:
    return token[0] in _WORDS and role(token[1]) in _PROSE_ROLES


def _runs(tokens: list[Token]) -> list[list[Token]]:
    """The formulas in the prose: runs of tokens between words, dollars and boxes."""
    runs: list[list[Token]] = [[]]
    box = 0  # how deep inside a box
    paired = sum(token[0] == "$" for token in tokens) % 2 == 0
    formula = False
    for at, token in enumerate(tokens):
        if token[0] == "$":
            formula = paired and not formula
            runs.append([])
        elif token[0] == r"\boxed":
            runs.append([])
            box = 1
        elif box and token[0] in ("{", "}"):
            box = _in_box(runs, token, box)
        elif not box and not formula and _divides(tokens, at):
            runs.append([])
        else:
            runs[-1].append(token)
    trimmed = [_trimmed(run) for run in runs]
    return [run for run in trimmed if run and not _is_article(run)]


def _in_box(runs: list[list[Token]], token: Token, box: int) -> int:
    depth = box + (1 if token[0] == "{" else -1)
    if depth == 1:  # the box ends
        runs.append([])
        return 0
    if depth > 2 or token[0] == "}":
        runs[-1].append(token)
    return depth


def _divides(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if not _is_prose(token):
        return token[0] in (".", "?", '"', r"\therefore") or (token[0] in (",", ":", ";") and not _joins(tokens, at))
    if role(token[1]) == "connective":
        return not _joins(tokens, at)
    return not (is_unit(token[1]) and at > 0 and tokens[at - 1][0] in ("num", "}", r"\frac"))


def _joins(tokens: list[Token], at: int) -> bool:
    """Whether formulas stand on both sides of a separator."""
    before = at > 0 and not _is_prose(tokens[at - 1])
    after = at + 1 < len(tokens) and (not _is_prose(tokens[at + 1]) or role(tokens[at + 1][1]) == "connective")
    return before and after


def _trimmed(run: list[Token]) -> list[Token]:
    start, end = 0, len(run)
    while start < end and (run[start][0] in _PUNCTUATION - {"-"} or role(run[start][1]) == "connective"):
        start += 1
    while end > start and (run[end - 1][0] in _PUNCTUATION - {"!", "-"} or role(run[end - 1][1]) == "connective"):
        end -= 1
    return run[start:end]


def _is_article(run: list[Token]) -> bool:
    return len(run) == 1 and run[0][0] in _WORDS and run[0][1] in ("a", "A", "I")


def _agreed(found: list[Tree]) -> Tree:
    """The one value among the candidates; statements that give no value are its context."""
    values = [tree for tree in found if not _is_context(tree)] or found
    if len(values) > 1:
        values = [tree for tree in values if tree.head != "sym"] or values
    first = values[0]
    for other in values[1:]:
        if other != first and compare(first, other).equal is not True:
            raise Refused("several_values", "the answer gives different values")
    plain = [tree for tree in values if tree.head in SCALARS]
    return plain[0] if plain else first


def _is_context(tree: Tree) -> bool:
    return tree.head == "rel" and assigned(tree) is None
