"""How the tokens of a formula stand together: tokens in, a `Tree` out, or `Unreadable` with the place.

The grammar is written down in `GRAMMAR.md`. `parser.py` has a method for each level of precedence and knows no reader;
the readers of atoms and quantities, one file a kind, import it; `formula.py` gives it their table and is the entrance
(`parse_text`, `parse_tokens`). `plain.py` is a short way around all of it for plain numbers. Prose is not read here
(see `extraction`), and nothing is worked out. It imports `lexis`, `tree` and `limits`.
"""
