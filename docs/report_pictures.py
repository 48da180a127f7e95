"""Takes the pictures of docs/report.md in a headless Chromium: the demo's report, and that of the GSM8K solutions.

What the demo's pictures say is kept beside them as text, `report_demo.txt`: a test notices when the report says
something else, and the pictures are to be taken again.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graders import GradersWarning, RewardFunction, load_reward
from graders.cli.examples import example
from graders.offline.reading.row import Columns
from graders.offline.reading.rows import open_rows
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring
from graders.report import write_report

IMAGES = Path(__file__).with_name("img")
GSM8K = Path(__file__).parents[2] / "shared" / "data" / "gsm8k_solutions.jsonl"
"""Solutions of models to school problems, with labels; its pictures are left as they are where it is absent."""

OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
           "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
           "--force-prefers-reduced-motion", "--virtual-time-budget=3000")  # fmt: skip
DARK, LIGHT = "--blink-settings=preferredColorScheme=0", "--blink-settings=preferredColorScheme=1"


def browser() -> str:
    """Where Chromium is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or sys.exit("no Chromium on this machine: apt-get install chromium")


def scored(reward: RewardFunction, data: Path, to: Path) -> None:
    """Score a labelled file."""
    scoring = RowScoring(reward, Columns(), "label", Summary(reward.weights))
    with open_rows(str(data)) as rows, to.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in scoring.score(rows))


def report(folder: Path, name: str, data: Path, **options: Any) -> Path:
    """The report of a file under one of the shipped rewards."""
    reward, page = load_reward(example(name)), folder / f"{data.stem}.html"
    scored(reward, data, folder / "scored.jsonl")
    write_report(folder / "scored.jsonl", page, reward=reward, label_column="label", **options)
    return page


def rows_alone(page: Path) -> Path:
    """A copy that shows nothing but the rows, the first of them open; it has no policy, since a style is added."""
    text = re.sub("<meta http-equiv=[^>]*>", "", page.read_text(encoding="utf-8"))
    style = "<style>section:not(#rows), .top, .contents, footer { display: none } #rows { padding-top: 2rem }</style>"
    copy = page.with_stem(page.stem + "_rows")
    text = text.replace("</head>", style + "</head>").replace("<details>", "<details open>", 1)
    copy.write_text(text, encoding="utf-8")
    return copy


def picture(page: Path, name: str, size: tuple[int, int], scheme: str) -> None:
    """One picture of the top of a page."""
    with TemporaryDirectory() as profile:
        command = [browser(), *OPTIONS, scheme, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}",
                   f"--screenshot={IMAGES / name}", f"file://{page}"]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a page of our own
    print(f"{name}: {(IMAGES / name).stat().st_size // 1000} KB")  # noqa: T201 - a script


def demo_report(folder: Path) -> Path:
    """The report of the shipped rows under the reward that can be gamed."""
    return report(folder, "gameable.json", example("questions.jsonl"), title="What a gameable reward pays",
                  source="questions.jsonl, scored with gameable.json")  # fmt: skip


def words(page: Path) -> str:
    """What the top of a page says, up to the rows: nothing in it depends on the versions that scored."""
    text = page.read_text(encoding="utf-8").partition("<header")[2].partition('<section id="rows"')[0]
    shown = re.sub("<[^>]*>", "\n", re.sub("<svg.*?</svg>", "", text, flags=re.DOTALL))
    return "\n".join(line.strip() for line in unescape(shown).splitlines() if line.strip()) + "\n"


def pictures(folder: Path) -> Iterable[None]:
    """Take all of them."""
    demo = demo_report(folder)
    (IMAGES / "report_demo.txt").write_text(words(demo), encoding="utf-8")
    yield picture(demo, "report_demo.png", (1280, 1340), LIGHT)
    yield picture(rows_alone(demo), "report_row.png", (1280, 1000), LIGHT)
    yield picture(demo, "report_narrow.png", (500, 1100), DARK)
    if GSM8K.exists():
        gsm8k = report(folder, "reward.json", GSM8K, title="Solutions of GSM8K", source=GSM8K.name)
        yield picture(gsm8k, "report_gsm8k.png", (1280, 1340), DARK)


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore", GradersWarning)
        for _ in pictures(Path(scratch)):
            pass
