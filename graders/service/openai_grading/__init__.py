"""Running OpenAI's graders: rows of items and samples in, grades out; and the evals that are made of them.

`grading` scores many rows by one grader, wherever its score comes from: here, a worker process, one of our rewards, the
judge of the server's settings. `run_reply` words a grade as the grader API does, `eval_store` and `eval_runs` keep and
carry out evals.

May import: the service's core (`service_context`, `problems`, `bodies`), `wire.openai`, `judge`.
"""
