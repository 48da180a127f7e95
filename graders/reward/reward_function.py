"""A reward definition made into a function: parse a batch, score it, combine the scores."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from graders.contract.batch import Batch, check_is_column
from graders.contract.scorer import Scorer
from graders.contract.scores import Scores
from graders.errors import BadReferenceError, BatchWarning, DataError, GameableRewardWarning, GradersError
from graders.figures.grouping import Aggregation
from graders.judge.judge_errors import JudgeError
from graders.outcome import Outcome
from graders.reward.batch_warnings import oddities
from graders.reward.components import FORMAT, make_scorers, warn_of_weaknesses
from graders.reward.explanation import Explanation, explain_row
from graders.reward.reward_batch import RewardBatch
from graders.reward.telemetry import LogColumn, LogMetric, Telemetry
from graders.settings.settings import Settings
from graders.version import __version__
from graders.wire.schema import RewardComponents

__all__ = ["FORMAT", "ReferenceFault", "RewardFunction"]

log = logging.getLogger("graders")


class ReferenceFault(NamedTuple):
    """A reference that no answer can be compared with.

    Attributes:
        row: Its position.
        reference: The reference itself.
        component: Which component can't use it.
        reason: Why.
    """

    row: int
    reference: str
    component: str
    reason: str


class RewardFunction:
    """A reward, ready to score batches. Make one with `graders.load_reward`, or from `RewardComponents`.

    It is a valid reward function for TRL's trainers as it is. It pickles (definition and settings only),
    works in any thread, after fork and under spawn.

    Attributes:
        definition: The `RewardComponents` this reward computes.
        settings: The `Settings` of this run.
        side_by_side: Whether each scorer has a thread of its own, so that a judge waits while the others compute.

    Raises:
        DefinitionError: a grader needs a setting that is not given, or settings name an unknown component.

    Example::

        reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
        batch = reward.evaluate(["<think>x</think><answer>Paris</answer>"], reference_answer=["Paris"])
        batch.rewards      # array([1.])
    """

    def __init__(self, definition: RewardComponents, settings: Settings | None = None) -> None:
        self.definition = definition
        self.settings = settings or Settings()
        self.side_by_side = False
        self._scorers = make_scorers(definition.graders, self.settings)
        self._weights = dict(zip(self._scorers, definition.effective_weights, strict=True))
        self._said: set[str] = set()
        self._telemetry = Telemetry()
        self.__name__ = "reward"
        warn_of_weaknesses(self._scorers, self._weights)

    @property
    def weights(self) -> dict[str, float]:
        """The effective weight of each component by name, ``"format"`` first; they sum to 1."""
        return dict(self._weights)

    def evaluate(
        self,
        completions: Iterable[Any],
        reference_answer: Iterable[Any] | None = None,
        prompts: Iterable[Any] | None = None,
        group: Iterable[Hashable] | None = None,
    ) -> RewardBatch:
        """Score a batch.

        Args:
            completions: n strings, lists of chat messages (the last assistant message with text counts), or None.
            reference_answer: n strings, numbers, or lists of acceptable references. May be left out where no
                grader reads it.
            prompts: n strings or lists of chat messages; what some graders ask about, and what groups rows.
            group: n group ids; runs of equal prompts where None.

        Returns:
            The rewards, shape (n,), and what they are made of.

        Raises:
            TypeError: a row is of no type that holds a completion, reference or prompt; the message names it.
            DataError: columns differ in length, or references are missing where a grader needs them.
            BadReferenceError: a reference is bad, and ``settings.on_bad_reference`` is ``error``.
        """
        batch = Batch.of(completions, reference_answer, prompts, group, self.settings.layout)
        result = self._score(batch)
        self._say_what_is_odd(result)
        return result

    def __call__(
        self, completions: Iterable[Any], prompts: Iterable[Any] | None = None, **given: Any
    ) -> list[float | None]:
        """The rewards as TRL's trainers take them: one float a completion, None where unscored.

        Args:
            completions: As in `evaluate`.
            prompts: As in `evaluate`.
            **given: What else `evaluate_and_log` takes: where to log, and the dataset's columns.

        Raises:
            DataError: what `evaluate_columns` raises.
        """
        return self.evaluate_and_log(completions, prompts, **given).for_trainer()

    def evaluate_and_log(
        self,
        completions: Iterable[Any],
        prompts: Iterable[Any] | None = None,
        log_metric: LogMetric | None = None,
        log_extra: LogColumn | None = None,
        **columns: Any,
    ) -> RewardBatch:
        """What a trainer's step passes, evaluated, and its figures told to the trainer's log.

        Args:
            completions: As in `evaluate`.
            prompts: As in `evaluate`.
            log_metric: Takes each figure of the batch as ``graders/...`` and a number; TRL passes it.
            log_extra: Takes columns as ``graders/...`` and a list as long as the batch; TRL passes it.
            **columns: The dataset's columns; the references are in the one that
                ``settings.reference_column`` names. The others are ignored.

        Raises:
            DataError: what `evaluate_columns` raises.
        """
        started = time.perf_counter()
        result = self.evaluate_columns(completions, prompts, columns)
        self._telemetry.report(result, time.perf_counter() - started, log_metric, log_extra, self.scorer_metrics())
        return result

    def evaluate_columns(
        self,
        completions: Iterable[Any],
        prompts: Iterable[Any] | None,
        columns: Mapping[str, Any],
    ) -> RewardBatch:
        """As `evaluate`, from a dataset's columns and in a run that should go on: what integrations build on.

        Args:
            completions: As in `evaluate`.
            prompts: As in `evaluate`.
            columns: The dataset's columns by name.

        Raises:
            DataError: the column of references is missing and a grader needs it; and what `evaluate` raises. A judge
                that is down is not among it, unless ``JudgeSettings.max_unscored`` was given: a run goes on.
        """
        references = columns.get(self.settings.reference_column)
        if references is None and self._needing_reference():
            given = ", ".join(sorted(columns)) or "none"
            raise DataError(
                f"{self._needing_reference()[0]} needs references, and the column "
                f"{self.settings.reference_column!r} was not passed (columns passed: {given}); "
                "name yours with Settings(reference_column=...)"
            )
        batch = Batch.of(completions, references, prompts, None, self.settings.layout)
        result = self._score(batch, in_training=True)
        self._say_what_is_odd(result)
        return result

    def variant(self, *, aggregation: Aggregation = "sum_then_normalize", side_by_side: bool = False) -> RewardFunction:
        """This very reward for another kind of training; both share their scorers and what these hold.

        Args:
            aggregation: What the trainer normalises, which the figures of groups in its log depend on.
            side_by_side: As the attribute.
        """
        other = object.__new__(RewardFunction)
        vars(other).update(vars(self), side_by_side=side_by_side, _telemetry=Telemetry(aggregation))
        return other

    def scorer_metrics(self) -> dict[str, float]:
        """What single scorers have counted in this process, such as a judge's calls, as ``"llm/total/calls"``."""
        return {
            f"{name}/total/{key}": value
            for name, scorer in self._scorers.items()
            for key, value in scorer.metrics().items()
        }

    def explain(self, completion: Any, reference_answer: Any = None, prompt: Any = None) -> Explanation:
        """Take the reward of one completion apart; the numbers are those that `evaluate` gives.

        Args:
            completion: One completion, as in `evaluate`.
            reference_answer: Its reference, or a list of acceptable ones.
            prompt: Its prompt.
        """
        references = None if reference_answer is None else [reference_answer]
        batch = Batch.of([completion], references, None if prompt is None else [prompt], None, self.settings.layout)
        result = self._score(batch)
        return explain_row(result, self._scorers, self.settings.layout)

    def check_references(self, references: Iterable[Any]) -> list[ReferenceFault]:
        """The references that can't be used, before anything runs.

        Args:
            references: Strings, numbers or lists of acceptable references.

        Returns:
            One entry for each bad reference and component, in row order; empty where all is well.
        """
        check_is_column("references", references)
        rows = list(references)
        batch = Batch.of([""] * len(rows), rows)
        needing = {name: self._scorers[name].reference_fault for name in self._needing_reference()}
        reasons = {
            (name, reference): reason
            for name, fault in needing.items()
            for reference in {*batch.distinct_references, ""}
            if (reason := fault(reference))
        }
        return [
            ReferenceFault(row, reference, name, reasons[name, reference])
            for row, several in enumerate(batch.references or ())
            for reference in ((several,) if isinstance(several, str) else several or ("",))
            for name in needing
            if (name, reference) in reasons
        ]

    def signature(self) -> str:
        """One line that says what makes two numbers of this reward comparable.

        >>> from graders import load_reward
        >>> load_reward({"graders": [{"type": "format_check"}]}).signature().split("|")[0]
        'format:0.1(prefilled=False,empty_think=False)'
        """
        parts = [f"{name}:{self.weights[name]:.12g}{_options(scorer)}" for name, scorer in self._scorers.items()]
        settings = self.settings
        run = [
            f"answer:{settings.answer_source}",
            f"tags:{'/'.join(settings.tags)}",
            f"bad_reference:{settings.on_bad_reference}",
            f"version:{__version__}",
        ]
        return "|".join([*parts, *run])

    def __repr__(self) -> str:
        weights = ", ".join(f"{name}={weight:.6g}" for name, weight in self.weights.items())
        return f"<RewardFunction {weights}>"

    def __reduce__(self) -> tuple[Any, ...]:
        of_this_kind = {"aggregation": self._telemetry.aggregation, "side_by_side": self.side_by_side}
        return _rebuilt, (self.definition, self.settings, self.__name__, of_this_kind)

    @property
    def needs_reference(self) -> bool:
        """Whether any grader compares with a reference."""
        return bool(self._needing_reference())

    def _needing_reference(self) -> list[str]:
        return [name for name, scorer in self._scorers.items() if scorer.needs_reference]

    def _score(self, batch: Batch, *, in_training: bool = False) -> RewardBatch:
        """Score a parsed batch with every scorer."""
        needing = self._needing_reference()
        if batch.references is None and needing:
            raise DataError(f"{needing[0]} needs references: pass reference_answer=, one a completion")
        one = partial(self._scores, batch, in_training=in_training)
        if self.side_by_side and len(self._scorers) > 1:
            with ThreadPoolExecutor(len(self._scorers), "graders-scorer") as pool:
                scores = list(pool.map(one, self._scorers))
        else:
            scores = list(map(one, self._scorers))
        return RewardBatch(
            batch, dict(zip(self._scorers, scores, strict=True)), self.weights, self.settings.on_unscored
        )

    def _scores(self, batch: Batch, name: str, *, in_training: bool) -> Scores:
        """One component's scores; in a run, a judge that leaves too much open leaves the batch unscored."""
        try:
            return self._settled(_isolated(name, self._scorers[name], batch), batch)
        except JudgeError as error:
            judge = self.settings.for_component(name).judge
            if not in_training or "max_unscored" in judge.model_fields_set or judge.on_alarm == "raise":
                raise
            log.warning("%s leaves the whole batch of %d rows unscored: %s", name, len(batch), error)
            return Scores.all(len(batch), np.nan, Outcome.JUDGE_UNREACHABLE)

    def _settled(self, scores: Scores, batch: Batch) -> Scores:
        """Scores with bad references dealt with as the settings say."""
        bad = scores.codes == Outcome.BAD_REFERENCE.code
        if self.settings.on_bad_reference == "nan" or not bad.any():
            return scores
        if self.settings.on_bad_reference == "error":
            raise BadReferenceError(self._bad_reference_sentence(batch, np.flatnonzero(bad).tolist()))
        return replace(scores, values=np.where(bad, 0.0, scores.values))

    def _bad_reference_sentence(self, batch: Batch, rows: list[int]) -> str:
        faults = self.check_references([batch.references[rows[0]]]) if batch.references else []
        why = f": {faults[0].component} finds {faults[0].reference!r:.80} {faults[0].reason}" if faults else ""
        return f"{len(rows)} of {len(batch)} rows have a reference that can't be used, the first is row {rows[0]}{why}"

    def _say_what_is_odd(self, result: RewardBatch) -> None:
        """Warn, once each, of what looks wrong with a whole batch."""
        for topic, sentence in oddities(result, self.settings).items():
            if topic not in self._said:
                self._warn_once(topic, sentence)
        bad = {
            row
            for scores in result.scores.values()
            if scores.has(Outcome.BAD_REFERENCE)
            for row in np.flatnonzero(scores.codes == Outcome.BAD_REFERENCE.code).tolist()
        }
        if bad and "references" not in self._said:
            self._warn_once("references", self._bad_reference_sentence(result.batch, sorted(bad)))

    def _warn_once(self, topic: str, sentence: str) -> None:
        self._said.add(topic)
        warnings.warn(sentence, BatchWarning, stacklevel=4)


def _rebuilt(
    definition: RewardComponents, settings: Settings, name: str, of_this_kind: dict[str, Any]
) -> RewardFunction:
    """A reward from its pickle, without saying again what was said when it was first built."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GameableRewardWarning)
        reward = RewardFunction(definition, settings)
    reward.__name__ = name
    return reward.variant(**of_this_kind)


def _isolated(name: str, scorer: Scorer[Any], batch: Batch) -> Scores:
    """The scores of a batch, where rows that make the scorer raise are unscored and touch no other row."""
    try:
        scores = scorer.score(batch)
        if not isinstance(scores, Scores):
            raise TypeError(f"{name}: the scorer gave {type(scores).__name__}, expected Scores")  # noqa: TRY301
        if len(scores) != len(batch):
            raise ValueError(f"{name}: the scorer gave {len(scores)} scores for {len(batch)} rows")  # noqa: TRY301
    except GradersError:
        raise
    except Exception as error:  # noqa: BLE001 - the one boundary that isolates a scorer's faults
        fault = error
    else:
        return scores
    if len(batch) > 1:
        halves = batch.rows(range(len(batch) // 2)), batch.rows(range(len(batch) // 2, len(batch)))
        return _joined([_isolated(name, scorer, half) for half in halves])
    log.warning("%s could not score a row: %s: %s", name, type(fault).__name__, fault, exc_info=fault)
    return Scores.all(len(batch), np.nan, Outcome.SCORER_ERROR)


def _joined(parts: list[Scores]) -> Scores:
    return Scores(np.concatenate([part.values for part in parts]), np.concatenate([part.codes for part in parts]))


def _options(scorer: Scorer[Any]) -> str:
    """A component's own fields and what its scorer adds, e.g. ``(temperature=0.0,model=...)``."""
    own = scorer.grader.model_dump(mode="json", exclude={"type", "weight", "operation"})
    options = ",".join(f"{name}={value}" for name, value in {**own, **scorer.signature()}.items())
    return f"({options})" if options else ""
