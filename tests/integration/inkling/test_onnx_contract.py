"""The examples of docs/onnx-contract.md, run as the page shows them, without Inkling's code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkling.imaging.normalization import normalize
from inkling.models.predictor import Predictor
from tests.support.node_packages import node_packages
from tests.support.pictures import draw_seven
from trainer.export.full_image import export_full_image

ROOT = Path(__file__).parents[3]
NODE = Path(__file__).parent / "node"
BLOCK = re.compile(r"^```(?:python|js)\n(?:#|//) ([a-z]+\.(?:py|mjs)).*?^```", re.MULTILINE | re.DOTALL)
TOLERANCE = 0.02
"""Of a confidence: the page's normalization is simpler than ours."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with the examples, the models, and a picture of a seven."""
    folder = tmp_path_factory.mktemp("contract")
    for block in BLOCK.finditer((ROOT / "docs/onnx-contract.md").read_text("utf-8")):
        content = block[0].partition("\n")[2].removesuffix("```")
        (folder / block[1]).write_text(content, "utf-8")
    (folder / "models").mkdir()
    shutil.copy(ROOT / "models/digits.onnx", folder / "models")
    export_full_image(folder / "models/digits.onnx", folder / "digits-full.onnx")
    Image.fromarray(draw_seven()).save(folder / "seven.png")
    return folder


def assert_seven(printed: str) -> None:
    """A seven, with the confidence of `Predictor`."""
    label, confidence = printed.split()
    expected = Predictor(ROOT / "models/digits.onnx").predict(normalize(draw_seven())[None]).probabilities[0]
    assert label == "7"
    assert float(confidence) == pytest.approx(expected[7], abs=TOLERANCE)


@pytest.mark.parametrize("name", ["crops.py", "full.py"])
def test_python_example(folder: Path, name: str):
    """It prints the label and the confidence."""
    done = subprocess.run([sys.executable, name], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert_seven(done.stdout)


@pytest.mark.parametrize("name", ["crops.mjs", "full.mjs"])
def test_javascript_example(folder: Path, name: str):
    """The same with onnxruntime-web in Node, whose picture is an RGBA array like that of a canvas."""
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(node_packages(NODE / "package.json"))
    pixels = np.dstack([draw_seven()] * 3 + [np.full_like(draw_seven(), 255)])
    (folder / "seven.rgba").write_bytes(pixels.tobytes())
    height, width = draw_seven().shape
    command = ["node", str(NODE / "predict.mjs"), name, str(width), str(height), "seven.rgba"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert_seven(done.stdout)
