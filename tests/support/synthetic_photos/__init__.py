"""Synthetic paper: pen strokes as a camera sees them, by the laws of light, ink and lens. It uses nothing of the server's."""
