"""Shared by the benchmarks: timing, load generation, server processes and the sections of RESULTS.md.

Nothing here knows a particular benchmark, and no import here loads Keras.
"""
