"""The commands of `trainer`, one a file: they speak with the terminal and leave the work to the rest of the package.

Data goes to standard output, talk to standard error. Keras is imported only by a command that needs it.
"""
