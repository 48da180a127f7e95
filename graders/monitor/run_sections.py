"""The sections of a watched run's page that are drawn over its steps, and where it all came from."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from graders.monitor.detectors import title_of
from graders.monitor.recording import WatchAlarm
from graders.monitor.sequential import FALSE_ALARMS, HORIZON
from graders.monitor.step_rows import TRAITS
from graders.monitor.watch_run import Curve, WatchRun
from graders.pages import svg
from graders.pages.excerpt import cut
from graders.pages.formatting import count, counted, figure, percent
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, component, figures, lead, legend, note, table
from graders.pages.step_plots import StepAxis
from graders.vocabulary.outcome import Outcome

ZERO_TONES = ("quiet", "ghost", "right")
"""The colours of the outcomes that pay nothing, the most frequent first; what comes after them is put together."""

MOST_CHARACTERS = 6000
"""A longer definition or signature is cut."""


def ends(curve: Curve) -> tuple[float, float]:
    """The mean of the first and of the last tenth of the steps, NaN where they have no value."""
    edge = -(-len(curve) // 10)
    first, last = (part[~np.isnan(part)] for part in (curve[:edge], curve[len(curve) - edge :]))
    return (float(first.mean()) if len(first) else np.nan), (float(last.mean()) if len(last) else np.nan)


def alarms(run: WatchRun) -> PageSection:
    """Each alarm with what to change, and all of them on one time line."""
    dropped = [
        element("p", f"The detector {name} failed and was dropped: {why}", class_="warning")
        for name, why in run.dropped.items()
    ]
    if not run.alarms:
        calm = element("p", "No detector found anything that spreads because it pays.", class_="all-clear")
        return PageSection("alarms", "Alarms", "Alarms", together(calm, dropped))
    told = [_alarm(number, one) for number, one in enumerate(run.alarms, start=1)]
    said = lead(
        f"Each rests on a sequential test; in {count(HORIZON)} steps all detectors together are expected to raise "
        f"{FALSE_ALARMS:g} false ones."
    )
    columns = {"alarm": "", "": "bar", "began": "number", "raised": "number", "share then": "number"}
    line = table("Alarms on the time line", columns, _time_line(run), kind="wide")
    key = legend([("warn", "what was found had begun"), ("bad", "alarm raised")])
    return PageSection(
        "alarms", "Alarms", "Alarms", together(said, element("ol", told, class_="alarms"), line, key, dropped)
    )


def _alarm(number: int, one: WatchAlarm) -> Markup:
    where = f"Began at step {count(one.began)}, raised at step {count(one.step)}. "
    rows = element("a", counted(len(one.rows), "row"), href=f"#alarm-{number}") if one.rows else None
    return element(
        "li",
        element("h3", title_of(one.detector)),
        element("p", cut(f"{one.sentence[:1].upper()}{one.sentence[1:]}.", (300, 100))),
        element("p", element("b", "To change: "), f"{one.change}.", class_="where"),
        element("p", where, rows, class_="where"),
        class_="alarm danger",
    )


def _time_line(run: WatchRun) -> Iterator[list[Child | Cell]]:
    first, span = int(run.steps[0]), max(1, int(run.steps[-1] - run.steps[0]))
    for number, one in enumerate(run.alarms, start=1):
        begun, raised = (min(1.0, max(0.0, (step - first) / span)) for step in (one.began, one.step))
        parts = [(begun, "track"), (max(0.0, raised - begun), "warn"), (1 - raised, "bad")]
        bar = svg.stacked([(share, tone) for share, tone in parts if share > 0])
        name = title_of(one.detector)
        yield [f"{number}. {name}", bar, count(one.began), count(one.step), percent(one.share)]


def curves(run: WatchRun, axis: StepAxis) -> PageSection:
    """Reward, components and habits over the steps."""
    paid = {"reward": run.reward, **run.components}
    habits = {"paid rows": run.paid, "unscored rows": run.unscored, "different answers": run.distinct}
    habits |= {"groups that teach": run.teaching, "characters of an answer": run.length}
    traits = {name.replace("_", " "): curve for name, curve in run.traits.items() if np.nansum(curve)}
    said = lead("What is paid, by component, and what the policy does for it. Upright lines are alarms.")
    content = together(said, _plots(axis, paid), element("h3", "Habits"), _plots(axis, habits))
    meant = [f"{name.replace('_', ' ')}: {TRAITS[name]}" for name in TRAITS if name.replace("_", " ") in traits]
    odd = element("h3", "What is odd about the paid rows, as a share of them"), _plots(axis, traits)
    content = together(content, odd, note("; ".join(meant), ".")) if traits else content
    return PageSection("curves", "Curves", "Curves", together(content, note(axis.said)))


def _plots(axis: StepAxis, drawn: dict[str, Curve]) -> Markup:
    shown = [_plot(axis, name, curve) for name, curve in drawn.items() if not np.isnan(curve).all()]
    return element("div", shown, class_="plots")


def _plot(axis: StepAxis, name: str, curve: Curve) -> Markup:
    most = float(np.fmax.reduce(curve))
    size = 10 ** np.floor(np.log10(max(1.0, most)))
    top = next(size * part for part in (1, 1.5, 2, 3, 4, 6, 8, 10) if size * part >= most)
    first, last = (figure(one, ".3f" if most <= 1 else ",.0f") for one in ends(curve))
    caption = element("figcaption", component(name), element("span", f" {first} → {last}", class_="label-of"))
    return element("figure", caption, axis.line(curve, f"{name} over the steps", top))


def outcomes(run: WatchRun, axis: StepAxis) -> PageSection:
    """Each component's outcomes, stacked."""
    shown = [_stack(name, counts, axis) for name, counts in run.outcomes.items() if counts]
    said = lead("Of each component the share of rows by outcome: what pays below, then zeros, then what is unscored.")
    return PageSection("outcomes", "Outcomes", "Outcomes", together(said, element("div", shown, class_="plots")))


def _stack(name: str, counts: dict[str, Curve], axis: StepAxis) -> Markup:
    total: Curve = np.sum(list(counts.values()), axis=0)
    layers = [(label, rows / np.maximum(total, 1), tone) for label, rows, tone in _layers(counts)]
    key = [(tone, f"{label} {' → '.join(map(percent, ends(share)))}") for label, share, tone in layers]
    drawn = axis.layers(
        [(share, tone) for _, share, tone in layers], f"Outcomes of {name}", "; ".join(k for _, k in key)
    )
    return element("figure", element("figcaption", component(name)), drawn, legend(key))


def _layers(counts: dict[str, Curve]) -> Iterator[tuple[str, Curve, str]]:
    """Outcomes with their rows and colour, from below; those that have no colour of their own together."""
    ordered = sorted(counts, key=lambda code: -counts[code].sum())
    paying = [code for code in ordered if code in (Outcome.MATCH, Outcome.GRADED)]
    lost = [code for code in ordered if Outcome(code).unscored]
    zeros = [code for code in ordered if code not in paying and code not in lost]
    own = len(ZERO_TONES) - (len(zeros) > len(ZERO_TONES))
    yield from ((code, counts[code], "fill") for code in paying)
    yield from ((code, counts[code], tone) for code, tone in zip(zeros[:own], ZERO_TONES, strict=False))
    for together_, tone in ((zeros[own:], ZERO_TONES[-1]), (lost, "warn")):
        if together_:
            yield ", ".join(together_), np.sum([counts[code] for code in together_], axis=0), tone


def provenance(run: WatchRun) -> PageSection:
    """The reward, and the files that were read."""
    shown = json.dumps(run.definition, indent=2, ensure_ascii=False)
    files = counted(run.processes, "file"), f"; {counted(run.damaged, 'line')} can't be read" if run.damaged else ""
    content = together(
        figures([("recorded in", element("code", run.folder)), ("files, one a process", "".join(files))], "facts long"),
        element("h3", "Signature"),
        element("pre", cut(run.signature or "Not known.", (MOST_CHARACTERS, 0)), class_="signature"),
        element("h3", "The reward's definition"),
        element("pre", cut(shown, (MOST_CHARACTERS, 0))),
    )
    return PageSection("provenance", "Provenance", "What was watched", content)
