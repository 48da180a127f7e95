"""The tokens that end a turn: what a server or a rollout leaves at a text's end, and no policy means as text.

One place for all model families, by their rule where there is one: a name between ``<|`` and ``|>`` (ChatML, Llama,
Phi, Cohere, harmony, GLM), the same with full-width bars (DeepSeek), or between ``[|`` and ``|]`` (EXAONE). What obeys
no rule stands in `_NAMED`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_NAMED = (
    "</s>",  # `eos_token` of Llama 2, Mistral, T5
    "<eos>",  # `eos_token` of Gemma
    "<end_of_turn>",  # Gemma 1 to 3, in its chat template
    "<turn|>",  # Gemma 4, likewise
    "<EOS_TOKEN>",  # `eos_token` of Cohere's Command R
    "<eoa>",  # InternLM 1, in its chat template
    "<eot>",  # `eos_token` of tokenizers that people train themselves
    "<end_of_utterance>",  # Idefics 2 and 3, SmolVLM, in their chat templates
    "<seed:eos>",  # `eos_token` of Seed-OSS
    "<extra_id_1>",  # Nemotron 4: where the next turn begins
    "<SPECIAL_12>",  # Nemotron Nano 2: `eos_token`
    "[e~[",  # `eos_token` of MiniMax M2
    "[EOS]",  # `eos_token` of Kimi (Moonlight, K2)
    "[EOT]",  # Kimi's end of a turn
    "[PAD]",  # `pad_token` of Kimi and BERT's kin, where a whole row of tokens was decoded
    "<pad>",  # `pad_token` of Gemma, Mistral, T5, likewise
    "<PAD>",  # `pad_token` of Cohere's Command R
)
"""End tokens and paddings of families that don't put bars around the name."""

_LONGEST = 64
"""No token that ends a turn has more characters."""

_PIECE = 4096
"""Characters of which white space is taken at a time: megabytes of it are no work."""

_ENDS = re.compile(rf"(?:<[|｜][\w▁ :.-]{{1,48}}[|｜]>|\[\|\w{{1,48}}\|\]|{'|'.join(map(re.escape, _NAMED))})\Z").search

_LAST = frozenset("|>]｜[") | frozenset(" \t\r\n")
"""The characters that end such a token, or stand behind it."""

COMMON_ENDS = frozenset(("r>", "k>", "x>"))
"""How texts end that end in no such token: with ``</answer>``, ``</think>``, ``</box>``; most texts do."""


def without_end_tokens(text: str, kept: Collection[str] = ()) -> str:
    r"""A text without the tokens that end a turn, and the white space around them; the very text where there are none.

    Args:
        text: What a policy or a judge wrote, as it was decoded. Linear in its length.
        kept: What looks like such a token and is none here, such as a layout's own tag.

    >>> without_end_tokens("<answer>4</answer><|im_end|>\n<|endoftext|>")
    '<answer>4</answer>'
    >>> without_end_tokens("4 </answer> ")
    '4 </answer> '
    """
    if not text or text[-1] not in _LAST or text[-2:] in COMMON_ENDS:
        return text
    end, found = len(text), True
    while found:
        seen = _visible_end(text, end)
        token = _ENDS(text[max(0, seen - _LONGEST) : seen])
        found = token is not None and token[0] not in kept
        end = seen - len(token[0]) if found and token is not None else end
    return text if end == len(text) else text[: _visible_end(text, end)]


def _visible_end(text: str, end: int) -> int:
    """The index behind the last character before `end` that is no white space."""
    while end:
        start = max(0, end - _PIECE)
        if tail := text[start:end].rstrip():
            return start + len(tail)
        end = start
    return 0
