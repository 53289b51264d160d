"""The inference service: Flask on waitress and gunicorn, models on onnxruntime. Must not import trainer, tensorflow, keras."""
