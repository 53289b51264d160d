"""The Keras backend and the device."""
