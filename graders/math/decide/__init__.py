"""Whether two trees are the same mathematical object.

Trees come in as the parser made them; a `Finding` goes out: True, False or None for open, and the rule that decided.
`compare` has the table from kinds of objects to rules; `canonical` (with `chains` and `naming`) works out what
notation says first; `scalars`, `sets` and `relations` are the larger rules, and `values` tells equal expressions.
What must ask for the parts of a tree is given the comparison as an argument, so that nothing imports `compare` back.
May import `numbers`, `lexis`, and the trees, verdicts and limits of `math`; no text is read here.
"""
