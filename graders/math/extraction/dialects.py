r"""Spellings of data sets and other countries, set in the usual one before anything is read.

Commands that a program's escapes broke (`\frac` with a form feed); Chinese connectives, labels and circled numbers;
`if` before the condition of a piece; a unit in brackets. Each is told from the text alone.
"""

from __future__ import annotations

import re
from html import unescape

from graders.math.lexis.units import MEASURES, is_unit
from graders.math.lexis.words import is_scale_word
from graders.math.prose.lexicon.recognition import scored

_ESCAPES = {"\x0c": "f", "\x08": "b", "\t": "t", "\r": "r", "\x07": "a", "\x0b": "v"}
"""The control characters that `\f`, `\b` and so on become, and the letter behind the backslash that each swallowed."""
_BROKEN = re.compile(
    r"[\x0c\x08\x07\x0b](?=[A-Za-z])"
    r"|\t(?=(?:ext(?:bf|it|rm)?|frac|imes|heta|an|anh|au|o|op|riangle|ilde)(?![A-Za-z]))"
    r"|\r(?=(?:ight|angle|ceil|floor|ho|m)(?![A-Za-z]))"
    r"|\n(?=(?:eq|otin|abla|mid)(?![A-Za-z]))"
)
_LABEL = re.compile(
    r"\s*【答案】\s*"
    r"|\s*(?:[∴故因此所以则]*\s*)(?:(?:本题|正确|最终|最后)?(?:的)?答案(?:是|为)?|答|解)\s*[:：]\s*|\s*(?:故|所以)?(?:本题)?答案(?:是|为)\s*"
)
_FULL_WIDTH = str.maketrans(
    dict(zip("（），；＝％＋－＜＞［］｛｝", "(),;=%+-<>[]{}", strict=True)) | {"．": ". ", "：": ": "}
)
_OUTSIDE = r"[^\u3040-\u30ff\u3400-\u9fff\s]"
"""What is no Chinese or Japanese character: a piece of a formula."""
_OR = re.compile(rf"(?<={_OUTSIDE})(\s*)(?:或者|或)(\s*)(?={_OUTSIDE})")
_AND = re.compile(rf"(?<={_OUTSIDE})(\s*)(?:以及|并且|和|与|及|且)(\s*)(?={_OUTSIDE})")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_COMMAND_CIRCLED = re.compile(r"\\(?:text)?circled\s*+\{?\s*+(\d{1,2})\s*+\}?")
_BETWEEN_CIRCLED = re.compile(
    rf"(?<=[{_CIRCLED}])\s*+(?:[、,，和与及]|\\text\{{\s*+[、和]\s*+\}})?\s*+(?=[{_CIRCLED}])"
)
_PIECE = re.compile(r"&\s*+\\(?:text|mathrm|textrm|mbox)\s*+\{\s*+(?:if|when|for|where)\s*+\}")
_OTHERWISE = re.compile(r"&\s*+\\(?:text|mathrm|textrm|mbox)\s*+\{\s*+(?:otherwise|else)\s*+\.?\s*+\}")
_MINUTES = re.compile(
    r"(?<!\d)(\d++)\s*+(?:\^\s*+\{?\s*+\\circ\s*+\}?|°)\s*+(?:\\[,; ])?\s*+(\d{1,2})\s*+"
    r"(?:'(?!')|\^\s*+\{?\s*+\\prime\s*+\}?(?!\s*+\^)|′)"
    r"\s*+(?:(\d{1,2}(?:\.\d++)?)\s*+(?:''|\"|″|\^\s*+\{\s*+\\prime\s*+\\prime\s*+\}))?"
)
_MASS = re.compile(r"(?<=[\d}])(?:\s|~|\\[,;: ])*+\{\s*+\}\s*+(?=\^)")
_MEASURE = re.compile(
    rf"(?<=[\d}})\]i])\s*({'|'.join(sorted(MEASURES, key=len, reverse=True))})"
    rf"(?:(?:/|每)({'|'.join(sorted(MEASURES, key=len, reverse=True))}))?(?![\u3400-\u9fff])"
)
_MINUTES_OF_HOUR = re.compile(r"(?<=\d)分(?=\d+秒)|(?<=时\d)分(?!钟)|(?<=时\d\d)分(?!钟)")
_EASTERN = re.compile("[①-⑳\u3000-\u9fff\uff00-\uffef]").search
"""Finds what stands in each text with a spelling of China or Japan."""
_IDEOGRAPH = re.compile("[\u3400-\u9fff]")
_POWER_OF_UNIT = re.compile(r"(?<=\d)(\s*)(cm|mm|km|dm|ft|(?<=\s)m|(?<=\.\d)m|(?<=\s)in)([23])(?![\w^])")
_ANGSTROM = re.compile(
    r"\\AA(?![A-Za-z])|\\mathring\s*+\{?+\s*+(?:\\(?:mathrm|text)\s*+\{\s*+A\s*+\}|A)\s*+\}?+|(?<![^\W\d_])Å(?![^\W\d_])"
)
_GLUED = re.compile(r"(\d{2,}|\d*\.\d+)([mgshNJWVL](?:/[a-z]{1,3}(?:\^?\{?\d\}?)?)?)")
_COUNTED = re.compile(r"(\d[\d.,]*+)\s++([^\W\d_]{3,40})\.?")
_BRACKETED_UNIT = re.compile(r"([-+]?\$?\s*\d[\d.,/]*)\s*+\(([A-Za-z][A-Za-z /^0-9]*)\)")


_LOGIC = re.compile(
    r"(?:[\s()~!¬∨∧→⇒↔⇔$]|\|\||&&|<?[-=]>|\\(?:neg|lnot|lor|land|vee|wedge|to|(?:long)?rightarrow|Rightarrow|implies|iff|sim)"
    r"(?![A-Za-z])|(?<![A-Za-z])[A-Za-z](?![A-Za-z]))++"
)
"""Statements named by letters and the connectives between them."""
_CONNECTS = re.compile(
    r"[∨∧→⇒↔⇔]|\|\||&&|[-=]>|\\(?:l?or|land|vee|wedge|to|(?:long)?rightarrow|Rightarrow|implies|iff)"
)
_HAS_LOGIC = frozenset("|&~!")
_DENIES = re.compile(r"(?:~|!|\\sim(?![A-Za-z]))(?=\s*[A-Za-z(~!])")


def in_usual_spelling(text: str) -> str:
    """The text in the spelling that is read; the same text where nothing of this stands in it."""
    if text.isascii() and (text.isdigit() or text.isalpha()):
        return text
    if "&" in text and ";" in text:
        text = unescape(text)
    if not text.isprintable():
        text = _BROKEN.sub(lambda found: "\\" + _ESCAPES.get(found[0], "n"), text)
    if r"\begin" in text or "circled" in text:
        text = _COMMAND_CIRCLED.sub(_circled, _OTHERWISE.sub(r"&\\operatorname{otherwise}", _PIECE.sub("&", text)))
    if not text.isascii() and _EASTERN(text) is not None:
        text = _from_chinese(text)
    if not _HAS_LOGIC.isdisjoint(text) and _LOGIC.fullmatch(text):
        text = _logical(text)
    text = _with_units_spelt(text)
    if text.rstrip("$*}. ")[-1:] in ("2", "3"):
        text = _POWER_OF_UNIT.sub(r" \2^\3", text)
    elif text[-1:] == ")" and (found := _BRACKETED_UNIT.fullmatch(text.strip())) and _is_named(found[2].split()[-1]):
        return f"{found[1]} {found[2]}"
    return text


def _is_named(word: str) -> bool:
    return is_unit(word) and word not in ("squared", "cubed")


def _with_units_spelt(text: str) -> str:
    """The text with degrees and minutes as degrees alone, and the unit of small lengths in words."""
    text = _MASS.sub("", text) if "^" in text else text
    if "'" in text or r"\prime" in text or "′" in text:
        text = _MINUTES.sub(_degrees, text)
    if "AA" in text or "ring" in text or "Å" in text:
        text = _ANGSTROM.sub(r"\\text{ angstrom}", text.replace(r"\text{\AA}", r"\AA"))
    return text


def _logical(text: str) -> str:
    r"""`~p ∨ q` and `!p || q` as `\neg p \vee q`, where a connective stands there."""
    if not _CONNECTS.search(text):
        return text
    return _DENIES.sub(r"\\neg ", text.replace("||", r"\vee ").replace("&&", r"\wedge "))


def _circled(found: re.Match[str]) -> str:
    number = int(found[1])
    return _CIRCLED[number - 1] if 0 < number <= len(_CIRCLED) else found[0]


def _from_chinese(text: str) -> str:
    text = text.replace("：**", ":** ").translate(_FULL_WIDTH)
    label = _LABEL.match(text)
    text = text[label.end() :] if label and _starts_apart(text[label.end() :]) else text
    text = _BETWEEN_CIRCLED.sub(", ", text)
    text = _AND.sub(r"\1 \\wedge \2", _OR.sub(r"\1 \\vee \2", text))
    text = _MINUTES_OF_HOUR.sub("分钟", text)
    measured = _MEASURE.sub(lambda found: "/".join(MEASURES[one] for one in found.groups() if one), text)
    return text if _IDEOGRAPH.search(measured) else measured


def _starts_apart(text: str) -> bool:
    """Whether what stands behind a label is no sentence: it begins with a sign, a figure, or is one character."""
    return bool(text.strip()) and (not _IDEOGRAPH.match(text) or len(text.strip("。. ")) == 1)


def _degrees(found: re.Match[str]) -> str:
    r"""`37^\circ 30'` in degrees alone."""
    seconds = f"+{found[3]}/3600" if found[3] else ""
    return rf"({found[1]}+{found[2]}/60{seconds})^\circ"


def with_unit_apart(text: str) -> str:
    """Of a reference: `69 (dollars)` with its unit outside of brackets, `40m` with a space; any other text as it is."""
    if text[-1:] == "'" and text[:-1].isdigit():
        return f"{text[:-1]} feet"
    if glued := _GLUED.fullmatch(text):
        return f"{glued[1]} {glued[2]}"
    found = _BRACKETED_UNIT.fullmatch(text.strip()) if text[-1:] == ")" else None
    return f"{found[1]} {found[2]}" if found and not found[2].lower().startswith(("base", "mod")) else text


def without_noun(answer: str, prompt: str) -> str:
    """A figure without the word behind it, where nothing but the prompt tells that word: `28 mele`.

    A word that some language has in its closed classes stays, and so does one that is no word of the prompt.
    """
    found = _COUNTED.fullmatch(answer)
    if found is None or scored([found[2]]) or is_scale_word(found[2]):
        return answer
    return found[1] if re.search(rf"(?<!\w){found[2]}(?!\w)", prompt, re.IGNORECASE) else answer
