"""Other serving frameworks: each serves the same picture with the same model."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.machine import installed_version
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.request import HOST, Request, multipart
from benchmarks.harness.server_process import Command
from benchmarks.peer_systems.install import python_peer, python_versions
from benchmarks.peer_systems.unavailable import PeerUnavailable

APPS = Path(__file__).parent / "apps"
THREADS = "4"
BODY, FORM = "body", "form file"


@dataclass(frozen=True)
class Framework:
    """name: as in the tables. environment: in requirements/, "" for our own. packages: those whose versions are reported.

    arguments: (port, workers) -> the interpreter's arguments. path, posted_as: where and how the picture is posted.
    is_tuned: it starts as many workers as Inkling, each with a session of one thread.
    """

    name: str
    environment: str
    packages: tuple[str, ...]
    arguments: Callable[[str, int], list[str]]
    path: str = "/predict"
    posted_as: str = FORM
    is_tuned: bool = False

    def interpreter(self, options: Options) -> Path:
        """The Python that runs it, installed if necessary. Raises PeerUnavailable."""
        if self.environment:
            return python_peer(self.environment, options.peers, not options.quick)
        for package in self.packages:
            if not installed_version(package):
                raise PeerUnavailable(f"{package} is not installed")
        return Path(sys.executable)

    def versions(self, python: Path) -> str:
        """Names and versions of its packages."""
        return python_versions(python, self.packages)

    def command(self, python: Path, workers: int) -> Command:
        """The command that serves it."""
        return lambda port: [str(python), *self.arguments(str(port), workers)]

    def request(self) -> Request:
        """The request it is loaded with."""
        return picture_request(self.path, self.posted_as)


def picture_request(path: str, posted_as: str) -> Request:
    """The 28×28 PNG, as the body or as a file in a form."""
    body, media_type = (small_png(), "image/png") if posted_as == BODY else multipart({"image": small_png()}, "image/png")
    return Request(path, "POST", path, body, media_type)


def peer_environment(folder: Path, threads: int) -> dict[str, str]:
    """Environment of all frameworks. folder: of the model. threads: of a session, 0 for its default."""
    return {
        "DIGITS": str(folder),
        "DIGITS_THREADS": str(threads),
        "PYTHONPATH": "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "KERAS_BACKEND": "tensorflow",
        "BENTOML_DO_NOT_TRACK": "True",
        "BENTOML_HOME": str(folder / "bentoml"),
    }


KERAS = ("flask", "keras", "tensorflow")
UVICORN = ["-m", "uvicorn", "--host", HOST, "--port"]
WAITRESS = ["-m", "waitress", f"--threads={THREADS}"]

FLASK_KERAS = (
    Framework(
        "Flask + Keras `model.predict`, Flask's own server",
        "",
        KERAS,
        lambda port, _: ["flask_keras.py", HOST, port],
        posted_as=BODY,
    ),
    Framework(
        "Flask + Keras `model.predict`, waitress",
        "",
        (*KERAS, "waitress"),
        lambda port, _: [*WAITRESS, f"--listen={HOST}:{port}", "flask_keras:app"],
        posted_as=BODY,
    ),
)
FASTAPI = (
    Framework(
        "FastAPI + uvicorn, as documented",
        "fastapi",
        ("fastapi", "uvicorn"),
        lambda port, _: [*UVICORN, port, "fastapi_app:app"],
    ),
    Framework(
        "FastAPI + uvicorn, tuned: plain body, no access log",
        "fastapi",
        ("fastapi", "uvicorn"),
        lambda port, workers: [*UVICORN, port, "--workers", str(workers), "--no-access-log", "fastapi_app:app"],
        path="/raw",
        posted_as=BODY,
        is_tuned=True,
    ),
)
LITSERVE = (Framework("LitServe", "litserve", ("litserve",), lambda port, _: ["litserve_app.py", HOST, port]),)
BENTOML = (
    Framework(
        "BentoML",
        "bentoml",
        ("bentoml",),
        lambda port, _: ["-m", "bentoml", "serve", "bentoml_service:Digits", "--host", HOST, "--port", port],
    ),
)
FRAMEWORKS = (*FLASK_KERAS, *FASTAPI, *LITSERVE, *BENTOML)
