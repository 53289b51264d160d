"""A live server with the shipped model, the same model in this process, and pictures."""

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from werkzeug.serving import make_server

import inkling
from inkling.imaging.strokes import rasterize_character, rasterize_line
from server.app import create_app
from server.extensions import EXTENSION_KEY
from server.settings import Settings
from tests.support.digit_fixtures import write_digits

MODELS = Path(__file__).parents[4] / "models"


@pytest.fixture(scope="session")
def model() -> inkling.Model:
    """The shipped model."""
    return inkling.load(MODELS / "digits.onnx")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the shipped model."""
    store = tmp_path_factory.mktemp("store") / "store.db"
    app = create_app(Settings(models=str(MODELS), store=f"sqlite:///{store}"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions[EXTENSION_KEY].reports.engine.dispose()


@pytest.fixture
def remote(server_url: str) -> inkling.Client:
    """A client of the server."""
    return inkling.Client(server_url, timeout=20)


@pytest.fixture(scope="session")
def seven() -> np.ndarray:
    """A drawing of a seven, uint8 (height, width)."""
    return rasterize_character(write_digits("7"))


@pytest.fixture(scope="session")
def number() -> np.ndarray:
    """A drawing of 407, uint8 (height, width)."""
    return rasterize_line(write_digits("407", gap=0.4))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory, seven: np.ndarray, number: np.ndarray) -> Path:
    """A folder with seven.png and number.jpg, and with the models folder as in the repository."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "seven.png").write_bytes(encode(seven, "PNG"))
    (folder / "number.jpg").write_bytes(encode(number, "JPEG"))
    (folder / "models").symlink_to(MODELS)
    return folder


def encode(picture: np.ndarray, file_format: str) -> bytes:
    """Encode gray levels as an image file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, file_format)
    return file.getvalue()
