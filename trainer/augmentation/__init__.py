"""Random augmentation of training images. Nothing here is part of the exported network."""
