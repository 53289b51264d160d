"""onnxruntime sessions with the options that suit small networks."""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before the import: it starts a thread, and forks then hang

from typing import Any

import onnxruntime


def open_session(model: str | bytes) -> Any:
    """Open a session for a model file, path or bytes. It computes on the calling thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False  # no slower for networks of this size, and memory stays flat
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # errors are raised, so they needn't be logged as well
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
