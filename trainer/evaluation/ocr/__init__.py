"""Evaluation of whole-number recognition, on pictures of numbers or on lines composed of single digits.

The recognition is in `inkling.recognition`. No module here imports keras or tensorflow.
"""
