"""Data to learn from: labelled sets by name or path, split into training, validation and test parts, and described.

The readers themselves live in `server.inference.labelled`. No keras, no tensorflow.
"""
