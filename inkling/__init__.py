"""What both services share, so that training and serving cannot drift apart.

Outside of `inkling.service`, a module here imports the standard library, numpy, Pillow, onnxruntime and `inkling` only.
"""
