"""Networks: layers from crops to one output a label, one file a system. Keras only, no backend by name.

A network is planned as data first, without Keras (`layer`, `plan`, a file of plans for each system), then assembled.

Every network is a Functional model: float32 (n, 24, 24, 1), 0 = paper, 1 = ink -> float32 (n, labels). What turns outputs
into probabilities, and what loss they are trained with, stands beside the layers in a `Network`.
"""
