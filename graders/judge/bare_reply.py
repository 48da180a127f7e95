"""A judge's reply without what models and servers put around it: a thought in front, a fence, tokens of the template.

Nothing is searched for: what is taken off has a closed form, and what stays must be one JSON object and nothing else.
"""

from __future__ import annotations

import re

_WORD = r"[\w:]*(?:think|thought|reason|reflect|scratchpad|analysis)\w*"
_OPENED = re.compile(
    rf"<{_WORD}(?:\s[^<>]*)?>|\[{_WORD}\]|<\|(?:begin_of_|begin_|start_of_|start_)?{_WORD}\|>|◁{_WORD}▷"
    rf"|<\|channel>\s*{_WORD}|<unused94>",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    rf"</{_WORD}>|\[/{_WORD}\]|<\|(?:/|end_of_|end_){_WORD}\|>|◁/{_WORD}▷|<channel\|>|<unused95>", re.IGNORECASE
)
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)[^<]{0,80}(?:<\|constrain\|>\s*\w*\s*)?<\|message\|>")
_PLAIN_CHANNELS = re.compile(r"analysis(?:(?!assistantfinal).)*assistantfinal", re.DOTALL)
_MARK = (
    r"(?:<\|[^<>|]{1,40}\|>|<｜[^<>｜]{1,40}｜>|</?s>|<[be]os>|<end_of_turn>|<eot>|<turn\|>|\[EOS\]|\[\|\w{1,20}\|\]"
    r"|\[e~\[|</?end_of_\w{1,20}>)"
)
_BEHIND = re.compile(rf"(?:\s*{_MARK})+\s*$")
_IN_FRONT = re.compile(rf"(?:{_MARK}\s*|<start_of_turn>\s*)+(?:assistant\b|model\b)?\s*|json\s*(?=\{{)", re.IGNORECASE)
_FENCED = re.compile(r"(`+|~{3,})[ \t]*[\w+-]*\s*(\{.*\})\s*(?:\1)?", re.DOTALL)
_WRAPPED = re.compile(r"<(answer|output|response|result|json|final)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_LONE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\"\\/bfnrt])|\\")

MARKED = 400
"""So many characters at the end are looked through for tokens of the template."""

ROUNDS = 8
"""So many layers are taken off at most."""

UNENDED = (
    "the judge's thought never ends: raise thinking_tokens, or switch thinking off by reasoning_effort or extra_body"
)
"""What is said of a reply that is a thought alone."""


def bare(content: str) -> str | None:
    r"""The reply without thought, fence and template tokens; None where it is a thought that never ends.

    >>> bare('I compare.\n</think>\n```JSON {"verdict": "pass"} ```<|im_end|>')
    '{"verdict": "pass"}'
    """
    text = content.strip().lstrip("\ufeff")
    for _ in range(ROUNDS):
        if text.startswith("{") and text.endswith("}"):
            break
        less = _less(text)
        if less is None or less == text:
            return less
        text = less
    return _without_lone_thought(text)


def _less(text: str) -> str | None:
    """The text without its outermost layer."""
    if text.startswith(("<|channel|>", "<|start|>")):
        return _final_channel(text)
    opened = _OPENED.match(text)
    if opened:
        closed = _CLOSED.search(text, opened.end())
        return text[closed.end() :].strip() if closed else None
    for shape in (_FENCED, _WRAPPED):
        whole = shape.fullmatch(text)
        if whole:
            return whole[2].strip()
    plain = _PLAIN_CHANNELS.match(text)
    text = text[plain.end() :] if plain else _without_lone_thought(text)
    text = text[:-MARKED] + _BEHIND.sub("", text[-MARKED:])
    return _IN_FRONT.sub("", text, count=1).strip() if _IN_FRONT.match(text) else text


def _final_channel(text: str) -> str | None:
    """The final message of a reply in channels, of which there must be one."""
    finals = [found for found in _CHANNEL.finditer(text) if found[1] == "final"]
    if not finals:
        return None
    return text[finals[0].end() :].strip() if len(finals) == 1 else text


def _without_lone_thought(text: str) -> str:
    """The text behind the end of a thought that the template has begun; as it is where more than a thought is there."""
    ends = list(_CLOSED.finditer(text))
    if len(ends) != 1 or _OPENED.search(text, 0, ends[0].start()) or text.startswith("{"):
        return text
    return text[ends[0].end() :].strip()


def mended(text: str) -> str:
    r"""The text with backslashes that begin no escape of JSON written twice, as LaTeX in a reason leaves them.

    >>> mended(r'{"reason": "\(x\)\n"}')
    '{"reason": "\\\\(x\\\\)\\n"}'
    """
    return _LONE.sub(lambda found: found[0] if found[1] else r"\\", text)
