"""Lessons: networks that are taught one drawing at a time, in numpy.

A step takes microseconds here, where a framework would take milliseconds to call its own. The weights are those of the
networks of the same layers in `trainer.networks`, in Keras' order: what was taught here is fitted, exported and published
there. Nothing in this folder imports Keras, Flask or a database while it is loaded.
"""
