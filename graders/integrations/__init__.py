"""One module a trainer: each gives it the reward in the form that it calls. Importing one imports no trainer.

In comes what a trainer passes (columns, a sample, a message), out goes what it takes back, unscored rows in its own
way. `trl` is the entrance for TRL; `microbatch` makes batches of samples that arrive one by one; `split` takes a reward
apart; `preflight` looks at data and settings before a run.

May import: the reward and what is below it, and `offline` for reading rows; no command, no training.
"""
