"""The commands of `trainer`, one per module. They parse options and print; the work is done by the rest of the package.

Data goes to standard output, messages to standard error. Only commands that need Keras import it.
"""
