"""Looking into a network at one image: activations, weights, and the gradients of the loss with respect to them.

What may be imported: Keras (any backend), numpy, Pillow, the inner ring and the trainer's networks and runs; not the service.
"""

from trainer.inspection.snapshot import Snapshot

__all__ = ["Snapshot"]
