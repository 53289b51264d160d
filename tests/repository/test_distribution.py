"""The wheel and the sdist: their content, their description, and the wheel in an environment without the repository."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from inkling.distribution import extra
from tests.support.client_environment import client_python
from tests.support.pictures import draw_seven, encode_picture
from tests.support.server_process import ServerProcess, send_request

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).with_name("distribution.txt")
SBOM_REQUIREMENTS = ROOT / "deploy" / "sbom.txt"
PACKAGES = ("inkling", "server", "trainer", "web")

pytestmark = pytest.mark.slow


def build(*arguments: str) -> None:
    """Run `python -m build` with the pinned build backend."""
    command = [str(client_python(REQUIREMENTS)), "-m", "build", "--no-isolation", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel built from the sdist, as `python -m build` does."""
    folder = tmp_path_factory.mktemp("dist")
    build("--outdir", str(folder), str(ROOT))
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """The wheel."""
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def description(wheel: Path) -> str:
    """The text that a package index shows."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name)).get_payload(decode=True).decode()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment with the wheel and its pinned dependencies, without extras."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--constraint", str(ROOT / "constraints.txt"), str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return python


class InstalledServer(ServerProcess):
    """`server run` of another environment, started in an empty folder with all default settings but the port and the store."""

    def __init__(self, python: Path, folder: Path):
        command = [str(python.with_name("server")), "run", "--port", "0", "--store", f"sqlite:///{folder / 'store.db'}"]
        self.log, self.opened = folder / "log", []
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("INKLING_", "PYTHON"))}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stderr=log, env=environment, cwd=folder, start_new_session=True)
        self.pid = self.process.pid


@pytest.fixture(scope="module")
def server(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The installed server, outside of the repository."""
    with InstalledServer(installed, tmp_path_factory.mktemp("outside")) as running:
        yield running


def contents(path: Path) -> dict[str, str]:
    """File -> SHA-256 of a wheel's files."""
    with zipfile.ZipFile(path) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_sdist_builds_the_same_wheel(wheel: Path, tmp_path: Path):
    """The same files with the same content as a wheel that is built from the repository."""
    build("--wheel", "--outdir", str(tmp_path), str(ROOT))
    (direct,) = tmp_path.glob("*.whl")
    assert contents(direct) == contents(wheel)


def test_wheel_holds_the_packages_the_page_and_the_model(wheel: Path):
    """Each package is marked as typed; nothing else is installed beside them."""
    names = contents(wheel).keys()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert {
        "server/models/digits.onnx",
        "web/templates/base.html",
        "web/module-preloads.json",
        "web/tours/first-steps.json",
    } <= names


def test_sdist_holds_no_tests(dist: Path):
    """Only what the wheel is built from, and the pages that explain it."""
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        top = {Path(name).parts[1] for name in archive.getnames()}
    texts = {"README.md", "CHANGELOG.md", "LICENSE", "PKG-INFO", "pyproject.toml", ".gitignore"}
    assert top == {*PACKAGES, "models", *texts}


def test_package_index_accepts_the_description(dist: Path):
    """twine renders it without warnings."""
    command = [str(client_python(REQUIREMENTS).with_name("twine")), "check", "--strict", *map(str, dist.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_description_has_no_relative_links(description: str):
    """An index cannot follow links into the repository, nor show its pictures. The text itself is README's."""
    assert not re.findall(r"\]\((?!https?://)", description)
    assert "![" not in description
    assert "| Inside | Test |" not in description
    headings = re.compile(r"^## .*$", re.MULTILINE)
    assert headings.findall(description) == headings.findall((ROOT / "README.md").read_text("utf-8"))


def test_classifiers_name_the_versions_that_are_supported():
    """The lowest one is that of requires-python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    prefix = "Programming Language :: Python :: 3."
    minors = [int(line.removeprefix(prefix)) for line in project["classifiers"] if line.startswith(prefix)]
    assert project["requires-python"] == f">=3.{min(minors)}"


@pytest.mark.parametrize("path", ["/", "/inside", "/static/favicon.svg", "/docs", "/openapi.json", "/models/digits"])
def test_installed_server_answers(server: ServerProcess, path: str):
    """The page, its files, the API's description and the packaged model."""
    response = server.get(path)
    assert response.status == 200
    assert response.body


def test_installed_server_reads_a_picture(server: ServerProcess):
    """With the packaged model."""
    response = send_request(server.connect(), "POST", "/predict", encode_picture(draw_seven()), {"Content-Type": "image/png"})
    assert response.status == 200
    assert response.body["model"] == "digits"


def test_installed_trainer_names_its_extra(installed: Path, tmp_path: Path):
    """The wheel alone has no TensorFlow: one sentence, no traceback."""
    command = [str(installed.with_name("trainer")), "fit", "--data", "digits"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: the package ")
    assert done.stderr.count("\n") == 1
    assert f"pip install '{extra('trainer')}'" in done.stderr


@pytest.mark.parametrize("extras", [(), ("trainer",)], ids=["server", "trainer"])
def test_sbom_lists_the_direct_dependencies(installed: Path, extras: tuple[str, ...]):
    """What `make sbom` runs, on the environment of the wheel and, as TensorFlow is large, on that of the tests."""
    python = sys.executable if extras else str(installed)
    command = [str(client_python(SBOM_REQUIREMENTS).with_name("cyclonedx-py")), "environment", "--output-reproducible"]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), python]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert listed["bomFormat"] == "CycloneDX"
    root = listed["metadata"]["component"]
    assert (root["name"], root["version"]) == (project["name"], project["version"])
    versions = {canonicalize_name(each["name"]): each["version"] for each in listed["components"]}
    optional = [line for name in extras for line in project["optional-dependencies"][name]]
    for requirement in map(Requirement, project["dependencies"] + optional):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)], prereleases=True), requirement
