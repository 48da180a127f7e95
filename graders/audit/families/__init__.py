"""The families that are shipped: functions that make the mutants of one case, tricks or right answers in another form.

A `Case` comes in, `Mutant` values go out, the same ones each time. Nearly all are forms to be filled in, or put in
the place of what a pattern finds in the reference: they stand in JSON files, family by family, with the reason why they
are certainly wrong, or right. `trick_forms` fills them in, with `ways` to write what they name, on the cases that
`conditions` admit; what has to be worked out stands in `worked_out`.

It imports `audit.case`, `audit.wrong` and the layout of completions; the registry imports it, by name.
"""
