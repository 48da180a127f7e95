"""The contracts of those who call a reward over HTTP, a file each.

In: a `Service`, and requests in a caller's own shape. Out: routes, and replies in that shape, with the caller's own
rule for an unscored row and its own envelope for errors.

A dialect is a `ServedDialect` value named ``DIALECT``, listed in `graders.service.app`. May import the rest of the
service but `app` and `server`.
"""
