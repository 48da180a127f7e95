r"""What stands beside a formula in fixed words or signs, set in the formula's own notation before it is read.

`x = k\pi where k is an integer` becomes `x = k\pi, k \in \mathbb{Z}`; `all real numbers except 3` a difference of sets;
`x|x>1` gets the braces that it lost. The forms are a closed class; any other text comes back as it is.
"""

from __future__ import annotations

import re

_LONGEST = 300
"""Characters of a text with a note."""
_SETS = {"integer": "Z", "natural": "N", "real": "R", "rational": "Q"}
_NOTED = re.compile(r"^\$?\{|in|real|for|if|wh|provided|with|\||mid|∈|\)|\$ ").search
"""Finds what stands in each text with a note."""
_RUNNING = re.compile(r"∈|(?<![A-Za-z])in(?![a-z])|(?<![A-Za-z])for\s|integer|natural|real|rational").search
"""Finds what stands in each text that says what a letter runs over."""
_WRAPPED = re.compile(r"\\(?:text|mathrm|textrm|mbox)\s*\{([A-Za-z ,.]*+)\}")
_SPACES = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|\\[ ,;:]|\\q?quad(?![a-z])|~|\$")
_QUANTIFIER = r"(?:all|any|every|each|some|an|a|arbitrary)\s+"
_RUNS_OVER = re.compile(
    rf"(?:(?:where|with|for)\s+)?(?:{_QUANTIFIER})?\b([a-zA-Z])\s*(?:\\in|∈|in)(?![a-z])\s*(?:\\mathbb\s*)?"
    r"\{?\s*([ZNRQ])\s*\}?"
)
_IS_ANY = re.compile(
    rf"(?:(?:where|with|and)\s+)?\b([a-zA-Z])\s+(?:(?:is|are|be|being)\s+)?(?:{_QUANTIFIER})?"
    r"(integer|natural|real|rational)s?(?:\s+numbers?)?"
)
_FOR_ANY = re.compile(
    rf"(?:where|with|for)\s+(?:{_QUANTIFIER})?(integer|natural|real|rational)s?(?:\s+numbers?)?\s+([a-zA-Z])"
)
_FOR_ALL = re.compile(r"for\s+(?:all|any|every|each)\s+([a-zA-Z])")
_BOUNDS = re.compile(r"[<>≤≥≠]|\\(?:[lg]e|ne|in)q?(?![a-z])")
_EXCEPTION = re.compile(
    r"(?:(?:the set of|x is|x can be|x may be)\s+)?(?:(?:all|any|every|each|the)\s+)?reals?\s*(?:numbers?|values?)?\s*"
    r"(?:of\s+)?(?:x\s*)?,?\s*(?:except|excluding|other than|but|besides|apart from)\s*"
    r"(?:for\s+)?(?:when\s+)?(?:x\s*=\s*)?",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(?<![A-Za-z\\])(?:for|when|whenever|if|where|provided|with)(?: that)?(?![A-Za-z])")
_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|(?<=\d)[A-Za-z](?![A-Za-z])")
_MARKED = re.compile(r"\\(?:vec|hat|bold|mathbf|bm|pmb|overrightarrow)").search
"""Finds the mark of a vector."""
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb)\s*+(?:\{\s*+([A-Za-z]|[A-Z]{2})\s*+\}|([A-Za-z])(?![A-Za-z]))")
_VECTOR = re.compile(r"\\(?:vec|bold|overrightarrow|hat\s*+\{?\s*+\\?[ijk])(?![A-Za-z]{2})")
_CROSS = re.compile(r"\\times(?![A-Za-z])|×")
_INNER = re.compile(r"\\cdot(?![A-Za-z])|·|⋅")
_DERIVED = re.compile(r"\\nabla\s*+\\(?:times|cdot)(?![A-Za-z])")
"""A curl or a divergence."""
_TRANSPOSED = re.compile(
    r"\^\s*+(?:\{\s*+)?(?:\\(?:top|intercal)(?![A-Za-z])|\\math(?:sf|rm)\s*+\{?\s*+T\s*+\}?|T(?=[A-Z(]))(?:\s*+\})?"
)
_COMMUTATOR = re.compile(r"(?<![A-Z])([A-Z])([A-Z])\s*+[-+]\s*+\2\1(?![A-Z])")
"""Two products of matrices, each the other's other way round: segments have one name."""
_MATRIX_POWER = re.compile(r"[A-Z)]\}?\s*+\^\s*+(?:\{\s*+(?:-\s*+1|T)\s*+\}|T)")
_SYSTEM = re.compile(
    r"(?:\\left\s?)?\\\{\s?\\begin\{(array|aligned|matrix|gathered)\}(?:\{[lcr| ]*+\})?((?:(?!\\(?:begin|end)\{).)*+)"
    r"\\end\{\1\}(?:\s?\\right\s?\.)?",
    re.DOTALL,
)
"""Equations under one brace."""
_TWO_FORMULAS = 3
"""Dollars of which more stand around two formulas."""
_BETWEEN_FORMULAS = re.compile(r"(?<=[\w})\]])\$\s++\$(?=\s*+(?:\d|[a-zA-Z]\s*+(?:[=<>]|\\[lgn]e)))")
_CONNECTIVE = re.compile(r"\s*(?:,\s*)?\b(?:and|or)\b\s*")
_WORD = re.compile(r"(?<!\\)\b[A-Za-z]{3,}")
_SET_BUILDER = re.compile(r"([^|:]*?)\s*(?:\\mid(?![a-z])|\||:)\s*(?=[^:]*(?:<|>|=|\\le|\\ge|\\ne|\\in|≤|≥|≠|∈))")
_ONE_NAME = re.compile(r"([a-zA-Z])(?:\s*\\in\s.*)?")
_IN_SET = re.compile(r"\s*(?:\\in|∈|\bin)(?![a-z])\s*(?:\\mathbb\s*)?\{?\s*([ZNRQC])(?![A-Za-z])\s*\}?\s*")


def in_notation(text: str) -> str:
    """The text with its note in notation; the same text where it has none."""
    text = (
        _SYSTEM.sub(lambda found: rf"\begin{{cases}}{found[2].replace('&', ' ')}\end{{cases}}", text)
        if r"\{" in text and r"\begin" in text
        else text
    )
    text = _with_vectors(text) if "\\" in text or "^T" in text else text
    if len(text) > _LONGEST or _NOTED(text) is None:
        return text
    text = _BETWEEN_FORMULAS.sub("$, $", text) if text.count("$") > _TWO_FORMULAS else text
    return _braced(text) or _family(text) or _exception(text) or _with_domain(text) or _with_condition(text) or text


def multiplies_in_order(text: str) -> bool:
    """Whether a text may hold products that don't commute: of marked letters, of capitals with powers of matrices."""
    if _MARKED(text) is not None or ("^" in text and _MATRIX_POWER.search(text) is not None):
        return True
    return text.rstrip("$ ")[-1:].isupper() and _COMMUTATOR.search(text) is not None


def _with_vectors(text: str) -> str:
    """The text with bold letters marked as such and the signs between vectors kept apart, where it has several."""
    text = _TRANSPOSED.sub("^{T}", text) if "^" in text else text
    if "nabla" in text:
        text = _DERIVED.sub(lambda found: rf"\nabla\{'cross' if 'times' in found[0] else 'inner'} ", text)
    if _MARKED(text) is None:
        return text
    marked = _BOLD.sub(lambda found: "".join(rf"\bold{{{letter}}}" for letter in found[1] or found[2]), text)
    if len(_VECTOR.findall(marked)) < 2:
        return text
    return _CROSS.sub(r"\\cross ", _INNER.sub(r"\\inner ", marked))


def without_domain(text: str) -> str:
    """What a formula says without the bracket behind it that bounds a letter: `a^x (a>0)`; empty for any other text."""
    return _parted(text)[0] if text.rstrip("$. ").endswith(")") and len(text) <= _LONGEST else ""


def _plain(text: str) -> str:
    """The text with its words outside of commands, and nothing that only places things."""
    return " ".join(_SPACES.sub(" ", _WRAPPED.sub(r" \1 ", text)).split()).rstrip(". ")


def _family(text: str) -> str:
    """A formula with what a letter of it runs over."""
    if _RUNNING(text) is None:
        return ""
    plain = _plain(text)
    closed = plain[-1:] == ")"
    inside = plain[:-1].rstrip() if closed else plain
    for pattern, letter, over in ((_RUNS_OVER, 1, 2), (_IS_ANY, 1, 2), (_FOR_ANY, 2, 1), (_FOR_ALL, 1, 0)):
        for found in pattern.finditer(inside):
            if found.end() < len(inside):
                continue
            body = inside[: found.start()].rstrip(" ,;")
            if closed and body[-1:] != "(":
                return ""
            body = body.rstrip(" ,;(")
            name = found[letter]
            if not re.search(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])|(?<=\d){name}", body) or body.startswith(r"\{"):
                return ""
            return body if not over else rf"{body}, {name} \in \mathbb{{{_SETS.get(found[over], found[over])}}}"
    return ""


def _exception(text: str) -> str:
    if "real" not in text.casefold():
        return ""
    plain = _plain(text)
    found = _EXCEPTION.match(plain)
    if found is None:
        return ""
    members = _CONNECTIVE.sub(", ", plain[found.end() :]).strip()
    return "" if not members or _WORD.search(members) else rf"\mathbb{{R}} \setminus \{{{members}\}}"


def _braced(text: str) -> str:
    r"""A set-builder that lost its braces, or the backslashes before them."""
    if "|" not in text and ":" not in text and "mid" not in text:
        return ""
    plain = text.strip("$ ")
    braced = plain[:1] == "{" and plain[-1:] == "}"
    inside = _IN_SET.sub(r" \\in \\mathbb{\1} ", plain[1:-1] if braced else plain).strip()
    found = _SET_BUILDER.match(inside)
    if found is None or (":" in found[0] and not braced) or _WORD.search(inside):
        return ""
    subject, rest = found[1], inside[found.end() :]
    name = _ONE_NAME.fullmatch(subject)
    named = name and re.search(rf"(?<![A-Za-z\\]){name[1]}(?![A-Za-z])", rest)
    return rf"\{{{subject} \mid {rest}\}}" if named or (braced and subject and not name) else ""


def _with_condition(text: str) -> str:
    r"""A formula and the bound of one of its letters, which a word joins: `y = x^2 \text{ for } x < 0`."""
    if _BOUNDS.search(text) is None or _CONDITION.search(text) is None:
        return ""
    body, *behind = _CONDITION.split(_plain(text), maxsplit=2)
    condition = behind[0] if len(behind) == 1 else ""
    if not condition or not _BOUNDS.search(condition) or _BOUNDS.search(body) or _WORD.search(body + condition):
        return ""
    bounded = set(_LETTER.findall(condition)) & set(_LETTER.findall(body.rpartition("=")[2]))  # no value's own name
    return f"{body.rstrip(' ,')}, {condition.strip()}" if bounded else ""


def _with_domain(text: str) -> str:
    body, domain = _parted(text)
    return f"{body}, {domain}" if body else ""


def _parted(text: str) -> tuple[str, str]:
    if "=" not in text or not text.rstrip("$. ").endswith(")"):
        return "", ""
    plain = _plain(text)
    body, _, domain = plain.rpartition("(")
    noted = plain[-1:] == ")" and body[-1:] in (" ", ",") and "=" in body
    if not noted or not _BOUNDS.search(domain) or _WORD.search(domain):
        return "", ""
    return body.rstrip(" ,"), domain[:-1]
