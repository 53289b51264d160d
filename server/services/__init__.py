"""The logic behind the views. Must not import flask's request or response objects."""
