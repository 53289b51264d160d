"""The listener that logs a fit for TensorBoard."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image
from tensorboardX import SummaryWriter
from tensorboardX.proto.attr_value_pb2 import AttrValue
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.graph_pb2 import GraphDef
from tensorboardX.proto.node_def_pb2 import NodeDef
from tensorboardX.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboardX.summary import hparams

from trainer.runs.run import Run
from trainer.settings import SETTING_FIELDS
from trainer.settings_table import format_value
from trainer.training.events import EpochEvent, FinishedEvent, FitEvent

IMAGES = ("samples", "mistakes")
"""Pictures of a finished run, each a PNG in its folder."""


class TensorBoardLogger:
    """Writes into the run's folder `tensorboard`; after a resume the first `done` epochs remain.

    Graph and settings when the network is watched; scalars and histograms of the weights per epoch; pictures of samples and
    mistakes, and hparams with the final metrics, at the end.
    """

    def __init__(self, run: Run, done: int):
        self.run = run
        self.network: keras.Model | None = None
        self.writer = SummaryWriter(str(run.file("tensorboard")), purge_step=done + 1 if done else None)

    def __enter__(self) -> "TensorBoardLogger":
        return self

    def __exit__(self, *_: Any) -> None:
        self.writer.close()

    def watch(self, network: keras.Model) -> None:
        """Log the graph of a Keras model, and its weights from now on."""
        self.network = network
        self.writer.file_writer.add_event(Event(graph_def=network_graph(network).SerializeToString()))
        settings = self.run.settings
        rows = [f"| {name} | {format_value(getattr(settings, name))} |" for name in SETTING_FIELDS]
        self.writer.add_text("settings", "\n".join(["| setting | value |", "|---|---|", *rows]), 0)

    def __call__(self, event: FitEvent) -> None:
        if isinstance(event, EpochEvent):
            self._log_epoch(event)
        elif isinstance(event, FinishedEvent):
            self._log_result(event)
        else:
            return
        self.writer.flush()

    def _log_epoch(self, event: EpochEvent) -> None:
        for name in ("loss", "accuracy"):
            self.writer.add_scalar(f"{name}/training", getattr(event, name), event.epoch)
            self.writer.add_scalar(f"{name}/validation", getattr(event, f"val_{name}"), event.epoch)
        self.writer.add_scalar("learning_rate", event.learning_rate, event.epoch)
        if event.images_per_second is not None:
            self.writer.add_scalar("images_per_second", event.images_per_second, event.epoch)
        for weight in self.network.weights if self.network else ():
            self.writer.add_histogram(f"weights/{weight.path}", keras.ops.convert_to_numpy(weight), event.epoch)

    def _log_result(self, event: FinishedEvent) -> None:
        for name in IMAGES:
            self.writer.add_image(name, _read_picture(self.run.file(f"{name}.png")), event.epochs, dataformats="HWC")
        metrics = {"result/val_accuracy": event.val_accuracy, "result/best_epoch": event.best_epoch}
        metrics |= {
            f"result/test_accuracy_{crops}_crop{'s' * (crops != '1')}": event.test[crops]
            for crops in event.test
            if crops != "n"
        }
        for name, value in metrics.items():
            self.writer.add_scalar(name, value, event.epochs)
        settings = self.run.settings
        values = {name: getattr(settings, name) for name in SETTING_FIELDS}
        given = {name: format_value(value) if isinstance(value, tuple) else value for name, value in values.items()}
        for summary in hparams(given, metrics):
            self.writer.file_writer.add_summary(summary)


def network_graph(network: keras.Model) -> GraphDef:
    """Return a Keras model as a graph: a node per layer, its kind as the operation, with its output shape."""
    names = {id(tensor): layer.name for layer in network.layers for tensor in _listed(layer.output)}
    nodes = []
    for layer in network.layers:
        inputs = [names[id(tensor)] for tensor in _listed(layer.input) if names.get(id(tensor), layer.name) != layer.name]
        shapes = [
            TensorShapeProto(dim=[TensorShapeProto.Dim(size=size or -1) for size in tensor.shape])
            for tensor in _listed(layer.output)
        ]
        attributes = {"_output_shapes": AttrValue(list=AttrValue.ListValue(shape=shapes))}
        nodes.append(NodeDef(name=layer.name, op=type(layer).__name__, input=inputs, attr=attributes))
    return GraphDef(node=nodes)


def _listed(tensors: Any) -> list[Any]:
    return list(tensors) if isinstance(tensors, list | tuple) else [tensors]


def _read_picture(path: Path) -> np.ndarray:
    """Read a PNG as uint8 (height, width, 3)."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))
