"""Numbers: how well whole numbers are read, digit by digit, from pictures of them or from lines composed of single digits.

The reading itself is `inkling.recognition`. No keras, no tensorflow.
"""
