"""Networks: a module for each architecture, and the losses that they are trained with.

A network is planned first, as a list of layers without Keras (`layer_plan`, `plan`, and a module for each architecture), and
then built as a Functional model: float32 (n, size, size, 1), 0 = paper, 1 = ink -> outputs, float32 (n, labels). Nothing here
may name a Keras backend.
"""
