"""The families of tricks that are shipped; each is a function that makes the mutants of one case.

A `Case` comes in, `Mutant` values go out, the same ones each time. Nearly all tricks are forms to be filled in: they
stand in `trick_forms.json`, family by family, and `trick_forms` fills them in; what has to be worked out stands in
`worked_out`.

It imports `audit.case`, `audit.wrong` and the layout of completions; the registry imports it, by name.
"""
