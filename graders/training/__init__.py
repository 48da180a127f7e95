"""A fine-tuning request run on a machine of one's own, through TRL."""
