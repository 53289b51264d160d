"""The trainer: data, networks, training, evaluation, export, the `trainer` command line and the training service.

Imports the shared package `inkling`, never `server`.
"""
