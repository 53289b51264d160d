"""The direction of every arrow: what may import what, proved in fresh interpreters and on the source of every file."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 300

# Runs in an interpreter of its own: imports the modules it is told and writes what that did to the file it is told.
WATCH = """
import importlib, json, os, pathlib, sys, threading
out, given, names = json.loads(sys.argv[1])
for name in given:
    importlib.import_module(name)
events = []
start = threading.Thread.start
threading.Thread.start = lambda thread: (events.append("thread"), start(thread))
sys.addaudithook(lambda event, args: event == "socket.__new__" and events.append("socket"))
for name in names:
    importlib.import_module(name)
threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
pathlib.Path(out).write_text(json.dumps({"modules": sorted(sys.modules), "events": events, "threads": threads}))
"""


def files(*packages: str) -> list[Path]:
    """Every Python file of the packages."""
    found = sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))
    assert found
    return found


def module_of(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules(*packages: str) -> list[str]:
    """Every module of the packages but those that run when they are imported."""
    return [module_of(path) for path in files(*packages) if path.name != "__main__.py"]


def imports(path: Path, when_loaded: bool = False) -> Iterator[str]:
    """Every module that a file names in an import, anywhere in it; `from a import b` counts as a and as a.b.

    when_loaded: only those that loading the file runs, not those inside of functions.
    """
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    if when_loaded:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "import_module",
            "__import__",
        ):
            yield from (value.value for value in node.args if isinstance(value, ast.Constant) and isinstance(value.value, str))


def within(name: str, package: str) -> bool:
    """Whether a module is the package or lies in it."""
    return name == package or name.startswith(f"{package}.")


def import_in_fresh_interpreter(names: list[str], folder: Path, root: Path = ROOT, given: tuple[str, ...] = ()) -> dict:
    """Import modules in an interpreter of their own with an empty home; what it loaded, started, printed and wrote.

    given: modules of others that are there already, so that what they start is not counted.
    """
    home = folder / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",  # numpy's own pool of threads is not ours
        "OMP_NUM_THREADS": "1",
        "KERAS_BACKEND": "numpy",  # only the trainer's imports may load it; TensorFlow would say so on standard error
    }
    command = [sys.executable, "-c", WATCH, json.dumps([str(folder / "seen.json"), given, names])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    written = sorted(str(path.relative_to(home)) for path in home.rglob("*"))
    return json.loads((folder / "seen.json").read_text()) | {"printed": done.stdout + done.stderr, "written": written}


@pytest.fixture(scope="module")
def server_import(tmp_path_factory) -> dict:
    """What importing all of the server did."""
    return import_in_fresh_interpreter(modules("server"), tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def inner_import(tmp_path_factory) -> dict:
    """What importing all of server.inference did."""
    return import_in_fresh_interpreter(modules("server/inference"), tmp_path_factory.mktemp("inner"))


@pytest.fixture(scope="module")
def trainer_import(tmp_path_factory) -> dict:
    """What importing all of the trainer did, on the one backend of Keras that every installation of it has."""
    given = ("keras", "matplotlib.pyplot")  # requests tries IPv6 with a socket, matplotlib looks for fonts with a timer
    return import_in_fresh_interpreter(modules("trainer"), tmp_path_factory.mktemp("trainer"), given=given)


NOISY = """
import pathlib, socket, threading, zipapp
print("hello")
pathlib.Path("left.txt").write_text("behind")
socket.socket().close()
threading.Thread(target=threading.Event().wait, args=(3,)).start()
"""


def test_the_watch_sees(tmp_path):
    """A module that prints, writes, opens a socket and starts a thread when imported is caught at each."""
    (tmp_path / "noisy.py").write_text(NOISY)
    seen = import_in_fresh_interpreter(["noisy"], tmp_path, root=tmp_path)
    assert seen["printed"].startswith("hello")
    assert seen["written"] == ["left.txt"]
    assert seen["events"] == ["socket", "thread"]
    assert seen["threads"] == 2
    assert {"noisy", "zipapp"} <= set(seen["modules"])


@pytest.mark.parametrize("foreign", ["tensorflow", "keras", "trainer", "tf2onnx", "onnx", "matplotlib", "sklearn"])
def test_the_server_never_loads_what_trains(server_import, foreign):
    """Importing every module of the server brings in nothing that only training needs."""
    assert "server.inference.predictor" in server_import["modules"]
    assert foreign not in server_import["modules"]


@pytest.mark.parametrize(
    "foreign", ["flask", "werkzeug", "sqlalchemy", "gunicorn", "waitress", "click", "matplotlib", "onnx", "keras", "tensorflow"]
)
def test_the_inner_ring_is_small(inner_import, foreign):
    """Importing every module of server.inference brings in no framework."""
    assert "server.inference.predictor" in inner_import["modules"]
    assert foreign not in inner_import["modules"]


def test_the_inner_ring_names_only_its_own():
    """A file of server.inference imports the standard library, numpy, Pillow, onnxruntime and server.inference."""
    allowed = sys.stdlib_module_names | {"numpy", "PIL", "onnxruntime"}
    for path in files("server/inference"):
        foreign = {
            name for name in imports(path) if name.split(".")[0] not in allowed and not within(name, "server.inference")
        } - {"server"}
        assert not foreign, path


def test_importing_the_server_package_does_nothing():
    """server/__init__.py holds a docstring and no statement."""
    body = ast.parse((ROOT / "server/__init__.py").read_text("utf-8")).body
    assert [type(node) for node in body] == [ast.Expr]


SERVICE_FRAMES = (
    "server.bodies",
    "server.declared",
    "server.door",
    "server.encoding",
    "server.errors",
    "server.failures",
    "server.listening",
    "server.manners",
    "server.options",
)
"""What the trainer's service takes from the server beside the inner ring, so that HTTP has one home: no route, no model."""

TAKEN = {
    "trainer/service/": ("server.inference", "server.store", *SERVICE_FRAMES),
    "trainer/commands/serve.py": ("server.inference", *SERVICE_FRAMES),
    "trainer/data/cache.py": ("server.inference", "server.store.place"),
    "trainer/data/drawn.py": ("server.inference", "server.store.place"),
    "trainer/data/feedback.py": ("server.inference", "server.store"),
    "trainer/data/lessons.py": ("server.inference", "server.store"),
    "trainer/": ("server.inference",),
}
"""What files of the trainer take from the server, by how their path begins; the first that fits counts."""


def test_the_trainer_takes_only_the_inner_ring():
    """Nothing but server.inference; what reads feedback or lessons, the store too, and the service, the frames of HTTP.

    The cache's folder is told in one place, beside the store's.
    """
    for path in files("trainer"):
        place = path.relative_to(ROOT).as_posix()
        allowed = next(packages for begin, packages in TAKEN.items() if place.startswith(begin))
        named = {name for name in imports(path) if within(name, "server")} - {"server"}
        assert all(any(within(name, package) for package in allowed) for name in named), path


def test_the_service_loads_neither_keras_nor_a_runtime(tmp_path):
    """The process that answers for the trainer is small: what trains and what reads pictures is in its children."""
    seen = import_in_fresh_interpreter(["trainer.cli", "trainer.service.serve"], tmp_path)
    assert "trainer.service.app" in seen["modules"]
    assert not {"keras", "tensorflow", "onnxruntime", "sklearn", "matplotlib", "onnx"} & set(seen["modules"])


def test_the_server_does_not_know_the_trainer():
    """No file of the server, nor of the page's package, names the trainer in an import."""
    for path in files("server", "web"):
        assert not [name for name in imports(path) if within(name, "trainer")], path


def test_tensorflow_stays_in_export():
    """Only trainer/export.py names TensorFlow or tf2onnx, so that other backends train."""
    for path in files("server", "trainer", "web"):
        named = {name.split(".")[0] for name in imports(path)} & {"tensorflow", "tf2onnx"}
        assert not named or path == ROOT / "trainer/export.py", path


def test_imports_run_in_no_circle():
    """Our modules can be put in an order in which each is loaded after those that it needs to be loaded."""
    ours = {module_of(path): path for path in files("server", "trainer")}
    graph = {
        name: {used for used in imports(path, when_loaded=True) if used in ours and used != name} for name, path in ours.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(ours)


def test_importing_the_server_is_silent(server_import):
    """Importing every module of the server prints nothing, writes no file, opens no socket and starts no thread."""
    assert server_import["printed"] == ""
    assert server_import["written"] == []
    assert server_import["events"] == []
    assert server_import["threads"] == 1


def test_importing_the_trainer_is_silent(trainer_import):
    """Importing every module of the trainer prints nothing, opens no socket and starts no thread."""
    assert trainer_import["printed"] == ""
    assert trainer_import["events"] == []


def test_the_trainer_runs_without_tensorflow(trainer_import):
    """On another backend of Keras, importing every module of the trainer brings in neither TensorFlow nor its converter."""
    assert "keras" in trainer_import["modules"]
    assert not {"tensorflow", "tf2onnx"} & set(trainer_import["modules"])


def test_nothing_is_unpickled():
    """No file imports a module that unpickles, and none lets numpy do it."""
    unpicklers = ("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal")
    for path in files("server", "trainer", "web", "benchmarks"):
        assert not {name.split(".")[0] for name in imports(path)} & set(unpicklers), path
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is False, path


@pytest.mark.parametrize("folder", ["server", "trainer", "web", "tests", "benchmarks"])
def test_files_fit_on_a_few_screens(folder):
    """No file of code is longer than 300 lines."""
    written = [path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".js", ".css", ".html"}]
    assert written
    long = {str(path): lines for path in written if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE}
    assert not long


@pytest.mark.parametrize("package", ["server", "trainer"])
def test_every_package_says_what_belongs_there(package):
    """Every folder of code has an __init__.py with a docstring."""
    folders = {path.parent for path in files(package)}
    for folder in folders:
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))), folder
