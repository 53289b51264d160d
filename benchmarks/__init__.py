"""Benchmarks: speed and memory of Inkling next to peers and lower bounds. `python -m benchmarks` runs them.

Each module here is one benchmark: `measure(options)` returns the section of RESULTS.md named after the module. `harness` is
shared code, `trainer_service` the parts of the section `jobs`, `peer_systems` those of `peers`. Each figure is reported with a
baseline from the same run, and their ratio.

Benchmarks may import every package of the project; no package may import them.
"""
