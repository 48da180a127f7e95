"""Templates: `{{ item.x }}` and `{{ sample.output_text }}` in a grader's texts, filled in once.

What is put in is never read again, so braces in a completion stay braces. A path has dots, `[0]` and `["a key"]`. What
is no string is put in as JSON text. A variable that isn't there is a `VariableError`, never an empty text: two missing
fields would be equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graders.vocabulary.validation import closest, shown

LONGEST_TEMPLATE = 1 << 18
"""Characters of one template."""

MOST_VARIABLES = 256
"""Variables in one template."""

LONGEST_PATH = 32
"""Steps of one variable."""

LONGEST_TEXT = 1 << 22
"""Characters of a template when it is filled in; counted before it is joined, so that no variable multiplies."""

SAMPLE_FIELDS = ("output_text", "output_json", "output_tools", "choices", "output_audio")
"""What the namespace `sample` may hold."""

_OPEN, _CLOSE = "{{", "}}"
_LONGEST_NUMBER = 9
_MOST_COMPARED = 100  # fields that a missing one is compared with, to say which was meant


class TemplateError(ValueError):
    """A template that can't be read; one sentence."""


class VariableError(LookupError):
    """A variable that this item or sample doesn't have; one sentence."""


class Variable(NamedTuple):
    """A place in the item or the sample.

    Attributes:
        steps: The namespace, then keys and positions.
        written: The path as it stands in the template.
    """

    steps: tuple[str | int, ...]
    written: str

    @property
    def column(self) -> str | None:
        """The field of the item that it names, where it names a whole one."""
        is_whole = len(self.steps) == 2 and self.steps[0] == "item" and isinstance(self.steps[1], str)
        return str(self.steps[1]) if is_whole else None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with variables.

    Attributes:
        parts: Texts and variables, in order.
    """

    parts: tuple[str | Variable, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Its variables, in order."""
        return tuple(part for part in self.parts if isinstance(part, Variable))

    @property
    def alone(self) -> Variable | None:
        """The variable that is all of the template; None where there is more, or none."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], Variable) else None

    def filled(self, space: Mapping[str, Any]) -> str:
        """The text with its variables put in.

        Args:
            space: The values of ``item`` and ``sample``.

        Raises:
            VariableError: one of them isn't there, or the text would be longer than `LONGEST_TEXT`.

        >>> read_template("{{item.a[0]}} or {{ item.b }}").filled({"item": {"a": ["{{x}}"], "b": 1.0}})
        '{{x}} or 1.0'
        """
        texts: list[str] = []
        left = LONGEST_TEXT
        for part in self.parts:
            texts.append(part if isinstance(part, str) else _as_text(_value(part, space)))
            left -= len(texts[-1])
            if left < 0:
                raise VariableError(f"the text would have more than {LONGEST_TEXT} characters with its variables")
        return "".join(texts)

    def value(self, space: Mapping[str, Any]) -> Any:
        """As `filled`; of one variable alone, its text, number or list of these as it is, not as JSON text.

        Raises:
            VariableError: as `filled`.
        """
        value = _value(self.alone, space) if self.alone is not None else None
        plain = value if isinstance(value, list) else [value]
        return value if plain and all(map(_is_plain, plain)) else self.filled(space)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def read_template(text: str) -> Template:
    """Read a template.

    Raises:
        TemplateError: too long, an opening without its end, or what stands between is no variable.

    >>> [one.steps for one in read_template("{{ item.a.b[0] }}!").variables]
    [('item', 'a', 'b', 0)]
    """
    if len(text) > LONGEST_TEMPLATE:
        raise TemplateError(f"has {len(text)} characters, expected at most {LONGEST_TEMPLATE}")
    parts = tuple(_parts(text))
    count = sum(isinstance(part, Variable) for part in parts)
    if count > MOST_VARIABLES:
        raise TemplateError(f"has {count} variables, expected at most {MOST_VARIABLES}")
    return Template(parts)


def _parts(text: str) -> Iterator[str | Variable]:
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        end = text.find(_CLOSE, start + 2)
        if end < 0:
            raise TemplateError(f"opens {{{{ at character {start + 1} and never closes it")
        if start > at:
            yield text[at:start]
        yield _variable(text[start + 2 : end])
        at = end + 2
    if at < len(text):
        yield text[at:]


def _variable(inner: str) -> Variable:
    """The variable between two braces."""
    written = inner.strip()
    steps = _steps(written)
    if steps[0] not in {"item", "sample"}:
        hint = f"; did you mean {{{{item.{written}}}}}?" if len(steps) == 1 and str(steps[0]).isidentifier() else ""
        raise TemplateError(f"{_braced(written)} is in no namespace: expected item or sample{hint}")
    if len(steps) == 1:
        raise TemplateError(f"{_braced(written)} names no variable, expected {{{{{written}.name}}}}")
    if steps[0] == "sample" and steps[1] not in SAMPLE_FIELDS:
        near = closest(steps[1], SAMPLE_FIELDS)
        hint = f"; did you mean {near}?" if near else ""
        raise TemplateError(f"{_braced(written)}: a sample has {', '.join(SAMPLE_FIELDS)}{hint}")
    return Variable(steps, written)


def _steps(path: str) -> tuple[str | int, ...]:
    """The steps of a path: names with dots between, positions and quoted keys in square brackets."""
    found: list[str | int] = []
    rest = "." + path
    while rest:
        step, rest = _quoted_or_number(rest, path) if rest[0] == "[" else _name(rest, path)
        found.append(step)
        if len(found) > LONGEST_PATH:
            raise TemplateError(f"{_braced(path)} has more than {LONGEST_PATH} steps")
    return tuple(found)


def _name(rest: str, path: str) -> tuple[str, str]:
    """A name behind a dot, up to the next dot or bracket, and what follows it."""
    ends = [place for sign in ".[" if (place := rest.find(sign, 1)) > 0]
    end = min(ends, default=len(rest))
    name = rest[1:end].strip()
    if rest[0] != "." or not name or any(sign in name for sign in "{}]()|\"'"):
        raise TemplateError(f"{_braced(path)} is no variable: expected item.name or sample.output_text, dots and [0]")
    return name, rest[end:]


def _quoted_or_number(rest: str, path: str) -> tuple[str | int, str]:
    """A position, or a key in quotes, within square brackets, and what follows them."""
    inner, closed, after = rest[1:].partition("]")
    inner = inner.strip()
    if closed and inner.isascii() and inner.isdecimal() and len(inner) <= _LONGEST_NUMBER:
        return int(inner), after
    if closed and len(inner) > 2 and inner[0] == inner[-1] and inner[0] in "\"'":
        return inner[1:-1], after
    raise TemplateError(f'{_braced(path)}: expected a position from 0, or "a key", in square brackets')


def _braced(path: str) -> str:
    text = shown(path)[1:-1]
    return f"{{{{{text}}}}}"


def _value(variable: Variable, space: Mapping[str, Any]) -> Any:
    value: Any = space
    for place, step in enumerate(variable.steps):
        value = _within(value, step, variable, place)
    return value


def _within(value: Any, step: str | int, variable: Variable, place: int) -> Any:
    if isinstance(step, int) and isinstance(value, Sequence) and not isinstance(value, str) and step < len(value):
        return value[step]
    if isinstance(step, str) and isinstance(value, Mapping) and step in value:
        return value[step]
    before = ("the request", "the item" if variable.steps[0] == "item" else "the sample")
    where = before[place] if place < 2 else f"what stands at {_joined(variable.steps[:place])}"
    raise VariableError(f"{_braced(variable.written)} isn't there: {where} has {_has_no(value, step)}")


def _joined(steps: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _has_no(value: Any, step: str | int) -> str:
    if isinstance(step, int):
        is_list = isinstance(value, Sequence) and not isinstance(value, str)
        return f"{len(value)} entries, none at position {step}" if is_list else f"no entries, being {_kind(value)}"
    if not isinstance(value, Mapping):
        return f"no fields, being {_kind(value)}"
    near = closest(step, map(str, value)) if len(value) <= _MOST_COMPARED else None
    return f"no field {shown(step)}" + (f", but {shown(near)}" if near else "")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "something else")


def _as_text(value: Any) -> str:
    """A text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        raise VariableError(f"a variable holds {_kind(value)} that can't be written as JSON") from None
