"""The learning service: data, networks, fit, evaluate, export, command line.

Imports from the server only `inkling`.
"""
