"""Where jobs run: in processes of this machine, in Slurm's queue, on a Ray cluster.

In: a job's name, the number of the attempt, its folder. Out: whether its processes wait, run or are gone. A place keeps
nothing of its own: it finds a job by its name or by its lock, so that a server that comes after another finds it too.

May import what a job's folder is, and settings.
"""
