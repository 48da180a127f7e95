"""How completions are read: the only parser of tags, and what counts as text.

In comes what a trainer holds (strings, chat messages, parts: `messages`), out goes a parsed `Completion` with its
answer or the reason why there is none (`parse`). `boxed` finds boxes, `visible` says what an eye can see,
`normalization` makes equal what looks equal.

May import: `outcome`, nothing else of the library. No pattern that can backtrack; linear in the length of the text.
"""
