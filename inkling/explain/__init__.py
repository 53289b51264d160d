"""Explanations: what each layer of a model computes for a crop, its weights, and occlusion maps.

`Explainer` opens a second session for a model file, with the layers' tensors as outputs; the names come from the model card. It
is created by the first request that needs it and costs predictions nothing. The package imports numpy and onnxruntime, not
`onnx`.
"""
