"""Training of one network: trainable model, optimizer, training loop, events and control. Knows nothing of the service."""
