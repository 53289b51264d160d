"""Labelled sets: one file a format, each from bytes or a path to a `LabelledSet`; `read` picks the right one.

Every reader bounds what it unpacks by `Limits` before it does, trusts no name or count in a file, and raises BadData or
TooLarge with one sentence. Nothing is unpickled.
"""
