"""Benchmarks beside the peers, in one process and in CPU time: ``python -m benchmarks [NAME ...]``."""
