"""The last resort for pairs that nothing else decided: SymPy, in a process of its own that is held to limits.

Two trees go in at `worker_pool.ask`, True, False or None for open comes out. The host's side is `worker_pool`
and `worker_client`, which know nothing of SymPy; the process is `worker`, which alone imports `proof` and
`to_sympy`. May import `decide` (the worker compares what it has worked out), `numbers`, and the trees of `math`.
"""
