"""Pictures of results: confusion matrices and sheets of images, as PNG and SVG bytes.

What may be imported: the standard library, numpy, Pillow and what `inkling` allows. No matplotlib: the server draws
without it.
"""
