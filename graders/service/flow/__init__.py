"""The fine-tuning API over HTTP, as its client `seekrai` speaks it: files, models, jobs, events, projects.

In: a `Service` whose settings name a folder of jobs, and requests below ``/v1/flow``. Out: the replies that the client
reads, each one line of JSON, and errors in the API's own ``HTTPValidationError``, worded as FastAPI words them.

May import jobs, and the rest of the service but its application.
"""
