"""Inspection of a network: its activations, weights and gradients for one image, and its predictions for many.

Imports Keras (any backend), numpy and Pillow, the package `inkling`, and the trainer's networks and runs; not the service.
"""
