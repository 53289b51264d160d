"""The resource /v2: the Open Inference Protocol, version 2, as clients of Triton and KServe speak it.

Source: https://github.com/kserve/open-inference-protocol and Triton's extensions binary_tensor_data and classification.
"""
