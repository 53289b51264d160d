"""Labeled datasets: one module per file format, each of which turns bytes or a path into a `Dataset`.

`loader` picks the reader by content. Every reader checks sizes against `Limits` before it allocates memory, trusts no name
or count in a file, never unpickles, and raises InvalidDataset or TooLarge.
"""
