"""Labeled datasets by name or path, their training, validation and test splits, and outliers.

The readers of file formats are in `inkling.datasets`. No module here imports keras or tensorflow.
"""
