"""ModelRepository: two processes that publish the same name."""

import subprocess
import sys
from pathlib import Path

from inkling.models.repository import ModelRepository
from tests.support.fake_model import fake_card, write_fake_model

PUBLISH_TEN_TIMES = """
import sys
from pathlib import Path
from inkling.errors import ModelLocked
from inkling.models.repository import ModelRepository
published = 0
while published < 10:
    try:
        ModelRepository(Path(sys.argv[2])).publish(Path(sys.argv[1]), "digits")
        published += 1
    except ModelLocked:
        continue
"""


def test_two_processes_publish_in_turn(tmp_path: Path):
    """Some attempts are refused, but at the end the model and all of its versions are intact."""
    models = tmp_path / "models"
    files = [write_fake_model(tmp_path / f"{name}.onnx", ["a", "b"], fake_card(["a", "b"], name)) for name in "xy"]
    processes = [subprocess.Popen([sys.executable, "-c", PUBLISH_TEN_TIMES, str(file), str(models)]) for file in files]
    assert [process.wait(120) for process in processes] == [0, 0]
    repository = ModelRepository(models)
    for path in (repository.path("digits"), *(version.path for version in repository.versions("digits"))):
        assert path.read_bytes() in [file.read_bytes() for file in files]
    assert repository.publish(files[0], "digits").read_bytes() == files[0].read_bytes()
    assert [path.name for path in models.iterdir() if path.name.startswith(".")] == [".versions"]
