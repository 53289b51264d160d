"""Benchmarks: how fast Inkling is, how much memory it takes, and beside what. `python -m benchmarks` runs them.

A file here is one benchmark: `measure(options)` gives the section of RESULTS.md that goes by the file's name. `harness`
holds what they share, `servers` the WSGI servers that the same app is measured under, `service` what is asked of the
trainer's. A figure never stands alone: beside it stand, from the same run, that of a peer or of what cannot be undercut, and
the ratio.
Benchmarks may import everything of ours; nothing of ours may import them.
"""
