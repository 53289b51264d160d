"""The input of every network: a crop of an image."""

CROP_SIZE = 24
"""Pixels per side, out of the image's 28."""

CROP_SHAPE = [CROP_SIZE, CROP_SIZE, 1]

CROP_OFFSETS = [(1, 1), (1, 3), (3, 1), (3, 3)]
"""(top, left) of the crops that are averaged by default. They score better than the center or the corners (see
docs/experiments.md)."""

INPUT_NAME = "crops"
