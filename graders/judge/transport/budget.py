"""The budget: checked before a call is made, settled when its usage is known."""

from __future__ import annotations

from graders.judge.config import Limits, Sampling

CHARACTERS_A_TOKEN = 2
"""A prompt is taken to have at most one token to so many characters when a call is reserved."""


class Budget:
    """What a judge may still spend in this process: calls, tokens, money.

    A call reserves what it may cost at most; what it didn't use comes back with `settle`. Calls are never exceeded.
    Tokens and money are not either, unless prompts have more tokens than `CHARACTERS_A_TOKEN` allows for (as in
    scripts that a tokenizer hardly knows): then by what the calls under way use beyond it.

    Attributes:
        calls: Calls made.
        tokens: Tokens used, or reserved by calls under way.
        cost: Money spent, or reserved.
    """

    def __init__(self, limits: Limits, sampling: Sampling) -> None:
        self._limits = limits
        self._longest_reply = sampling.max_completion_tokens
        self.calls = 0
        self.tokens = 0
        self.cost = 0.0

    def price(self, tokens: tuple[int, int]) -> float:
        """What prompt and completion tokens cost."""
        return (tokens[0] * self._limits.input_price + tokens[1] * self._limits.output_price) / 1_000_000

    def reserve(self, characters: int, longest_reply: int | None = None) -> tuple[int, int] | None:
        """Reserve a call with a prompt of so many characters: its tokens at most, or None where nothing is left.

        Args:
            characters: How long the prompt is.
            longest_reply: The longest reply in tokens, where it isn't that of the judge's own sampling.
        """
        tokens = (characters // CHARACTERS_A_TOKEN, longest_reply or self._longest_reply)
        limits, cost = self._limits, self.price(tokens)
        if (
            (limits.max_calls is not None and self.calls >= limits.max_calls)
            or (limits.max_tokens is not None and self.tokens + sum(tokens) > limits.max_tokens)
            or (limits.max_cost is not None and self.cost + cost > limits.max_cost)
        ):
            return None
        self.calls += 1
        self._add(tokens, 1)
        return tokens

    def settle(self, reserved: tuple[int, int], used: tuple[int, int]) -> None:
        """Put what a call used in place of what it had reserved."""
        self._add(reserved, -1)
        self._add(used, 1)

    def _add(self, tokens: tuple[int, int], sign: int) -> None:
        self.tokens += sign * sum(tokens)
        self.cost += sign * self.price(tokens)
