"""One fit: trainable model, training loop, events and control."""
