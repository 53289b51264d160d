"""Synthetic photographs of handwriting: strokes on paper, lit, seen by a camera, and saved as a picture file."""
