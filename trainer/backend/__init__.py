"""The Keras backend: environment, device and number format. Nothing here imports Keras at import time."""
