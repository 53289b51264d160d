"""Import rules, proved in fresh interpreters and on the source of every file."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300

# Runs in its own interpreter: imports the given modules and records the effects in a file.
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
    """The dotted module name of a file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules(*packages: str) -> list[str]:
    """Every module of the packages, without `__main__`, which runs when imported."""
    return [module_of(path) for path in files(*packages) if path.name != "__main__.py"]


def imports(path: Path, when_loaded: bool = False) -> Iterator[str]:
    """Every module that a file imports, anywhere in it; `from a import b` yields both a and a.b.

    when_loaded: only imports that run when the module is loaded, not those inside functions or for type checkers.
    """
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    if when_loaded:
        for node in ast.walk(tree):
            is_for_type_checkers = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            if isinstance(node, ast.FunctionDef) or is_for_type_checkers:
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


def core_modules() -> list[str]:
    """Every module of `inkling` outside of `inkling.service`."""
    return [name for name in modules("inkling") if not within(name, "inkling.service")]


def within(name: str, package: str) -> bool:
    """Whether a module is the package or part of it."""
    return name == package or name.startswith(f"{package}.")


def import_in_fresh_interpreter(names: list[str], folder: Path, root: Path = ROOT, given: tuple[str, ...] = ()) -> dict:
    """Import modules in a fresh interpreter with an empty home; return what was loaded, started, printed and written.

    given: third-party modules imported first, whose effects are not recorded.
    """
    home = folder / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",  # numpy's thread pool is not ours
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
    """The effects of importing every module of `server` and `web`."""
    return import_in_fresh_interpreter(modules("server", "web"), tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def core_import(tmp_path_factory) -> dict:
    """The effects of importing every module of `inkling` outside of `inkling.service`."""
    return import_in_fresh_interpreter(core_modules(), tmp_path_factory.mktemp("core"))


@pytest.fixture(scope="module")
def trainer_import(tmp_path_factory) -> dict:
    """The effects of importing every module of `trainer`, on the one Keras backend that every installation has."""
    given = ("keras", "matplotlib.pyplot")  # requests tries IPv6 with a socket, matplotlib looks for fonts with a timer
    return import_in_fresh_interpreter(modules("trainer"), tmp_path_factory.mktemp("trainer"), given=given)


NOISY = """
import pathlib, socket, threading, zipapp
print("hello")
pathlib.Path("left.txt").write_text("behind")
socket.socket().close()
threading.Thread(target=threading.Event().wait, args=(3,)).start()
"""


def test_effects_of_an_import_are_recorded(tmp_path):
    """A module that prints, writes, opens a socket and starts a thread when imported is detected at each."""
    (tmp_path / "noisy.py").write_text(NOISY)
    effects = import_in_fresh_interpreter(["noisy"], tmp_path, root=tmp_path)
    assert effects["printed"].startswith("hello")
    assert effects["written"] == ["left.txt"]
    assert effects["events"] == ["socket", "thread"]
    assert effects["threads"] == 2
    assert {"noisy", "zipapp"} <= set(effects["modules"])


@pytest.mark.parametrize("foreign", ["tensorflow", "keras", "trainer", "tf2onnx", "onnx", "matplotlib", "sklearn"])
def test_server_imports_nothing_that_only_training_needs(server_import, foreign):
    """Importing every module of the server brings in neither the trainer nor its dependencies."""
    assert "inkling.models.predictor" in server_import["modules"]
    assert foreign not in server_import["modules"]


@pytest.mark.parametrize(
    "foreign",
    [
        "flask",
        "werkzeug",
        "sqlalchemy",
        "gunicorn",
        "waitress",
        "click",
        "matplotlib",
        "onnx",
        "keras",
        "tensorflow",
        "inkling.service",
    ],
)
def test_core_imports_no_framework(core_import, foreign):
    """Importing every module of `inkling` outside of `inkling.service` brings in no framework."""
    assert "inkling.models.predictor" in core_import["modules"]
    assert foreign not in core_import["modules"]


def test_core_names_only_its_dependencies():
    """Outside of `inkling/service`, `inkling` imports the standard library, numpy, Pillow, onnxruntime and itself."""
    allowed = sys.stdlib_module_names | {"numpy", "PIL", "onnxruntime", "inkling"}
    for path in files("inkling"):
        named = set(imports(path))
        if "service" not in path.relative_to(ROOT / "inkling").parts:
            assert {name.split(".")[0] for name in named} <= allowed, path
            assert not [name for name in named if within(name, "inkling.service")], path


@pytest.mark.parametrize(
    ("package", "others"),
    [
        ("inkling", ("server", "trainer", "web")),
        ("server", ("trainer",)),
        ("web", ("inkling", "server", "trainer")),
        ("trainer", ("server", "web")),
    ],
)
def test_dependencies_point_one_way(package, others):
    """`server` and `trainer` import `inkling`, never each other; `inkling` imports neither."""
    for path in files(package):
        assert not [name for name in imports(path) for other in others if within(name, other)], path


PACKAGES_WITH_AN_API = ("inkling",)
"""Packages whose `__init__` holds more than a docstring: `import inkling` is the Python API, loaded on first use."""


@pytest.mark.parametrize("package", ["inkling", "server", "trainer"])
def test_package_init_modules_import_nothing(package):
    """Every `__init__.py` holds a docstring and no statement, except those of the Python API."""
    for path in files(package):
        if path.name == "__init__.py" and module_of(path) not in PACKAGES_WITH_AN_API:
            assert [type(node) for node in ast.parse(path.read_text("utf-8")).body] == [ast.Expr], path


def test_public_classes_have_distinct_names():
    """No two public classes of the packages share a name."""
    found: dict[str, list[str]] = {}
    for path in files("inkling", "server", "trainer"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(module_of(path))
    assert not {name: places for name, places in found.items() if len(places) > 1}


def test_the_trainer_service_loads_neither_keras_nor_a_runtime(tmp_path):
    """The HTTP process of the trainer is small: training and image processing run in its child processes."""
    effects = import_in_fresh_interpreter(["trainer.cli.main", "trainer.service.serve"], tmp_path)
    assert "trainer.service.app" in effects["modules"]
    assert not {"keras", "tensorflow", "onnxruntime", "sklearn", "matplotlib", "onnx"} & set(effects["modules"])


def test_tensorflow_stays_in_export():
    """Only trainer/export names TensorFlow or tf2onnx, so that other backends train."""
    for path in files("inkling", "server", "trainer", "web"):
        named = {name.split(".")[0] for name in imports(path)} & {"tensorflow", "tf2onnx"}
        assert not named or path.is_relative_to(ROOT / "trainer/export"), path


def test_imports_have_no_cycles():
    """The module-level imports of our packages form a directed acyclic graph."""
    ours = {module_of(path): path for path in files("inkling", "server", "trainer")}
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
    """On another Keras backend, importing every module of the trainer loads neither TensorFlow nor tf2onnx."""
    assert "keras" in trainer_import["modules"]
    assert not {"tensorflow", "tf2onnx"} & set(trainer_import["modules"])


def test_nothing_is_unpickled():
    """No file imports a module that unpickles, and none allows numpy to."""
    unpicklers = ("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal")
    for path in files("inkling", "server", "trainer", "web", "benchmarks"):
        assert not {name.split(".")[0] for name in imports(path)} & set(unpicklers), path
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is False, path


@pytest.mark.parametrize("folder", ["inkling", "server", "trainer", "web", "tests", "benchmarks"])
def test_files_are_short(folder):
    """No file of code is longer than 300 lines."""
    written = [path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".js", ".css", ".html"}]
    assert written
    long = {str(path): lines for path in written if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE}
    assert not long


@pytest.mark.parametrize("package", ["inkling", "server", "trainer"])
def test_every_package_has_a_docstring(package):
    """Every package has an __init__.py with a docstring."""
    folders = {path.parent for path in files(package)}
    for folder in folders:
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))), folder
