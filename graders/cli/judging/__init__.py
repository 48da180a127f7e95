"""What `graders judge-check` finds out: what an endpoint can do, what to set, and how far its judge agrees with labels.

In: a judge's parameters, labelled rows. Out: a `Report`, sentences of advice, a `Calibration`; the command prints them.
It may import all that stands below `cli`.
"""
