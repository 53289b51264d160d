"""Framework: a server of somebody else's that answers the same picture with the same model."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.machine import installed_version
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import small_png
from benchmarks.harness.request import HOST, Request
from benchmarks.harness.server_process import Command
from benchmarks.peer_systems.install import python_peer, python_versions
from benchmarks.peer_systems.unavailable import PeerUnavailable

APPS = Path(__file__).parent / "apps"
THREADS = "4"
BOUNDARY = "inkling-benchmark"
BODY, FORM = "the body", "a form's file"


@dataclass(frozen=True)
class Framework:
    """name: as the tables call it. environment: of requirements/, "" for our own. packages: whose versions count.

    words: (interpreter, port, workers) -> the command that serves there. path, takes: where and as what the picture is posted.
    tuned: it starts as many workers as ours, each with a session of one thread, also where others start as documented.
    """

    name: str
    environment: str
    packages: tuple[str, ...]
    words: Callable[[str, str, int], list[str]]
    path: str = "/predict"
    takes: str = FORM
    tuned: bool = False

    def interpreter(self, options: Options) -> Path:
        """The Python that runs it, installed where need be. Raises Missing."""
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
        """The command that serves it at a port."""
        return lambda port: self.words(str(python), str(port), workers)

    def request(self) -> Request:
        """What is posted to it."""
        return posted(self.path, self.takes)


def posted(path: str, takes: str) -> Request:
    """The 28×28 PNG, as a body or in a form."""
    if takes == BODY:
        return Request(path, "POST", path, small_png(), "image/png")
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="digit.png"\r\nContent-Type: image/png\r\n\r\n'
    )
    body = head.encode() + small_png() + f"\r\n--{BOUNDARY}--\r\n".encode()
    return Request(path, "POST", path, body, f"multipart/form-data; boundary={BOUNDARY}")


def environment(folder: Path, threads: int) -> dict[str, str]:
    """The settings of every framework. `folder` holds the model; its session has so many threads, or, at 0, its own default."""
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

FLASK_KERAS = (
    Framework(
        "Flask + Keras `model.predict`, Flask's own server",
        "",
        KERAS,
        lambda python, port, _: [python, "flask_keras.py", HOST, port],
        takes=BODY,
    ),
    Framework(
        "Flask + Keras `model.predict`, waitress",
        "",
        (*KERAS, "waitress"),
        lambda python, port, _: [
            python,
            "-m",
            "waitress",
            f"--listen={HOST}:{port}",
            f"--threads={THREADS}",
            "flask_keras:app",
        ],
        takes=BODY,
    ),
)
FASTAPI = (
    Framework(
        "FastAPI + uvicorn, as documented",
        "fastapi",
        ("fastapi", "uvicorn"),
        lambda python, port, _: [python, *UVICORN, port, "fastapi_app:app"],
    ),
    Framework(
        "FastAPI + uvicorn, tuned: bare body, no access log",
        "fastapi",
        ("fastapi", "uvicorn"),
        lambda python, port, workers: [python, *UVICORN, port, "--workers", str(workers), "--no-access-log", "fastapi_app:app"],
        path="/raw",
        takes=BODY,
        tuned=True,
    ),
)
LITSERVE = (Framework("LitServe", "litserve", ("litserve",), lambda python, port, _: [python, "litserve_app.py", HOST, port]),)
BENTOML = (
    Framework(
        "BentoML",
        "bentoml",
        ("bentoml",),
        lambda python, port, _: [python, "-m", "bentoml", "serve", "bentoml_service:Digits", "--host", HOST, "--port", port],
    ),
)
EVERY = (*FLASK_KERAS, *FASTAPI, *LITSERVE, *BENTOML)
