"""From a document to an `OpenAIGrader`, or every mistake in it at once, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from graders.contract import registry
from graders.vocabulary.documentation import docs_page
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import closest, mistakes_of, shown
from graders.wire.openai.formula_parser import is_variable
from graders.wire.openai.grader_documents import (
    MOST_GRADERS,
    OpenAIDocument,
    OpenAIGrader,
    OpenAILabelModel,
    OpenAIMulti,
    OpenAIScoreModel,
    OpenAIStringCheck,
    OpenAITextSimilarity,
    OwnGrader,
    Single,
)
from graders.wire.schema import RewardComponents, StringOperation

_D = TypeVar("_D", bound=OpenAIDocument)
Loc = tuple[str | int, ...]

_MODELS: dict[str, type[OpenAIGrader]] = {
    "string_check": OpenAIStringCheck,
    "text_similarity": OpenAITextSimilarity,
    "score_model": OpenAIScoreModel,
    "label_model": OpenAILabelModel,
}
_THEIRS = (*_MODELS, "multi", "python")
_OWN_KEYS = ("name", "input", "reference", "prompt", "pass_threshold")

_PYTHON = (
    f"'python' runs code of a request, and nothing here does: make a scorer of it ({docs_page('write_your_own')}), "
    "register it "
    "where the service or the training runs, and name its type here"
)
_COSINE = "'cosine' needs OpenAI's embeddings: take fuzzy_match, bleu, gleu or rouge_l, or ask a score_model"
_METEOR = (
    "'meteor' needs the WordNet data of nltk, which this machine lacks: run `python -m nltk.downloader wordnet` "
    "on it, or take gleu or rouge_l"
)
_NESTED = "a multi within a multi is not taken, here or there: write one formula over all graders"
_LIST = "got a list, expected an object from keys to graders: the formula names a grader by its key"
_LONE = "got a single grader, expected an object from keys to graders, such as {'answer': {...}}"


def is_openai(document: Mapping[str, Any]) -> bool:
    """Whether a document is one of OpenAI's graders, and not one of ours that stands alone.

    >>> is_openai({"type": "string_check", "operation": "eq"}), is_openai({"type": "math_accuracy"})
    (True, False)
    """
    kind = document.get("type")
    return kind in _THEIRS and not _is_own(document)


def grader_within(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The grader of OpenAI's that a document is or holds: alone, in a call to validate, in a job; None.

    >>> grader_within({"grader": {"type": "multi"}})
    {'type': 'multi'}
    """
    if is_openai(document):
        return document
    held: Any = document.get("grader") if document.keys() == {"grader"} else document.get("method")
    for key in ("reinforcement", "grader"):  # of a fine-tuning job
        held = held.get(key, held) if isinstance(held, Mapping) else None
    return held if isinstance(held, Mapping) and "type" in held and is_openai(held) else None


def read_grader(document: object, source: str = "the grader") -> OpenAIGrader:
    """Read a grader: one of OpenAI's, or one of ours.

    Args:
        document: The JSON value.
        source: What errors call it.

    Raises:
        DefinitionError: with every mistake in it.
    """
    mistakes: list[Mistake] = []
    grader = _read(document, (), mistakes)
    if mistakes or grader is None:
        raise DefinitionError(source, mistakes)
    return grader


def _read(document: object, loc: Loc, mistakes: list[Mistake]) -> OpenAIGrader | None:
    if not isinstance(document, Mapping):
        mistakes.append(Mistake(loc, f"got {shown(document)}, expected a grader", found=document))
        return None
    if "type" not in document:
        expected = ", ".join(map(repr, _known()))
        mistakes.append(Mistake((*loc, "type"), f"is missing and has no default, expected one of {expected}"))
        return None
    kind = document["type"]
    if kind == "multi":
        return _read_multi(document, loc, mistakes)
    return _read_single(document, kind, loc, mistakes)


def _known() -> list[str]:
    return list(dict.fromkeys([*_THEIRS[:-1], *registry.known_types()]))


def _is_own(document: Mapping[str, Any]) -> bool:
    """Whether a grader whose type both have is written in our way."""
    kind, operation = document.get("type"), document.get("operation")
    if kind == "string_check":
        return isinstance(operation, str) and operation.casefold() in set(StringOperation)
    return kind == "text_similarity" and "operation" in document and "evaluation_metric" not in document


def _read_single(document: Mapping[str, Any], kind: object, loc: Loc, mistakes: list[Mistake]) -> OpenAIGrader | None:
    refusal = _refusal(document)
    if refusal is not None:
        mistakes.append(replace(refusal, loc=(*loc, *refusal.loc)))
        return None
    if isinstance(kind, str) and kind in _MODELS and not _is_own(document):
        return _completed(_validated(_MODELS[kind], document, loc, mistakes), loc, mistakes)
    if isinstance(kind, str) and kind.casefold() in registry.known_types():
        return _read_own(document, loc, mistakes)
    near = closest(kind, _known())
    expected = ", ".join(map(repr, _known()))
    sentence = f"got {shown(kind)}, expected one of {expected}"
    mistakes.append(Mistake((*loc, "type"), sentence, near, "unknown_grader", kind))
    return None


def _refusal(document: Mapping[str, Any]) -> Mistake | None:
    """What of OpenAI's is not offered here, and what to do instead."""
    kind, metric = document["type"], document.get("evaluation_metric")
    if kind == "python":
        return Mistake(("type",), _PYTHON, kind="unsupported_grader", found=kind)
    if kind != "text_similarity":
        return None
    if metric == "cosine":
        return Mistake(("evaluation_metric",), _COSINE, kind="unsupported_metric", found=metric)
    if metric == "meteor" and not _has_wordnet():
        return Mistake(("evaluation_metric",), _METEOR, kind="unsupported_metric", found=metric)
    return None


def _has_wordnet() -> bool:
    from graders import text  # the metrics load when the first of them is asked for

    return text.find_wordnet() is not None


def _completed(grader: OpenAIGrader | None, loc: Loc, mistakes: list[Mistake]) -> OpenAIGrader | None:
    """What concerns two fields at once."""
    if isinstance(grader, OpenAILabelModel):
        for place, label in enumerate(grader.passing_labels):
            if label not in grader.labels:
                sentence = f"got {shown(label)}, expected one of the labels {', '.join(map(repr, grader.labels))}"
                near = closest(label, grader.labels)
                mistakes.append(Mistake((*loc, "passing_labels", place), sentence, near, found=label))
    return grader


def _validated(model: type[_D], document: Mapping[str, Any], loc: Loc, mistakes: list[Mistake]) -> _D | None:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        mistakes += [replace(one, loc=(*loc, *one.loc)) for one in mistakes_of(error, document)]
    return None


def _read_own(document: Mapping[str, Any], loc: Loc, mistakes: list[Mistake]) -> OwnGrader | None:
    """A grader of ours: its own keys by its own rules, and templates beside them."""
    bare = {key: value for key, value in document.items() if key not in _OWN_KEYS}
    if bare.pop("weight", None) is not None:
        sentence = "is ignored here: the formula says what the grader weighs"
        mistakes.append(Mistake((*loc, "weight"), sentence, found=document["weight"]))
    try:
        grader = RewardComponents.model_validate({"graders": [bare]}).graders[0]
    except ValidationError as error:
        found = mistakes_of(error, {"graders": [bare]})
        mistakes += [replace(one, loc=(*loc, *one.loc[2:])) for one in found]
        return None
    beside = {key: document[key] for key in _OWN_KEYS if key in document}
    return _validated(OwnGrader, {"type": grader.type, "grader": grader, **beside}, loc, mistakes)


def _read_multi(document: Mapping[str, Any], loc: Loc, mistakes: list[Mistake]) -> OpenAIMulti | None:
    before = len(mistakes)
    parts = _read_parts(document.get("graders"), (*loc, "graders"), mistakes)
    bare = {key: value for key, value in document.items() if key != "graders"}
    multi = _validated(OpenAIMulti, bare, loc, mistakes)
    if multi is not None and parts is not None:
        mistakes += _unknown_variables(multi, list(parts), loc)
    if multi is None or parts is None or len(mistakes) > before:
        return None
    return multi.model_copy(update={"graders": parts})


def _read_parts(given: object, loc: Loc, mistakes: list[Mistake]) -> dict[str, Single | None] | None:
    """The graders of a multi; None where the keys can't be told."""
    sentence = None
    if given is None:
        sentence = "is missing and has no default, expected an object from keys to graders"
    elif isinstance(given, list):
        sentence = _LIST
    elif not isinstance(given, Mapping):
        sentence = f"got {shown(given)}, expected an object from keys to graders"
    elif isinstance(given.get("type"), str):
        sentence = _LONE
    elif not 1 <= len(given) <= MOST_GRADERS:
        sentence = f"holds {len(given)} graders, expected 1 to {MOST_GRADERS}"
    if sentence is not None or not isinstance(given, Mapping):
        mistakes.append(Mistake(loc, sentence or ""))
        return None
    return {key: _read_part(key, part, (*loc, key), mistakes) for key, part in given.items()}


def _read_part(key: str, part: object, loc: Loc, mistakes: list[Mistake]) -> Single | None:
    if not is_variable(key):
        sentence = "can't be named in a formula: a key is letters, digits and underscores, and no function's name"
        mistakes.append(Mistake(loc, sentence, kind="graders_key", found=key))
    if isinstance(part, Mapping) and part.get("type") == "multi":
        mistakes.append(Mistake((*loc, "type"), _NESTED, kind="nested_multi", found="multi"))
        return None
    return _read(part, loc, mistakes)  # type: ignore[return-value]  # a multi was refused above


def _unknown_variables(multi: OpenAIMulti, keys: list[str], loc: Loc) -> list[Mistake]:
    found = []
    for name in multi.calculate_output.variables:
        if name not in keys:
            sentence = f"names {shown(name)}, and the graders' keys are {', '.join(map(repr, keys))}"
            found.append(Mistake((*loc, "calculate_output"), sentence, closest(name, keys), found=name))
    return found
