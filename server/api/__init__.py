"""The routes: one file a noun, each a blueprint. A view speaks HTTP and nothing else: decode, normalise, predict, encode.

No view is wrapped and no view is called by another: between HTTP and the runtime stand the view and `Predictor.predict`.
"""
