"""Networks of lessons, trained one drawing at a time, in numpy.

A training step takes microseconds in numpy; a framework's call alone would take milliseconds. The layers and the order of the
weights are those of the networks in `trainer.networks`, which fit, export and publish them. Modules here import neither Keras
nor Flask nor a database when they are loaded.
"""
