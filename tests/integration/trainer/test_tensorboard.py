"""What a fit writes for TensorBoard, read back from the event file."""

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.graph_pb2 import GraphDef
from tensorboardX.proto.plugin_hparams_pb2 import HParamsPluginData


def read_events(folder: Path) -> list[Event]:
    """The events of the only file in a folder: length, its checksum, event and its checksum for each."""
    (path,) = folder.iterdir()
    content, events = path.read_bytes(), []
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        events.append(Event.FromString(content[12 : 12 + length]))
        content = content[16 + length :]
    return events


def test_tensorboard_shows_the_whole_fit(digits_run):
    """Graph, settings as text and as hparams, scalars, histograms, pictures."""
    events = read_events(digits_run.file("tensorboard"))
    values = [(event.step, value) for event in events for value in event.summary.value]
    history = digits_run.history()

    losses = {step: value.simple_value for step, value in values if value.tag == "loss/validation"}
    np.testing.assert_allclose(list(losses.values()), [row["val_loss"] for row in history], rtol=1e-6)

    (graph,) = [GraphDef.FromString(event.graph_def) for event in events if event.graph_def]
    layers = {node.name: node for node in graph.node}
    assert (layers["conv1"].op, list(layers["pool1"].input)) == ("Conv2D", ["conv1"])
    (shape,) = layers["dense"].attr["_output_shapes"].list.shape
    assert [dim.size for dim in shape.dim] == [-1, 10]

    kernels = [(step, value.histo) for step, value in values if value.tag == "weights/conv1/kernel"]
    assert [step for step, _ in kernels] == [1, 2, 3, 4]
    assert {histogram.num for _, histogram in kernels} == {5 * 5 * 8}

    (text,) = [value for _, value in values if value.tag.startswith("settings")]
    assert b"| batch_size | 64 |" in text.tensor.string_val[0]
    (started,) = [value for _, value in values if value.tag == "_hparams_/session_start_info"]
    hparams = HParamsPluginData.FromString(started.metadata.plugin_data.content).session_start_info.hparams
    assert (hparams["batch_size"].number_value, hparams["data"].string_value) == (64, "digits")
    (accuracy,) = [value.simple_value for _, value in values if value.tag == "result/test_accuracy_1_crop"]
    assert abs(accuracy - digits_run.read_json("report.json")["reports"]["4"]["accuracy"]) < 1e-6

    for name in ("samples", "mistakes"):
        (picture,) = [value.image for _, value in values if value.tag == name]
        with Image.open(io.BytesIO(picture.encoded_image_string)) as shown, Image.open(digits_run.file(f"{name}.png")) as own:
            assert shown.size == own.size
