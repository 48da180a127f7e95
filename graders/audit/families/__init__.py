"""The families of tricks that are shipped, a file a kind; each function makes the mutants of one case.

A `Case` comes in, `Mutant` values go out, the same ones each time. Tricks that are no more than a form stand in
`trick_forms.json`, which `trick_forms` fills in; what has to be worked out stands in the family's own file.

It imports `audit.case`, `audit.wrong` and the layout of completions; the registry imports it, by name.
"""
