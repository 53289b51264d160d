"""The trainer as an HTTP service: jobs that fit in worker processes, and lessons.

The HTTP process imports neither Keras nor onnxruntime. What needs them is a task and runs in a worker process.
"""
