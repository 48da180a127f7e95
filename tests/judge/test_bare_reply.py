# ruff: noqa: E501
"""Whatever stands around a verdict is taken off; two verdicts are none."""

import json

import pytest

from graders.judge.judgement import read
from graders.judge.prompt import Decision, Prompt
from graders.judge.transport.faults import CallFault, ValidReply, of_reply

V = '{"reason": "ok", "verdict": "pass"}'
OTHER = '{"reason": "no", "verdict": "fail"}'

AROUND = [
    # fences
    f"```json {V} ```", f"```JSON\n{V}\n```", f"```\n{V}\n```", f"````json\n{V}\n````", f"~~~json\n{V}\n~~~", f"`{V}`",
    f"```json5\n{V}```", f"```{V}```", f"```json\r\n{V}\r\n```", f"```json\n{V}", f"json\n{V}",
    # thoughts
    f"I compare.\n</think>\n{V}", f"<thinking>x</thinking>{V}", f"[THINK]x[/THINK]{V}", f"<think>x</think>\n\n{V}",
    f"<think>\n\n</think>\n\n```json\n{V}\n```", f"<reasoning>a < b</reasoning>{V}", f"<seed:think>x</seed:think>{V}",
    f"◁think▷x◁/think▷{V}", f"<|begin_of_thought|>x<|end_of_thought|>{V}", f"<|START_THINKING|>x<|END_THINKING|>{V}",
    f"<unused94>thought\nx<unused95>{V}", f"<|channel>thought\nx<channel|>{V}", f"x [/THINK]{V}", f"x</reasoning>{V}",
    f"<think>{OTHER}</think>{V}", f"<think>a</think><think>b</think>{V}", f"<scratchpad>x</scratchpad>{V}",
    f"<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>{V}<|return|>",
    f"<|channel|>final <|constrain|>json<|message|>{V}", f"analysisI compare.assistantfinal{V}",
    f"<|start|>assistant<|channel|>final<|message|>{V}<|end|>",
    # tokens of a template
    f"{V}<|im_end|>", f"{V}<|eot_id|>", f"{V}</s>", f"{V} <end_of_turn>\n", f"{V}<｜end▁of▁sentence｜>", f"{V}<|endoftext|>",
    f"{V}<eos>", f"{V}<|im_end|>\n<|endoftext|>", f"<|im_start|>assistant\n{V}<|im_end|>", f"{V}[|endofturn|]", f"{V}[e~[",
    f"<|begin_of_box|>{V}<|end_of_box|>", f"x</think>{V}<|im_end|>", f"<answer>{V}</answer>", f"\ufeff{V}",
]  # fmt: skip


@pytest.mark.parametrize("reply", AROUND)
def test_what_stands_around_a_verdict_is_taken_off(reply):
    assert read(reply, Prompt()) == Decision(("pass",), "ok")


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (r"\(\frac12\) is 0.5", "\\(\frac12\\) is 0.5"),
        (r"\[x\]", r"\[x\]"),
        (r"\sqrt{2} = \sqrt 2", r"\sqrt{2} = \sqrt 2"),
        (r"\underline{x}", r"\underline{x}"),
        ("two\nlines", "two\nlines"),
        ("a\ttab", "a\ttab"),
        (r"\\(fine\\)", r"\(fine\)"),
        (r"{a} \{b\}", r"{a} \{b\}"),
        ("it has </think> in it", "it has </think> in it"),
        ("```json", "```json"),
        ("ends in <|im_end|>", "ends in <|im_end|>"),
    ],
)
def test_a_reason_is_read_as_it_was_written(reason, kept):
    assert read(f'{{"reason": "{reason}", "verdict": "pass"}}', Prompt()) == Decision(("pass",), kept)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (f"{V} {OTHER}", "two"),
        (f"```json\n{V}\n```\n```json\n{OTHER}\n```", "two"),
        (f"{V}</think>{OTHER}", "two"),
        (f"<think>a</think>{V}</think>{OTHER}", "two"),
        (f"a</think>{V}</think>{OTHER}", "two"),
        (f"<|channel|>final<|message|>{V}<|end|><|channel|>final<|message|>{OTHER}", "two"),
        (f"Sure! {V}", "in front of"),
        (f"Here it is:\n```json\n{V}\n```", "in front of"),
        (f"{V} I hope that this helps.", "behind"),
        ("pass", "words"),
        ("<think>I compare", "never ends"),
        (f"<think>{V}", "never ends"),
        ("<|channel|>analysis<|message|>I compare", "never ends"),
        ('{"reason": "x", "verdict": "pa', "broken"),
        ('{"reason": "x" "verdict": "pass"}', "broken"),
    ],
)
def test_what_is_no_verdict_is_called_by_its_name(reply, said):
    sentence = read(reply, Prompt())
    assert isinstance(sentence, str)
    assert said in sentence


def reply(finish="stop", usage=None, **message):
    choice = {"message": {"role": "assistant", **message}, "finish_reason": finish}
    return of_reply(json.dumps({"choices": [choice], "usage": usage}).encode(), Prompt())


@pytest.mark.parametrize(
    "finish",
    ["stop", "eos_token", "eos", "", "STOP", "end_turn", "COMPLETE", "stop_sequence", None, "tool_calls", "function_call",
     "unknown", "FINISH_REASON_STOP", "end_of_turn", 2],
)  # fmt: skip
def test_every_finish_reason_but_a_cut_came_to_its_end(finish):
    assert isinstance(reply(finish, content=V), ValidReply)


@pytest.mark.parametrize("finish", ["length", "max_tokens", "MAX_TOKENS", "model_length", "max_output_tokens"])
def test_a_cut_is_a_cut_whatever_it_is_called(finish):
    assert reply(finish, content=V).status == "length"


CALL = {"function": {"name": "give_verdict", "arguments": V}}


@pytest.mark.parametrize(
    "message",
    [
        {"content": None, "reasoning_content": V},
        {"content": "", "reasoning": V},
        {"thinking": V},
        {"content": [{"type": "text", "text": V}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "x"}]}, {"type": "text", "text": V}]},
        {"content": [{"type": "output_text", "text": V}]},
        {"content": [{"type": "reasoning", "text": OTHER}, {"text": V}]},
        {"content": [{"text": OTHER, "thought": True}, {"text": V}]},
        {"content": {"reason": "ok", "verdict": "pass"}},
        {"content": "I give my verdict.", "tool_calls": [CALL]},
        {"content": "", "tool_calls": [{"function": {"arguments": {"reason": "ok", "verdict": "pass"}}}]},
        {"content": None, "function_call": {"arguments": V}},
        {"content": [{"type": "tool_use", "input": {"reason": "ok", "verdict": "pass"}}]},
        {"content": V, "reasoning_content": OTHER},
    ],
)
def test_a_verdict_is_read_wherever_its_server_put_it(message):
    met = reply(**message)
    assert isinstance(met, ValidReply)
    assert met.decision == Decision(("pass",), "ok")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"content": None, "reasoning_content": "I compare"}, "only reasoning_content"),
        ({"content": V, "tool_calls": [CALL]}, "2 verdicts"),
        ({"tool_calls": [CALL, CALL]}, "2 verdicts"),
        ({"content": ""}, "finish_reason 'stop'"),
        ({"content": [{"type": "thinking", "thinking": "I compare"}]}, "only the parts"),
        ({"content": 7}, "no content"),
    ],
)
def test_no_verdict_says_where_the_text_stood(message, said):
    met = reply(**message)
    assert isinstance(met, CallFault)
    assert said in met.detail
