"""Fine-tuning jobs: kept in a folder, run one after the other, each by the trainer's command in processes of its own.

In: a `JobSettings` and requests that are valid by themselves. Out: jobs, their events while they run, files. All that
is known stands in a SQLite database and in files beside it, so that whatever is killed at whatever moment is gone on
with: a job that runs belongs to its own processes, not to the server, and is recognised by a lock that they hold.

May import training and what is below it; nothing of HTTP.
"""
