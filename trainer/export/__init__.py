"""Export: convert a run to ONNX, verify it, publish it. TensorFlow is imported in `converter` and nowhere else."""
