"""What the service says of itself: to probes, to programs and to people.

In: a `Service` and its dialects. Out: `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, the page at `/`, and those of
watched runs.

May import the service's `dialect` and what is below it, the monitor and the kit of pages; not the dialects themselves.
"""
