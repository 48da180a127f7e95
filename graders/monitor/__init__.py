"""What a policy learns to be paid for, watched while it learns: `graders.watch(reward, folder)` is that reward, seen.

Each scored batch passes by `watcher`: its counts go into `recording` (a file a process, append-only), its rows through
`traits` (what is odd about a paid answer) and `detectors`, whose `sequential` tests raise alarms. `watch_run` reads a
folder back, all processes joined, also while they write: whoever shows a run builds on that alone, as the page does
(`run_page`, `run_sections`, `run_rows`).

    reward = graders.watch(graders.load_reward("reward.json"), "runs/x/watch")
    run = graders.monitor.read_run("runs/x/watch")
    run.alarms

It imports the reward, the figures, the audit's certainly wrong answers and the writer of files; nothing below knows it.
"""

from __future__ import annotations

from graders.monitor.recording import WatchAlarm, WatchedRow
from graders.monitor.watch_run import WatchRun, read_run
from graders.monitor.watched_reward import WatchedReward, watch

__all__ = ["WatchAlarm", "WatchRun", "WatchedReward", "WatchedRow", "read_run", "watch"]
