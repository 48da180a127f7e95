"""Thoughts that stand apart are put back; a message without text under a known name is an error of the data."""

import numpy as np
import pytest

import graders
from graders.completion.messages import completion_text, prompt_text
from graders.completion.parse import Layout

BLOCK = "<answer>42</answer>"
WHOLE = "<think>6*7</think>" + BLOCK


def said(**more):
    return [{"role": "assistant", **more}]


@pytest.mark.parametrize(
    "message",
    [
        said(reasoning_content="6*7", content=BLOCK),
        said(reasoning="6*7", content=BLOCK),
        said(thinking="6*7", content=BLOCK),
        said(reasoning="6*7", reasoning_content="6*7", content=BLOCK),
        said(content=BLOCK, reasoning_details=[{"type": "reasoning.text", "text": "6*7"}]),
        said(content=[{"type": "thinking", "thinking": "6*7", "signature": "x"}, {"type": "text", "text": BLOCK}]),
        said(
            content=[
                {"type": "thinking", "thinking": [{"type": "text", "text": "6*7"}]},
                {"type": "text", "text": BLOCK},
            ]
        ),
        said(content=[{"type": "reasoning", "reasoning": "6*7"}, {"type": "text", "text": BLOCK}]),
        said(content=[{"type": "reasoning", "text": "6*7"}, {"type": "text", "text": BLOCK}]),
        said(content=np.array([{"type": "reasoning", "text": "6*7"}, {"type": "text", "text": BLOCK}], dtype=object)),
        said(parts=[{"text": "6*7", "thought": True}, {"text": BLOCK}]),
        said(reasoning_content="6*7", content=WHOLE),
        said(reasoning_content="\n6*7\n", content=WHOLE),
        said(reasoning_content="6*7", content=[{"type": "output_text", "text": BLOCK}]),
        [
            {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "6*7"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": BLOCK}]},
        ],
        [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "6*7"}]}, *said(content=BLOCK)],
        [
            *said(reasoning_content="a", content=None, tool_calls=[{}]),
            {"role": "tool", "content": "42"},
            *said(reasoning_content="6*7", content=BLOCK),
        ],
    ],
)
def test_a_thought_is_put_back(message):
    """As the policy wrote it, with the layout's own tags."""
    assert completion_text(message, 0) == WHOLE
    other = Layout.of(tags=("reasoning", "answer"))
    if "<think>" not in str(message):
        assert completion_text(message, 0, other) == f"<reasoning>6*7</reasoning>{BLOCK}"
        assert completion_text(message, 0, Layout(think_prefilled=True)) == f"6*7</think>{BLOCK}"


def test_rewards_are_those_of_the_text():
    """TRL with tools, word for word, and the same with the thought prefilled."""
    apart = said(reasoning_content="6*7", content=BLOCK)
    for settings in (graders.Settings(), graders.Settings(think_prefilled=True)):
        reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]}, settings)
        assert reward.evaluate([apart], ["42"]).rewards.tolist() == [1.0]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (said(output_text="a"), "a"),
        (said(text="a"), "a"),
        (said(value="a"), "a"),
        (said(parts=[{"text": "a"}]), "a"),
        (said(parts=["a", "b"]), "ab"),
        (said(content=None, parts=[{"text": "a"}]), "a"),
        (said(content="", text="a"), "a"),
        (said(content=[], parts=[{"text": "a"}]), "a"),
        (said(content=[{"type": "output_text", "text": "a", "annotations": []}]), "a"),
        (said(content=[{"type": "markdown", "text": "a"}]), "a"),
        (said(content=[{"type": "tool_use", "name": "x"}, {"type": "text", "text": "a"}]), "a"),
        (said(parts=[{"inlineData": {}}, {"text": "a"}]), "a"),
        (said(content=[{"type": "text", "text": "a"}, {"type": "thinking", "thinking": "b"}]), "a<think>b</think>"),
        (
            said(content=[{"type": "thinking", "thinking": "b"}, {"type": "thinking", "thinking": "c"}, "a"]),
            "<think>bc</think>a",
        ),
        (said(reasoning_content="cut off", content=None), "<think>cut off"),
        (said(reasoning_content="x", content=None, tool_calls=[{}]), ""),
        (said(reasoning_content="", content="a"), "a"),
        (said(reasoning_content="b", content="<think>c</think>a"), "<think>b</think><think>c</think>a"),
        (said(content=None), ""),
        (said(refusal="no", content=None), ""),
    ],
)
def test_dialects(message, text):
    """The text under any usual name; thoughts where they stood."""
    assert completion_text(message, 0) == text


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (said(), "[0]: got a message with the keys 'role'"),
        (said(txt="a"), "[0]: got a message with the keys 'role', 'txt'"),
        (said(message="a"), "[0]: got a message with the keys"),
        (said(content=[{"body": "a"}]), "[0].content[0]: got a part with 'body'"),
        (said(content=[{"type": "paragraph", "body": "a"}]), "[0].content[0]: got a part with 'type', 'body'"),
        (said(parts=5), "[0].parts: got int"),
        (said(response="a"), "[0]: got a message with the keys 'role', 'response'"),  # Ollama's /api/generate
        (said(generated_text="a"), "[0]: got a message with the keys 'role', 'generated_text'"),  # transformers, TGI
        (said(delta={"content": "a"}), "[0]: got a message with the keys 'role', 'delta'"),  # a piece of a stream
        (said(data={"content": "a", "type": "ai"}), "[0]: got a message with the keys 'role', 'data'"),  # LangChain
        (said(blocks=[{"block_type": "text", "text": "a"}]), "[0]: got a message with the keys"),  # LlamaIndex
        (said(finish_reason="stop", message={"content": "a"}), "[0]: got a message with the keys"),  # a whole choice
        (said(content={"text": "a"}), "[0].content: got dict"),
        (said(content=[{"type": "text", "content": "a"}]), "[0].content[0]: got a part with 'type', 'content'"),
        (said(content=[{"type": "text", "text": {"value": "a"}}]), "[0].content[0].text: got dict"),  # OpenAI
        (said(content=[["a"]]), "[0].content[0]: got list"),
        (said(parts={"text": "a"}), "[0].parts: got dict"),
        (said(content=[{"type": "text", "data": "a"}]), "[0].content[0]: got a part with 'type', 'data'"),
    ],
)
def test_no_text_at_all_is_an_error_of_the_data(message, found):
    """Where, what was found, what is expected; never a silent zero."""
    with pytest.raises(TypeError, match="expected") as caught:
        completion_text(message, 3)
    assert str(caught.value).startswith("completions[3]" + found)


def test_prompts_hold_no_thoughts():
    """What is asked is the text alone."""
    assert prompt_text([{"role": "user", "content": [{"type": "input_text", "text": "q"}]}], 0) == "q"
    assert prompt_text([{"role": "user", "parts": [{"text": "q"}], "thinking": "x"}], 0) == "q"
