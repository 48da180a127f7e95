"""What is kept of jobs, events, files and projects: a SQLite database, and a class for each of its tables.

In: values. Out: values as they stood when they were read. A change is a transaction (`Database.write`), whole or not
there.

May import names (`identity`) and errors.
"""
