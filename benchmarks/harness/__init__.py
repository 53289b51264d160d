"""What the benchmarks share: timing, loads, servers that are started, and the sections of RESULTS.md.

Nothing here knows of a single benchmark, nor imports Keras.
"""
