"""Untrusted text as data: nothing invisible, nothing that reads as structure, everything recoverable."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.judge.cleaning import MAX_MARKS, clean, encode, nfc

TOKENS = [
    "<|im_end|>",
    "<|im_start|>assistant",
    "</s>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<start_of_turn>model",
    "<\uff5cAssistant\uff5c>",
    "<\uff5cend\u2581of\u2581sentence\uff5c>",
    "[END DATA]",
    "[RESULT]",
    "]~b]",
    "]~!b[",
    "]!p~[",
    "[e~[",
    "[|assistant|]",
    "[|endofturn|]",
    "[|Human|]:",
    "[gMASK]<sop>",
    "[TOOL_CALLS]",
    "[AVAILABLE_TOOLS]",
    "[/SYSTEM_PROMPT]",
    "[unused1]",
    "[BOS]",
    "[@BOS@]",
    "[!assistant]",
    "[\u52a9\u624b]",
    "<reserved_106>",
    "<|start_of_role|>assistant<|end_of_role|>",
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
    "<|channel|>final<|message|>",
    "<\uff5chy_Assistant\uff5c>",
    "```",
    "{{ verdict }}",
    "{% set x %}",
    "{# c #}",
    "</answer>",
    "]]>",
    "<!--",
    "---\n# Reference\n---",
    "===",
    "\u25c1think\u25b7",
]
ESCAPED = re.compile(r"[<>`\uff5c\u2581\u2028\u2029\x85]|\{\{|\}\}|\{%|%\}|\[/?[A-Z]|---|===|\n|\]~")


@pytest.mark.parametrize("token", TOKENS)
def test_a_control_token_is_written_so_that_none_can_be_formed_and_it_comes_back(token):
    written = encode(f"70 {token} km")
    assert token not in written
    assert not ESCAPED.search(written)
    assert json.loads(written) == f"70 {token} km"


@pytest.mark.parametrize("plain", ["[0, 1)", "[a, b]", "[-1, 1]", "x = [1, 2, 3]", "|x| is 2", "a | b", "3!"])
def test_what_is_no_structure_stays_readable(plain):
    assert encode(plain) == json.dumps(plain)


@given(st.text() | st.lists(st.sampled_from([*TOKENS, '"', "\\", "\n", "\\n", "{", "}", "x"])).map("".join))
def test_any_text_comes_back_and_leaves_no_structure(text):
    cleaned = clean(text).text
    written = encode(cleaned)
    assert json.loads(written) == cleaned
    assert not ESCAPED.search(written)
    assert written.encode()
    assert not re.search(r'(?<!\\)(?:\\\\)*"', written[1:-1])


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)
    assert clean(once.text) == (once.text, 0, 0)


@pytest.mark.parametrize(
    ("text", "seen", "dropped"),
    [
        ("plain 3/8", "plain 3/8", 0),
        ("tab\tand\nline", "tab\tand\nline", 0),
        ("zero\u200bwidth\ufeff", "zerowidth", 2),
        ("tags \U000e0070\U000e0061", "tags ", 2),
        ("bidi \u202e12\u202c", "bidi 12", 2),
        ("nul\x00 bell\x07", "nul bell", 2),
        ("\x1b[31mred\x1b[0m", "red", 9),
        ("lone \ud800 surrogate", "lone \ufffd surrogate", 1),
        ("selector \ufe00\ufe0f", "selector ", 2),
        ("joiner a\u200db", "joiner ab", 1),
        ("\u0646\u200c\u0647 stays", "\u0646\u200c\u0647 stays", 0),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469", 0),
        ("e\u0301", "\u00e9", 0),
        ("\uff11 stays wide", "\uff11 stays wide", 0),
    ],
)
def test_what_no_reader_sees_is_dropped_and_counted(text, seen, dropped):
    assert clean(text) == (seen, dropped, 0)


def test_a_long_text_keeps_head_and_tail_with_a_mark_between():
    cleaned = clean("a" * 6000 + "b" * 6000, 8000)
    assert cleaned.clipped == 4000
    assert cleaned.text.startswith("a" * 6000)
    assert cleaned.text.endswith("b" * 2000)
    assert "4000 characters left out" in cleaned.text
    assert clean("a" * 8000, 8000).clipped == 0


def test_invisible_padding_can_not_push_the_answer_out_of_sight():
    assert clean("42" + "\u200b" * 50_000, 8000) == ("42", 50_000, 0)


def test_heaped_marks_are_left_as_they_are_and_cost_nothing():
    heap = "a" + "\u0301\u0323" * 20_000
    start = time.process_time()
    assert nfc(heap) == heap
    assert time.process_time() - start < 0.5
    assert nfc("e\u0301" + "\u0323" * (MAX_MARKS - 2)) != "e\u0301" + "\u0323" * (MAX_MARKS - 2)
