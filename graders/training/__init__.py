"""A fine-tuning request run on a machine of one's own, through TRL.

In comes a `RequestConfig` with options, out goes a `TrainingPlan` that says what becomes of each field
(`training_plan`, `fates`), and a trained model (`train_run`). TRL, torch and peft load when a run starts.

May import: everything but commands.
"""
