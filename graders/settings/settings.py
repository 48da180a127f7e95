"""Settings: what a run injects and the wire never carries. Frozen values, secrets masked.

They come from arguments; `Settings.from_file` and `Settings.from_env` read only when called.
"""

from __future__ import annotations

import os
import typing
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator

from graders.completion.parse import Layout
from graders.settings.sections import (
    JudgeSettings,
    MathSettings,
    SettingsSection,
    StringSettings,
    TextSettings,
    ungrouped,
)
from graders.settings.setting_sources import ENV_PREFIX, Layer, as_variable, placed, read_toml
from graders.vocabulary.errors import DefinitionError, DefinitionWarning, Mistake
from graders.vocabulary.validation import caller_level, closest, hidden

Documents = Sequence[Mapping[str, Any]]

SECTION_OF = {"math_accuracy": "math", "text_similarity": "text", "string_check": "string", "llm": "judge"}
"""Which section of the settings is a grader type's own."""


class Settings(SettingsSection):
    r"""What a run injects: how completions are laid out, what to do with rows that can't be scored, and more.

    Attributes:
        answer_source: Where the answer stands: ``answer`` (the answer block), ``boxed`` (the last
            ``\boxed{}`` after the thought that is not empty), ``final`` (the last box, else what the last
            "the answer is" introduces, else a short last line), ``lenient`` (a completion without an answer
            tag is its own answer).
        tags: The names of the two blocks.
        think_prefilled: The chat template has opened the thought.
        allow_empty_think: An empty thought is well formed.
        reference_column: The dataset column that a trainer passes as reference.
        on_bad_reference: A row whose reference is empty, a placeholder or unreadable is unscored
            (``nan``), scores 0 (``zero``), or raises (``error``).
        on_unscored: What a trainer gets for an unscored row: None (``none``), the mean of the scored
            rows of its group (``group_mean``), 0 (``zero``), or an exception (``error``).
        judge, math, text, string: The sections of the graders.
        components: Other sections for single components by their name, e.g. ``{"llm#2": JudgeSettings(...)}``.
    """

    answer_source: Literal["answer", "boxed", "final", "lenient"] = "answer"
    tags: tuple[str, str] = ("think", "answer")
    think_prefilled: bool = False
    allow_empty_think: bool = False
    reference_column: Annotated[str, Field(min_length=1)] = "reference_answer"
    on_bad_reference: Literal["nan", "error", "zero"] = "nan"
    on_unscored: Literal["none", "group_mean", "zero", "error"] = "none"
    judge: JudgeSettings = JudgeSettings()
    math: MathSettings = MathSettings()
    text: TextSettings = TextSettings()
    string: StringSettings = StringSettings()
    components: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("tags", mode="before")
    @classmethod
    def _two(cls, value: object) -> object:
        """Two names as one string, as a flag or a variable gives them: separated by a comma."""
        names = tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
        if isinstance(names, list | tuple) and len(names) != 2:
            raise ValueError("two names, e.g. 'think,answer'")
        return names

    @field_validator("tags")
    @classmethod
    def _can_be_tags(cls, tags: tuple[str, str]) -> tuple[str, str]:
        for name in tags:
            if not name or any(character in "<>/" or character.isspace() for character in name):
                sentence = "two names without '<', '>', '/' and white space, e.g. ('think', 'answer')"
                raise ValueError(f"{sentence}; got {name!r}")
        if tags[0] == tags[1]:
            raise ValueError("two different names, e.g. ('think', 'answer')")
        return tags

    @field_validator("components")
    @classmethod
    def _typed_components(cls, sections: Mapping[str, Any]) -> Mapping[str, SettingsSection]:
        """Each component's section as the class that its grader type reads, or every mistake in them."""
        read: dict[str, SettingsSection] = {}
        mistakes: list[Mistake] = []
        for component, section in sections.items():
            try:
                read[component] = _section(component, section)
            except DefinitionError as error:
                mistakes += [replace(one, loc=(component, *one.loc)) for one in error.mistakes]
        if mistakes:
            raise DefinitionError("components", mistakes)
        return read

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read settings from a TOML file.

        Raises:
            DefinitionError: the file can't be read, is no TOML, or has mistakes; all of them at once.
        """
        return cls._read(str(path), [read_toml(path)])

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read settings from variables such as ``GRADERS_ANSWER_SOURCE`` or ``GRADERS_JUDGE_MODEL``.

        Args:
            environ: The variables; the process's own where None.
        """
        layer = read_env(os.environ if environ is None else environ)
        return cls._read("the environment", [layer], placed_in=[layer])

    @classmethod
    def layered(cls, *layers: Mapping[str, Any]) -> Self:
        """Settings from several raw documents; the first that gives a value has it. Sections merge key by key.

        Where a document is a `setting_sources.Layer`, as `read_toml` and `read_env` give it, its mistakes name it.
        """
        flat = [_flat(layer) for layer in layers]
        return cls._read("the settings", flat, placed_in=flat)

    @classmethod
    def _read(cls, source: str, layers: Documents, placed_in: Documents = ()) -> Self:
        """Settings of documents; each mistake names its place, where one of some documents gives that value."""
        try:
            return cls(**_merged(layers))
        except DefinitionError as error:
            raise DefinitionError(source, [placed(mistake, placed_in) for mistake in error.mistakes]) from None

    def __hash__(self) -> int:
        components = frozenset(self.components.items())
        return hash((components, *(value for name, value in self if name != "components")))

    def for_component(self, name: str) -> Settings:
        """These settings as one component sees them: its own section in place of the common one."""
        section = self.components.get(name)
        return self if section is None else self.replace(**{SECTION_OF[_type_in(name)]: section})

    @property
    def layout(self) -> Layout:
        """How completions are laid out, for the parser."""
        return Layout.of(self.tags, self.answer_source, self.think_prefilled, self.allow_empty_think)


def _flat(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    """A raw document in which the judge's settings stand by their own names; it still says where."""
    if not isinstance(layer.get("judge"), Mapping):
        return layer
    document = {**layer, "judge": ungrouped(layer["judge"])}
    return Layer(document, layer.place) if isinstance(layer, Layer) else document


def _merged(layers: Documents) -> dict[str, Any]:
    """One document of several; the first that gives a value has it, and sections merge key by key."""
    whole: dict[str, Any] = {}
    for layer in reversed(layers):
        for name, value in layer.items():
            both = isinstance(value, Mapping) and isinstance(whole.get(name), Mapping)
            whole[name] = {**whole[name], **value} if both else value
    return whole


SERVICE_KEYS = "GRADERS_API_KEYS"
"""The variable with the keys that a service lets in; no setting of a reward."""

NO_SETTINGS = {SERVICE_KEYS, "GRADERS_API_KEY", "GRADERS_URL", "GRADERS_JOBS"}
"""Variables that are none of a reward's: a service's keys, and where `graders jobs` finds jobs."""


def read_env(environ: Mapping[str, str]) -> Layer:
    """The raw settings in environment variables; a name that means nothing is warned of."""
    values: dict[str, Any] = {}
    variables = {as_variable(path): path for path in _paths()}
    for variable in sorted(environ):
        if variable in variables:
            *section, name = variables[variable]
            (values.setdefault(section[0], {}) if section else values)[name] = environ[variable]
        elif variable.startswith(ENV_PREFIX) and variable not in NO_SETTINGS:
            nearest = closest(variable, variables)
            hint = f"; did you mean {nearest}?" if nearest else ""
            sentence = f"{variable} is no setting and is ignored{hint}"
            warnings.warn(sentence, DefinitionWarning, stacklevel=caller_level())
    return Layer(values, as_variable)


def _paths() -> list[tuple[str, ...]]:
    """The path of every setting but the free-form ones."""
    sections = set(SECTION_OF.values())
    plain = [(name,) for name in Settings.model_fields if name not in {"components", *sections}]
    return [*plain, *((section, name) for section in sections for name in _class_of(section).model_fields)]


def _class_of(section: str) -> type[SettingsSection]:
    return typing.cast("type[SettingsSection]", Settings.model_fields[section].annotation)


def _type_in(component: str) -> str:
    """The grader type in a component's name: ``string_check`` in ``string_check:equals#2``."""
    return component.partition("#")[0].partition(":")[0]


def _section(component: str, section: Any) -> SettingsSection:
    field = SECTION_OF.get(_type_in(component))
    if field is None:
        nearest = closest(_type_in(component), SECTION_OF)
        allowed = f"is no grader type with settings; these are {', '.join(SECTION_OF)}"
        raise DefinitionError("components", [Mistake((), allowed, nearest, "unknown_component", component)])
    expected = _class_of(field)
    if isinstance(section, Mapping):
        return expected(**section)
    if not isinstance(section, expected):
        raise DefinitionError("components", [Mistake((), f"{hidden(section)}, expected {expected.__name__}")])
    return section
