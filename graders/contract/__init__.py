"""What a scorer is: the contract between the reward and whoever computes one of its components.

A `Grader` (the wire value) goes in with the `Settings` of a run, a `Scorer` is made of them, reads a `Batch` and gives
`Scores`: a float64 array with an outcome a row. `registry` finds the scorer of a type, and is how things are found
by name at all.

May import: the words of the house (errors, outcome, validation), `completion`, `settings` and how `pages`
write numbers; no scorer and no wire.
"""
