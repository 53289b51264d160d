"""Crop: the window that networks see of an image."""

CROP_SIZE = 24
"""Pixels a side, of an image's 28."""
