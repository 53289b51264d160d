"""Data to learn from: labelled sets by name or path, split into training, validation and test parts, and described.

The readers themselves live in `inkling.datasets`. No keras, no tensorflow.
"""
