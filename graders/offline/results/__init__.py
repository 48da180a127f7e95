"""What became of rows: the columns of an output row, the numbers of a part, the figures of a file.

In comes a `RewardBatch` with the rows it is of; out come output rows (`scored_chunk`), columns of numbers, small enough
to hand between processes and to keep (`scored_part`), and the figures of all of them (`summary`), the same to the last
bit however the rows were cut.

The room imports `reading` for rows, and the reward and the figures.
"""
