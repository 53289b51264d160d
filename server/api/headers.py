"""Names of response headers."""

MODEL_HEADER = "X-Inkling-Model"
"""The name and version of the model that answered."""
