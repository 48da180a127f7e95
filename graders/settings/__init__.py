"""What a run injects and the wire never carries: which model judges, how completions are laid out, what may be spent.

In: keyword arguments, TOML files, environment variables, options of a command; several of them merge by name.
Out: `Settings`, a frozen value with a section for each grader type, or every mistake at once with the place to mend.
It may import `errors`, `validation`, the completion's layout, and the values that a judge is made of, no scorer.
"""
