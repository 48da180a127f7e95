"""A reward definition made into a function: parse a batch, score it, combine the scores."""

from __future__ import annotations

import time
import warnings
from collections.abc import Hashable, Iterable, Mapping
from itertools import chain
from operator import attrgetter
from typing import Any

from graders import __version__
from graders.completion.skeleton import Skeleton
from graders.contract.batch import Batch
from graders.contract.grader import Grader
from graders.contract.scores import Scores
from graders.figures.grouping import Aggregation
from graders.reward.batch_warnings import BatchWarnings
from graders.reward.components import make_scorers, warn_of_weaknesses
from graders.reward.explanation import Explanation, explain_row
from graders.reward.isolation import ScorerRun
from graders.reward.reference_faults import ReferenceFault, reference_faults
from graders.reward.reward_batch import RewardBatch
from graders.reward.system_prompt import asked_skeleton, system_prompt
from graders.reward.telemetry import LogColumn, LogMetric, Telemetry
from graders.settings.settings import Settings
from graders.vocabulary.errors import DataError, GameableRewardWarning
from graders.wire.schema import RewardComponents

Columns = Mapping[str, Iterable[Any]]
"""Columns of a dataset by name."""


class RewardFunction:
    """A reward, ready to score batches. Make one with `graders.load_reward`, or from `RewardComponents`.

    It is a valid reward function for TRL's trainers as it is. It pickles (definition and settings only),
    works in any thread, after fork and under spawn.

    Attributes:
        definition: The `RewardComponents` this reward computes.
        settings: The `Settings` of this run.
        side_by_side: Whether each scorer has a thread of its own, so that a judge waits while the others compute.
        needs_reference: Whether any grader compares with a reference.
        reads_reference: Whether any reads one where there is one.
        columns: Other columns of the data that its graders read, by name.
        reads_conversations: Whether any reads whole prompts.

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
        self._layout = self.settings.layout
        self._scorers = make_scorers(definition.graders, self.settings)
        self.needs_reference = any(map(attrgetter("needs_reference"), self._scorers.values()))
        self.reads_reference = self.needs_reference or any(map(attrgetter("reads_reference"), self._scorers.values()))
        self.reads_conversations = any(map(attrgetter("reads_conversations"), self._scorers.values()))
        read = map(attrgetter("columns"), self._scorers.values())
        self.columns = tuple(dict.fromkeys(chain.from_iterable(read)))
        self._weights = dict(zip(self._scorers, definition.effective_weights, strict=True))
        self._warnings = BatchWarnings(self._scorers, self._layout)
        self._about = self._weights, self.settings.on_unscored, self._layout  # what a batch of results says of it
        self._told: set[str] = set()
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
        *,
        columns: Columns | None = None,
    ) -> RewardBatch:
        """Score a batch.

        Args:
            completions: n strings, lists of chat messages (the last assistant message with text counts), or None.
            reference_answer: n strings, numbers, or lists of acceptable references. May be left out where no
                grader reads it.
            prompts: n strings or lists of chat messages; what some graders ask about, and what groups rows.
            group: n group ids; runs of equal prompts where None.
            columns: The other columns that graders read, each of n values.

        Returns:
            The rewards, shape (n,), and what they are made of.

        Raises:
            TypeError: a row is of no type that holds a completion, reference or prompt; the message names it.
            DataError: columns differ in length, or what a grader needs is missing.
            BadReferenceError: a reference is bad, and ``settings.on_bad_reference`` is ``error``.
        """
        return self._evaluate(self._batch(completions, reference_answer, prompts, group, columns))

    def evaluate_again(  # noqa: PLR0913 - as `evaluate`, and what is known
        self,
        known: Mapping[str, Scores],
        completions: Iterable[Any],
        reference_answer: Iterable[Any] | None = None,
        prompts: Iterable[Any] | None = None,
        group: Iterable[Hashable] | None = None,
        *,
        columns: Columns | None = None,
    ) -> RewardBatch:
        """As `evaluate`, of a batch that was scored before: only rows that were left unscored are scored again.

        Args:
            known: The scores of each component that it had; rows without a NaN keep theirs.
            completions: As in `evaluate`.
            reference_answer: As in `evaluate`.
            prompts: As in `evaluate`.
            group: As in `evaluate`.
            columns: As in `evaluate`.
        """
        batch = self._batch(completions, reference_answer, prompts, group, columns)
        run = ScorerRun(self._scorers, self.settings, self.side_by_side, told=self._told)
        return RewardBatch(batch, run.scores_again(batch, known), *self._about)

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
        self._telemetry.report(result, time.perf_counter() - started, log_metric, log_extra, self.scorer_metrics)
        return result

    def evaluate_columns(
        self, completions: Iterable[Any], prompts: Iterable[Any] | None, columns: Mapping[str, Any]
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
        if references is None and self.needs_reference:
            name = next(name for name, scorer in self._scorers.items() if scorer.needs_reference)
            given = ", ".join(sorted(columns)) or "none"
            missing = f"the column {self.settings.reference_column!r} was not passed (columns passed: {given})"
            remedy = "name yours with Settings(reference_column=...)"
            raise DataError(f"{name} needs references, and {missing}; {remedy}")
        return self._evaluate(self._batch(completions, references, prompts, None, columns), goes_on=True)

    def variant(self, *, aggregation: Aggregation = "sum_then_normalize", side_by_side: bool = False) -> RewardFunction:
        """This very reward for another kind of training; both share their scorers and what these hold.

        Args:
            aggregation: What the trainer normalises, which the figures of groups in its log depend on.
            side_by_side: As the attribute.
        """
        other = object.__new__(RewardFunction)  # a copy that shares all it holds, which no constructor makes
        vars(other).update(vars(self), side_by_side=side_by_side, _telemetry=Telemetry(aggregation))
        return other

    def scorer_metrics(self) -> dict[str, float]:
        """What single scorers have counted in this process, such as a judge's calls, as ``"llm/total/calls"``."""
        return {
            f"{name}/total/{key}": value
            for name, scorer in self._scorers.items()
            for key, value in scorer.metrics().items()
        }

    def explain(
        self,
        completion: Any,
        reference_answer: Any = None,
        prompt: Any = None,
        columns: Mapping[str, Any] | None = None,
    ) -> Explanation:
        """Take the reward of one completion apart; the numbers are those that `evaluate` gives.

        Args:
            completion: One completion, as in `evaluate`.
            reference_answer: Its reference, or a list of acceptable ones.
            prompt: Its prompt.
            columns: Its values of other columns that graders read.
        """
        references = None if reference_answer is None else [reference_answer]
        prompts = None if prompt is None else [prompt]
        more = {name: [value] for name, value in (columns or {}).items()}
        result = self.score_batch(self._batch([completion], references, prompts, None, more))
        return explain_row(result, self._scorers, self._layout)

    def check_references(self, references: Iterable[Any]) -> list[ReferenceFault]:
        """The references that can't be used, or pay an identical text alone, before anything runs.

        Args:
            references: Strings, numbers or lists of acceptable references.

        Returns:
            One entry for each bad reference and component, in row order; empty where all is well. An entry is
            ``usable`` where an answer of the same text is paid, and nothing else.
        """
        return reference_faults(self._scorers, references)

    def system_prompt(self, *, expects: str | None = None, template: str | None = None) -> str:
        r"""What a policy has to be told so that its completions are read: the layout of the settings, and the answer.

        Args:
            expects: What the answer is: ``math``, ``choice``, ``text``, or a clause of your own that goes on from "The
                answer is"; where None, the graders say.
            template: A prompt of your own, with ``{layout}`` (a sentence), ``{example}`` (a completion to be filled
                in) and ``{answer}`` (a sentence) where these should stand. Other braces stay as they are.

        Raises:
            DefinitionError: the template has neither ``{layout}`` nor ``{example}``.

        >>> from graders import Settings, load_reward
        >>> reward = load_reward({"graders": [{"type": "math_accuracy"}]}, Settings(tags=("reason", "solution")))
        >>> print(reward.system_prompt(template="You are a student. Reply as here:\n{example}"), end="")
        You are a student. Reply as here:
        <reason>
        your thoughts
        </reason>
        <solution>your answer</solution>
        """
        return system_prompt(self._layout, self._scorers, self._weights, expects, template)

    @property
    def skeleton(self) -> Skeleton:
        """A completion that the settings read and that earns the format share, with gaps for thought and answer."""
        return asked_skeleton(self._layout, self._scorers, self._weights)

    def signature(self) -> str:
        """One line that says what makes two numbers of this reward comparable.

        >>> from graders import load_reward
        >>> load_reward({"graders": [{"type": "format_check"}]}).signature().split("|")[0]
        'format:0.1(prefilled=False,empty_think=False)'
        """
        added = [scorer.signature() for scorer in self._scorers.values()]
        options = [_options(scorer.grader, more) for scorer, more in zip(self._scorers.values(), added, strict=True)]
        parts = [f"{name}:{self._weights[name]:.12g}{own}" for name, own in zip(self._scorers, options, strict=True)]
        settings = self.settings
        read = f"answer:{settings.answer_source}|tags:{'/'.join(settings.tags)}"
        return "|".join([*parts, read, f"bad_reference:{settings.on_bad_reference}", f"version:{__version__}"])

    def __repr__(self) -> str:
        weights = ", ".join(f"{name}={weight:.6g}" for name, weight in self.weights.items())
        return f"<RewardFunction {weights}>"

    def _repr_html_(self) -> str:
        from graders.reward.notebook_cards import reward_card

        said = {name: clause for name, scorer in self._scorers.items() if (clause := scorer.expects())}
        return reward_card(self.weights, said, self.skeleton.filled("...", "..."), self.signature())

    def __reduce__(self) -> tuple[Any, ...]:
        of_this_kind = {"aggregation": self._telemetry.aggregation, "side_by_side": self.side_by_side}
        return _rebuilt, (self.definition, self.settings, self.__name__, of_this_kind)

    def _batch(
        self,
        completions: Iterable[Any],
        references: Iterable[Any] | None,
        prompts: Iterable[Any] | None,
        group: Iterable[Hashable] | None,
        columns: Columns | None,
    ) -> Batch:
        """A batch with the other columns that scorers read, which must be there."""
        given = columns or {}
        for name in self.columns:
            if given.get(name) is None:
                reader = next(one for one, scorer in self._scorers.items() if name in scorer.columns)
                passed = ", ".join(sorted(given)) or "none"
                raise DataError(f"{reader} reads the column {name!r}, which was not passed (columns passed: {passed})")
        own = {name: given[name] for name in self.columns}
        return Batch.of(completions, references, prompts, group, self._layout, columns=own)

    def _evaluate(self, batch: Batch, *, goes_on: bool = False) -> RewardBatch:
        """The one way from a batch to its rewards; whoever asked is warned of what is odd in it."""
        result = self.score_batch(batch, goes_on=goes_on)
        self._warnings.warn(result)
        return result

    def score_batch(self, batch: Batch, *, goes_on: bool = False) -> RewardBatch:
        """Score a batch that is made already, and warn of nothing: what asks a reward on its own account builds on it.

        Args:
            batch: As `Batch.of` makes it.
            goes_on: Whether a judge that is down leaves rows unscored, whatever their share.
        """
        run = ScorerRun(self._scorers, self.settings, self.side_by_side, goes_on, self._told)
        return RewardBatch(batch, run.scores(batch), *self._about)


def _rebuilt(
    definition: RewardComponents, settings: Settings, name: str, of_this_kind: dict[str, Any]
) -> RewardFunction:
    """A reward from its pickle, without saying again what was said when it was first built."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GameableRewardWarning)
        reward = RewardFunction(definition, settings)
    reward.__name__ = name
    return reward.variant(**of_this_kind)


def _options(grader: Grader, added: Mapping[str, object]) -> str:
    """A grader's own fields and what its scorer adds, e.g. ``(temperature=0.0,model=...)``."""
    own = grader.model_dump(mode="json", exclude={"type", "weight", "operation"})
    options = ",".join(f"{name}={value}" for name, value in {**own, **added}.items())
    return f"({options})" if options else ""
