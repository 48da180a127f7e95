"""What a judge keeps on disk: what it said, by key, for the next run, and a record of every decided row for people.

In: judgements and the rows that share them. Out: what was said before about a key. A disk that fails costs a
warning, never a judgement. It may import `planning`, whose batches it records, and what that stands on.
"""
