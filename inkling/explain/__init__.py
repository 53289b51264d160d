"""Explaining: how a model comes to its answer, told from the very graph that answers.

What belongs here reads a model's file a second time: which layers its graph computes, what each of them makes of one crop,
with which kernels, and where on the image the evidence for each label lies. The first request that asks for it has the file
read; nothing here is on the way of an answer. Imports are those of the inner ring: no `onnx`, whose reader is fifty lines here.
"""
