"""References by prompt, for callers that send none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from graders.offline.reading.rows import open_rows
from graders.vocabulary.errors import DataError

_SPECIAL = re.compile(r"<[|｜][^<>|｜]{1,40}[|｜]>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")
"""Special tokens of chat templates: what stands between two is a text of its own."""

_ROLES = ("user", "human", "assistant", "system")


class KnownReferences:
    """A table from prompts to references, which finds the prompt within a text made by a chat template."""

    def __init__(self, rows: Iterable[tuple[str, str]] = ()) -> None:
        self._by_prompt: Mapping[str, str] = {prompt.strip(): reference for prompt, reference in rows}

    @classmethod
    def of_file(cls, path: str | None, column: str) -> KnownReferences:
        """The table in a JSONL file with the column ``prompt`` and one of references; empty without a file.

        Raises:
            DataError: a row can't be read, or lacks a column.
        """
        return cls(_rows_of(path, column)) if path is not None else cls()

    def __len__(self) -> int:
        return len(self._by_prompt)

    def in_text(self, text: str) -> str | None:
        r"""The reference of the first part of a text that is a known prompt; None where none is.

        >>> known = KnownReferences([("6 * 7?", "42")])
        >>> known.in_text("<|im_start|>user\n6 * 7?<|im_end|>\n<|im_start|>assistant\n<answer>42</answer>")
        '42'
        """
        for part in _SPECIAL.split(text):
            found = self._by_prompt.get(_without_role(part))
            if found is not None:
                return found
        return None


def _rows_of(path: str, column: str) -> Iterator[tuple[str, str]]:
    with open_rows(path) as rows:
        for row in rows:
            fields = row.document if row.error is None else {}
            prompt, reference = fields.get("prompt"), fields.get(column)
            if not isinstance(prompt, str) or not isinstance(reference, str | int | float):
                reason = row.error or f"has no texts under 'prompt' and {column!r}"
                raise DataError(f"{path} line {row.line} {reason}")
            yield prompt, str(reference)


def _without_role(part: str) -> str:
    """A part of a text without the name of the role that says it."""
    text = part.strip()
    head, line, rest = text.partition("\n")
    return rest.strip() if line and head.strip().lower() in _ROLES else text
