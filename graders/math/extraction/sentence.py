"""One value out of short prose: what a sentence ends in, or the candidates in it, which must all agree."""

from __future__ import annotations

from graders.math.decide.compare import compare, settled
from graders.math.decide.naming import assigned
from graders.math.extraction.doubts import check_prose, is_prose
from graders.math.grammar.parser import parse_tokens
from graders.math.grammar.phrases import named
from graders.math.lexis.names import role
from graders.math.lexis.tokens import Token, Unreadable
from graders.math.lexis.units import is_unit
from graders.math.lexis.words import FILLERS, HEDGES, NEGATIONS, OPENINGS
from graders.math.tree import SCALARS, Tree
from graders.math.verdict import Refused

_PUNCTUATION = frozenset((".", ",", ";", ":", "!", "?", "-", '"', r"\ldots", r"\therefore", r"\\"))
_WORDS = frozenset(("letters", "word"))
_COPULAS = frozenset(("is", "are", "was", "equals", "costs", "cost", "got", "get"))
_BESIDE_WORDS = frozenset(("-", "'", "$", ","))


def read_prose(tokens: list[Token]) -> Tree:
    """The settled tree of the one value in the prose. Raises `Refused` or `Unreadable`."""
    check_prose(tokens)
    tokens = _without_asides(tokens)
    if (conclusion := _conclusion(tokens)) is not None:
        return conclusion
    runs = runs_of(tokens)
    if not runs:
        words = [token[1] for token in tokens if token[0] in _WORDS]
        if not words:
            raise Unreadable("no value and no words")
        return named(" ".join(words))
    return _agreed([settled(parse_tokens(run)) for run in runs])


def read_list(tokens: list[Token]) -> Tree | None:
    """The list that a sentence ends in: `The roots are $2$ and $3$.`; None where it ends in none."""
    check_prose(tokens)
    tree = _concluded(tokens)
    return settled(tree) if tree is not None and tree.head == "list" else None


def _conclusion(tokens: list[Token]) -> Tree | None:
    """The value that a sentence ends in after `is` or its opening words, if it is one formula; else None."""
    tree = _concluded(tokens)
    return None if tree is None or tree.head in ("text", "list") else settled(tree)


def _concluded(tokens: list[Token]) -> Tree | None:
    """The formula that a sentence ends in, as it stands.

    Before it only words may stand: `The cost is 42`, `Finally, x = 42.`, `By the formula, 42`.
    """
    if not tokens or not is_prose(tokens[0]) or role(tokens[0][1]) == "number":
        return None
    end = next((at for at, token in enumerate(tokens) if token[0] not in _WORDS | _BESIDE_WORDS), len(tokens))
    while end < len(tokens) and tokens[end][0] == ":":
        end += 1
    start = 1 + max((at for at in range(min(end, len(tokens) - 1)) if _introduces(tokens, at)), default=-1)
    rest = [token for token in tokens[start:] if token[0] != "$"]
    if not start or not rest or (is_prose(rest[0]) and role(rest[0][1]) != "number"):
        return None
    try:
        return parse_tokens(rest)
    except Unreadable:
        return None


def opens(tokens: list[Token]) -> bool:
    """Whether the text starts with words that open a sentence, up to a comma: `Finally, 42`."""
    if not is_prose(tokens[0]) or role(tokens[0][1]) == "number":
        return False
    comma = next((at for at, token in enumerate(tokens) if token[0] not in _WORDS), 0)
    return comma > 0 and _introduces(tokens, comma)


def _introduces(tokens: list[Token], at: int) -> bool:
    kind, text, _ = tokens[at]
    if kind in _WORDS:
        return text in _COPULAS
    opening = tokens[0][1].lower()
    return kind == "," and (opening in OPENINGS or opening.endswith(("ly", "ing"))) and at + 1 < len(tokens)


def _without_asides(tokens: list[Token]) -> list[Token]:
    """The tokens without words in brackets: `5 (the larger root)`."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if token[0] == ")":
            opening = max((at for at, one in enumerate(kept) if one[0] == "("), default=len(kept))
            inside = kept[opening + 1 : -1]
            words = {one[1].lower() for one in inside}
            if words & (HEDGES | NEGATIONS):
                continue
            if inside and all(one[0] in _WORDS and len(one[1]) > 1 for one in inside):
                del kept[opening:]
    return kept


def runs_of(tokens: list[Token]) -> list[list[Token]]:
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
            if not formula and _ends_sentence(tokens, at):
                runs.append([])
    trimmed = [_trimmed(run) for run in runs]
    return [run for run in trimmed if run]


def _ends_sentence(tokens: list[Token], at: int) -> bool:
    """Whether the point behind a number is a full stop: `It is 7. Then`."""
    kind, text, _ = tokens[at]
    return kind == "num" and text.endswith(".") and at + 1 < len(tokens) and tokens[at + 1][2]


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
    if _is_article(tokens, at):
        return True
    if not is_prose(token):
        return token[0] in (".", "?", '"', r"\therefore") or (token[0] in (",", ":", ";") and not _joins(tokens, at))
    if role(token[1]) == "connective":
        return not _joins(tokens, at)
    return not (is_unit(token[1]) and at > 0 and tokens[at - 1][0] in ("num", "}", r"\frac"))


_AFTER_A_CHOICE = FILLERS | {"and", "or", "because", "since", "but"} - {"have", "get", "must", "will", "would"}


def _joins(tokens: list[Token], at: int) -> bool:
    """Whether formulas stand on both sides of a separator."""
    before = at > 0 and not is_prose(tokens[at - 1])
    after = at + 1 < len(tokens) and (not is_prose(tokens[at + 1]) or role(tokens[at + 1][1]) == "connective")
    return before and after


def _trimmed(run: list[Token]) -> list[Token]:
    start, end = 0, len(run)
    while start < end and (run[start][0] in _PUNCTUATION - {"-"} or role(run[start][1]) == "connective"):
        start += 1
    while end > start and (run[end - 1][0] in _PUNCTUATION - {"!", "-"} or role(run[end - 1][1]) == "connective"):
        end -= 1
    return run[start:end]


def _is_article(tokens: list[Token], at: int) -> bool:
    """Whether a letter alone is the article or the pronoun of the word behind it, and no name or choice."""
    kind, text, _ = tokens[at]
    if kind not in _WORDS or text not in ("a", "A", "I") or at + 1 == len(tokens):
        return False
    following = tokens[at + 1]
    if text == "a":
        return is_prose(following) or following[0] == "num"
    return following[0] in _WORDS and len(following[1]) > 1 and following[1].lower() not in _AFTER_A_CHOICE


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
