"""The inner ring: picture bytes -> probabilities.

What belongs here is what serving and training must share so that they cannot drift apart: decoding and normalising
pictures, cutting crops, reading labelled sets, answering through onnxruntime, metrics, the card, the pictures of results,
and the folder of models with the versions that are kept.

What may be imported: the standard library, numpy, Pillow, onnxruntime. No Flask, no Keras, no SQL, nothing from
`server` outside of this folder.
"""
