"""From a file, JSON text or a value to a reward function."""

from __future__ import annotations

import warnings

from graders.reward.components import component_names
from graders.reward.reward_function import RewardFunction
from graders.settings.settings import Settings
from graders.vocabulary.documentation import docs_page
from graders.vocabulary.errors import TranslationWarning
from graders.vocabulary.validation import caller_level, hidden
from graders.wire.documents import Source, read_document, reward_components
from graders.wire.openai.translation import Translation


def load_reward(source: Source, settings: Settings | None = None) -> RewardFunction:
    """Make a reward function from a definition.

    Args:
        source: A path of a JSON file, JSON text, a dict, `RewardComponents`, or a `TrainingConfig` or whole
            `RequestConfig` that holds one. A grader object of OpenAI's API is translated, with a `TranslationWarning`
            that says what it means here, or refused with the reasons.
        settings: What this run injects; the defaults where None.

    Raises:
        DefinitionError: with every mistake in the document at once; also where a grader lacks a setting.
        TypeError: the source or the settings are something else than said above.

    >>> load_reward('{"graders": [{"type": "math_accuracy"}]}').weights
    {'format': 0.1, 'math_accuracy': 0.9}
    """
    given: object = settings
    if given is not None and not isinstance(given, Settings):
        raise TypeError(f"load_reward: {hidden(given)}, expected settings=graders.Settings(answer_source=...)")
    read = read_document(source)
    if isinstance(read, Translation):
        return _translated(read, settings or Settings())
    return RewardFunction(reward_components(read), settings)


def _translated(translation: Translation, given: Settings) -> RewardFunction:
    """The reward of a translation, with the settings that it takes; what was set by hand stays."""
    settings = _rouge_settings(translation, _answer_settings(translation, given))
    warnings.warn(_sentence(translation, settings), TranslationWarning, stacklevel=caller_level())
    return RewardFunction(translation.reward, settings)


def _answer_settings(translation: Translation, given: Settings) -> Settings:
    """Where answer and reference stand: the whole text, and the field that the grader names."""
    wanted: dict[str, str] = {"answer_source": "lenient"} if translation.reads_whole_text else {}
    if translation.column is not None:
        wanted["reference_column"] = translation.column
    missing = {name: value for name, value in wanted.items() if name not in given.model_fields_set}
    return given.replace(**missing) if missing else given


def _rouge_settings(translation: Translation, settings: Settings) -> Settings:
    """The ROUGE that each component wants, where it isn't the one of the settings."""
    names = component_names(translation.reward.graders)[1:]
    sections = dict(settings.components)
    for name, rouge_type in zip(names, translation.rouge_types, strict=True):
        text = settings.for_component(name).text
        if rouge_type is not None and text.rouge_type != rouge_type:
            sections[name] = text.replace(rouge_type=rouge_type)
    return settings.replace(components=sections) if sections != dict(settings.components) else settings


def _sentence(translation: Translation, settings: Settings) -> str:
    """What a translated grader means here."""
    told = ["a grader of OpenAI's API was translated"]
    if translation.column is not None:
        told.append(f"references come from the column {settings.reference_column!r}")
    if translation.reads_whole_text:
        told.append(
            f"what is compared is the answer (answer_source={settings.answer_source!r}), without white space around "
            "it, not the output character by character"
        )
        told.append("no answer scores 0, no reference is unscored")
    told += [f"{key} changes no reward and is left out" for key in translation.ignored]
    return "; ".join(told) + f" ({docs_page('integrations/coming_from')})"
