"""A policy small enough for a CPU: tokenizer, 2-layer model and warm-up, from nothing and without a hub.

`make(folder)` writes model, tokenizer and training rows; the task is ``what is a + b ?`` with a, b in 0..4. The warm-up
teaches the sums, then blurs them: answers right half of the time, the layout four times in five. So reinforcement has
something to sharpen; from random weights it would have nothing. Two things can be added: questions that are beyond so
small a model, and a few answers that name every value.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

TERMS = 5
SPECIAL = ["<pad>", "<|im_start|>", "<|im_end|>"]
TAGS = ["<think>", "</think>", "<answer>", "</answer>"]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def rows() -> list[dict[str, Any]]:
    """All questions, as a fine-tuning job's training file has them."""
    return [
        {"messages": [{"role": "user", "content": f"what is {i} + {j} ?"}], "reference_answer": str(i + j)}
        for i in range(TERMS)
        for j in range(TERMS)
    ]


def beyond(count: int) -> list[dict[str, Any]]:
    """Questions with answers from 0 to 8 as well, each another one, that nobody of this size can compute."""
    rng = random.Random(count)
    made = []
    for _ in range(count):
        i, j, k = rng.randrange(10, 100), rng.randrange(10, 100), rng.randrange(10, 100)
        question = f"what is {i} * {j} + {k} mod {2 * TERMS - 1} ?"
        answer = str((i * j + k) % (2 * TERMS - 1))
        made.append({"messages": [{"role": "user", "content": question}], "reference_answer": answer})
    return made


def every_value() -> str:
    """An answer that names all values there are, so that the right one is among them."""
    return " or ".join(map(str, range(2 * TERMS - 1)))


def completion(answer: object, rng: random.Random | None = None) -> str:
    """A well-formed completion; with `rng`, malformed in one of several ways."""
    if rng is None:
        return f"<think> let me see </think><answer> {answer} </answer>"
    return rng.choice(
        [
            f"<think> let me see <answer> {answer} </answer>",
            f"<answer> {answer} </answer>",
            f"<think> let me see </think> {answer}",
        ]
    )


def tokenizer(more: Iterable[str] = ()) -> PreTrainedTokenizerFast:
    """A byte-level BPE of our own text and of `more`; the tags are ordinary tokens, or the trainer would strip them."""
    bpe = Tokenizer(models.BPE(unk_token=None))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    corpus = [row["messages"][0]["content"] for row in rows()]
    corpus += [completion(k) for k in range(2 * TERMS - 1)] + ["user\n", "assistant\n", *more]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        corpus,
        trainers.BpeTrainer(vocab_size=400, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False),
    )
    bpe.add_tokens(TAGS)
    ends = {"pad_token": SPECIAL[0], "eos_token": SPECIAL[2]}
    made = PreTrainedTokenizerFast(tokenizer_object=bpe, padding_side="left", **ends)
    made.chat_template = TEMPLATE
    return made


def model(tokens: PreTrainedTokenizerFast, hidden: int = 64) -> Qwen2ForCausalLM:
    """A model with random weights: 2 layers, about 150,000 parameters."""
    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokens),
            hidden_size=hidden,
            intermediate_size=4 * hidden,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=128,
            tie_word_embeddings=True,
            pad_token_id=tokens.pad_token_id,
            eos_token_id=tokens.eos_token_id,
            bos_token_id=None,
        )
    )


class Lesson(NamedTuple):
    """What a warm-up teaches.

    Attributes:
        data: The questions.
        hedged: Of the answers that aren't all right, the share that names every value.
        clear: Share of the steps in which every answer is right; they come first.
        rate: The learning rate at first; it falls to a tenth.
    """

    data: list[dict[str, Any]]
    hedged: float = 0.0
    clear: float = 2 / 3
    rate: float = 3e-3


def warm_up(policy: Qwen2ForCausalLM, tokens: PreTrainedTokenizerFast, steps: int, seed: int, lesson: Lesson) -> None:
    """Supervised steps: at first with every answer right, then with half of them wrong."""
    rng = random.Random(seed)
    optimizer = torch.optim.AdamW(policy.parameters(), lr=lesson.rate)
    for step in range(steps):
        blurred = step >= int(steps * lesson.clear)
        ids, labels = zip(
            *(_example(tokens, rng.choice(lesson.data), rng, lesson.hedged if blurred else None) for _ in range(64)),
            strict=True,
        )
        width = max(map(len, ids))
        x = torch.tensor([row + [tokens.pad_token_id] * (width - len(row)) for row in ids])
        y = torch.tensor([row + [-100] * (width - len(row)) for row in labels])
        loss = policy(input_ids=x, attention_mask=(x != tokens.pad_token_id).long(), labels=y).loss
        for group in optimizer.param_groups:
            group["lr"] = lesson.rate * (1 - 0.9 * step / steps)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()


def _example(
    tokens: PreTrainedTokenizerFast, row: dict[str, Any], rng: random.Random, hedged: float | None
) -> tuple[list[int], list[int]]:
    """One row's tokens, and its labels: the completion's alone; it may be wrong where `hedged` is not None."""
    blurred = hedged is not None
    prompt = tokens.apply_chat_template(row["messages"], add_generation_prompt=True, tokenize=True, return_dict=False)
    answer = rng.randrange(2 * TERMS - 1) if blurred and rng.random() < 0.5 else row["reference_answer"]
    if hedged and rng.random() < hedged:
        answer = every_value()
    text = completion(answer, rng if blurred and rng.random() < 0.2 else None) + "<|im_end|>"
    ids = tokens(text, add_special_tokens=False)["input_ids"]
    return prompt + ids, [-100] * len(prompt) + ids


def make(folder: Path, steps: int = 450, seed: int = 0, *, hard: int = 0, hedged: float = 0.0) -> Path:
    """Write model and tokenizer to ``folder/policy`` and the rows to ``folder/train.jsonl``.

    Args:
        folder: Where to.
        steps: Supervised steps.
        seed: Of weights and examples.
        hard: So many questions that are beyond it; the others are repeated to be twice as many.
        hedged: Share of the last third's answers that name every value; a tenth of the steps more make that rarer.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer([every_value()] if hedged else []).save_pretrained(folder / "policy")
    Qwen2Config().save_pretrained(folder / "policy")
    tokens = AutoTokenizer.from_pretrained(folder / "policy")  # as it will be read for training, so that both agree
    policy = model(tokens)
    data = rows() * max(1, 2 * hard // TERMS**2) + beyond(hard)
    warm_up(policy, tokens, steps, seed, Lesson(data, hedged))
    if hedged:
        warm_up(policy, tokens, steps // 10, seed, Lesson(data, hedged / 3, clear=0, rate=1e-3))
    policy.save_pretrained(folder / "policy")
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in data))
    return folder
