"""The scorers: one file a grader type, each a thin shell over pure functions."""
