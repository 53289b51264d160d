"""Picture bytes -> normalized 28×28 image. One image-processing step per module."""
