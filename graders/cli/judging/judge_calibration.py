"""A judge held against rows whose labels are known: for `graders judge-check --data`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.cli.plain_values import without_nan
from graders.contract.batch import Batch, Pairs
from graders.figures.label_agreement import Interval, LabelAgreement
from graders.judge.judgement import Judgement
from graders.offline.reading.nested_values import NOTHING
from graders.offline.reading.row import Columns, Row, missing_column
from graders.offline.reading.rows import open_rows
from graders.scorers.llm import LLMScorer
from graders.settings.settings import Settings
from graders.vocabulary.errors import DataError
from graders.vocabulary.outcome import Outcome
from graders.vocabulary.validation import shown
from graders.wire.schema import LLMGrader

PASS = 0.5
"""A score from here on counts as a pass."""

SHOWN = 20
"""So many rows that differ are printed; JSON has them all."""

GOOD_KAPPA = 0.6
"""From here on agreement is called substantial (Landis and Koch, 1977); below, a judge is said to be doubtful."""


@dataclass(slots=True)
class LabelledRows:
    """Rows with their labels, a completion each.

    Attributes:
        places: Where each stands.
        completions: The completions.
        references: Their references.
        prompts: Their prompts.
        more: Their values of other columns.
        labels: Whether each is right.
    """

    places: list[str] = field(default_factory=list)
    completions: list[Any] = field(default_factory=list)
    references: list[Any] = field(default_factory=list)
    prompts: list[Any] = field(default_factory=list)
    more: list[tuple[Any, ...]] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)

    def add(self, row: Row, columns: Columns, label_column: str, scorer: LLMScorer) -> None:
        """Take in a row.

        Raises:
            DataError: it can't be read, or has no label.
        """
        if row.error is not None:
            raise DataError(f"{row.place} {row.error}")
        try:
            example = columns.example(row.document, needs_reference=scorer.needs_reference, others=scorer.columns)
            labels = _labels(columns.label(row.document, label_column), len(example.completions), row, label_column)
        except DataError as error:
            raise DataError(f"{row.place} {error}") from None
        count = len(labels)
        self.labels += labels
        self.completions += example.completions
        self.places += [row.place] * count
        self.references += [example.reference] * count
        self.prompts += [example.prompt] * count
        self.more += [example.more] * count

    def batch(self, scorer: LLMScorer) -> Batch:
        """All of them, as a scorer takes them."""
        return Batch.of(
            self.completions,
            self.references,
            self.prompts if any(prompt is not None for prompt in self.prompts) else None,
            layout=scorer.settings.layout,
            columns={name: [values[k] for values in self.more] for k, name in enumerate(scorer.columns)},
        )


def _labels(value: Any, count: int, row: Row, column: str) -> list[bool]:
    if value is NOTHING:
        raise DataError(missing_column(row.document, column, "--label-column"))
    labels = value if isinstance(value, list) else [value]
    if len(labels) == count and all(label in (0, 1) for label in labels):
        return [bool(label) for label in labels]
    raise DataError(f"has {shown(value)} in the label column {column!r}, expected 0 or 1, one a completion")


class HeardScorer(LLMScorer):
    """A scorer that remembers what the judge said of each row."""

    def __init__(self, grader: LLMGrader, settings: Settings) -> None:
        super().__init__(grader, settings)
        self.heard: dict[int, Judgement] = {}

    def judgements(self, pairs: Pairs, batch: Batch) -> list[Judgement]:
        """As the scorer's own; of several references that which pays best is remembered."""
        found = super().judgements(pairs, batch)
        for row, one in sorted(zip(pairs.rows.tolist(), found, strict=True), key=_best_last):
            self.heard[row] = one
        return found


def _best_last(heard: tuple[int, Judgement]) -> float:
    return -1.0 if math.isnan(heard[1].value) else heard[1].value


@dataclass(frozen=True)
class Calibration:
    """What came of it.

    Attributes:
        counts: Labels and verdicts, of the rows that could be scored.
        unscored: Why the others could not, counted.
        votes: The judge's figures about votes; empty where there is one a row.
        differ: The rows on which label and verdict differ.
    """

    counts: LabelAgreement
    unscored: dict[str, int]
    votes: dict[str, float]
    differ: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        counts = self.counts
        figures = {
            "rows": counts.rows + sum(self.unscored.values()),
            "unscored": self.unscored,
            "agreement": counts.share,
            "agreement_interval": list(counts.share_interval),
            "kappa": counts.kappa,
            "kappa_interval": list(counts.kappa_interval),
            **counts._asdict(),
            **({"votes": self.votes} if self.votes else {}),
            "differ": self.differ,
        }
        return without_nan(figures)  # type: ignore[no-any-return]

    def lines(self) -> Iterator[str]:
        """For people, a line a finding."""
        counts = self.counts
        lost = ", ".join(f"{name} {n}" for name, n in self.unscored.items())
        total = counts.rows + sum(self.unscored.values())
        yield f"labelled         {total} rows" + (f", unscored {lost}" if lost else "")
        yield f"agreement        {counts.share:.3f}  {_interval(counts.share_interval)}"
        yield f"Cohen's kappa    {counts.kappa:.3f}  {_interval(counts.kappa_interval)}"
        yield f"false positives  {counts.false_passes} of {counts.false_passes + counts.neither} labelled wrong"
        yield f"false negatives  {counts.false_fails} of {counts.both + counts.false_fails} labelled right"
        if self.votes:
            yield f"votes            agree {self.votes['agreement']:.3f}, {self.votes['split']:.0f} rows split"
        for one in self.differ[:SHOWN]:
            yield f"differs          {one['row']}: label {one['label']}, judge {one['score']:g}: {one['reason']}"
        if len(self.differ) > SHOWN:
            yield f"                 and {len(self.differ) - SHOWN} more, see --json"
        yield from self._advice()

    def _advice(self) -> Iterator[str]:
        """What to do where the judge is doubtful."""
        counts = self.counts
        if not counts.kappa >= GOOD_KAPPA:
            kinds = "too lenient" if counts.false_passes > counts.false_fails else "too strict"
            doubt = "all labels are the same: label some rows of the other kind" if math.isnan(counts.kappa) else kinds
            yield f"doubtful         kappa is not above {GOOD_KAPPA}; {doubt}"
            yield "                 set: another model, a rubric in your own words, criteria, or votes and a jury"


def calibrate(data: Sequence[str], columns: Columns, label_column: str, scorer: HeardScorer) -> Calibration:
    """Have the judge decide labelled rows.

    Raises:
        DataError: a row can't be read or has no label, or there is none.
    """
    rows = LabelledRows()
    with open_rows(data) as opened:
        for row in opened:
            rows.add(row, columns, label_column, scorer)
    if not rows.labels:
        raise DataError(f"{' '.join(data)}: there are no rows")
    scores = scorer.score(rows.batch(scorer))
    scored = [k for k, value in enumerate(scores.values) if not math.isnan(value)]
    passed = {k: bool(scores.values[k] >= PASS) for k in scored}
    metrics = scorer.metrics()
    return Calibration(
        LabelAgreement.of((rows.labels[k], passed[k]) for k in scored),
        dict(Counter(str(one) for one in scores.outcomes if one.unscored)),
        {name: metrics[name] for name in ("agreement", "split", "missing_votes") if name in metrics},
        [
            _difference(rows, k, float(scores.values[k]), scores.outcomes[k], scorer)
            for k in scored
            if passed[k] != rows.labels[k]
        ],
    )


def _interval(between: Interval) -> str:
    return f"[{between.low:.3f}, {between.high:.3f}]"


def _difference(rows: LabelledRows, k: int, score: float, outcome: Outcome, scorer: HeardScorer) -> dict[str, Any]:
    heard = scorer.heard.get(k)
    return {
        "row": rows.places[k],
        "label": int(rows.labels[k]),
        "score": score,
        "outcome": str(outcome),
        "reason": (heard.reason if heard else "") or outcome.meaning,
    }
