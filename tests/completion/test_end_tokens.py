"""The tokens that end a turn are no text, whatever family wrote them; what only looks like one stays."""

import time

import pytest

import graders
from graders.completion.end_tokens import without_end_tokens
from graders.completion.parse import Layout, parse

TEXT = "<think>x</think><answer>42</answer>"
TOKENS = [
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end_of_text|>",
    "<|eot|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|EOT|>",
    "<｜end▁of▁sentence｜>",
    "<|end▁of▁sentence|>",
    "<｜hy_EOT｜>",
    "<|END_OF_TURN_TOKEN|>",
    "<|user|>",
    "<|observation|>",
    "<|eos|>",
    "<|role_end|>",
    "<|assistant_end|>",
    "<|finetune_right_pad_id|>",
    "</s>",
    "<eos>",
    "<end_of_turn>",
    "<turn|>",
    "<EOS_TOKEN>",
    "<eoa>",
    "<seed:eos>",
    "<extra_id_1>",
    "[|endofturn|]",
    "[e~[",
    "[EOS]",
    "<pad>",
]


@pytest.mark.parametrize("token", TOKENS)
def test_end_tokens_of_every_family(token):
    """One of them, several, with white space around."""
    for end in (token, token * 3, f"\n{token}\n", f" {token} <|endoftext|>"):
        assert without_end_tokens(TEXT + end) == TEXT
        assert parse(TEXT + end).well_formed


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        TEXT,
        TEXT + "\n",
        "a <b>",
        "x > y",
        "[1, 2]",
        "|x|",
        "<|im_end|> goes on",
        "a < |x|>",
        "<|" + "x" * 99 + "|>",
        "f[|x + 1|]",
        "2 > 1 ]",
        "<||>",
        "1 [",
    ],
)
def test_what_is_no_end_token_stays(text):
    """Unchanged, to the last space."""
    assert without_end_tokens(text) is text


def test_a_layouts_own_tag_is_no_end_token():
    """A block may be called ``s``."""
    layout = Layout.of(tags=("t", "s"))
    assert parse("<t>x</t><s>42</s>", layout).well_formed


def test_only_tokens_are_no_text():
    """A turn that ended before it began."""
    assert parse("<|im_end|>\n</s>") == parse("")


@pytest.mark.parametrize("end", ["<|a|>" * 200_000, "<|a|>\n" * 100_000, " " * 10**6, "<|im_end|>" + " " * 10**6])
def test_it_is_linear(end):
    """A megabyte of ends takes no longer than its length says."""
    started = time.process_time()
    without_end_tokens(TEXT + end)
    assert time.process_time() - started < 3


def test_a_reward_sees_none_of_them():
    """What rollouts keep costs no format."""
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    assert reward.evaluate([TEXT + token for token in TOKENS], ["42"] * len(TOKENS)).rewards.tolist() == [1.0] * len(
        TOKENS
    )
