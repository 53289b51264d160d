"""Plots drawn with Pillow, so that neither service needs matplotlib."""
