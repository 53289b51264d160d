"""The repository outside of the code: top level, pinned versions, Docker images, CI script, changelog."""

import json
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
TOP = {
    *("pyproject.toml", "constraints.txt", "Makefile", "Dockerfile", "compose.yaml"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
}
FOLDERS = {"inkling", "server", "trainer", "web", "models", "tests", "benchmarks", "docs", "deploy"}
HIDDEN = {".ci", ".github", ".gitignore", ".dockerignore", ".pre-commit-config.yaml"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pins() -> dict[str, str]:
    """constraints.txt as package -> version."""
    lines = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def declared(extras: tuple[str, ...]) -> list[Requirement]:
    """The requirements of pyproject.toml, without the project itself."""
    lines = PROJECT["dependencies"] + [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    return [requirement for requirement in map(Requirement, lines) if requirement.name != PROJECT["name"]]


def tracked() -> list[str]:
    """Every file that git tracks; skips outside of a checkout."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True)
    return listed.stdout.rstrip("\0").split("\0")


def test_the_top_level_is_as_designed():
    """The top level holds the designed files and folders only."""
    assert {name.split("/")[0] for name in tracked()} == TOP | FOLDERS | HIDDEN


def test_models_holds_models():
    """models/ holds ONNX files and a README only."""
    assert all(Path(name).suffix == ".onnx" or name == "models/README.md" for name in tracked() if name.startswith("models/"))


def test_every_dependency_is_pinned():
    """Each dependency in pyproject.toml, except those of extras that no test needs, is pinned to a version in its range."""
    extras = tuple(extra for extra in PROJECT["optional-dependencies"] if extra not in ("gpu", "mlflow", "wandb"))
    for requirement in declared(extras):
        name = canonicalize_name(requirement.name)
        assert name in pins(), f"{name} is not pinned"
        assert requirement.specifier.contains(pins()[name], prereleases=True), name


def test_transitive_dependencies_are_pinned():
    """Each package that an installed dependency requires is pinned."""
    waiting = declared(("trainer", "postgres", "test"))
    seen = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        assert name in pins(), f"{name} is not pinned"
        for extra in {"", *requirement.extras} - {extra for seen_name, extra in seen if seen_name == name}:
            seen.add((name, extra))
            needed = map(Requirement, distribution(name).requires or ())
            waiting += [need for need in needed if need.marker is None or need.marker.evaluate({"extra": extra})]


def test_the_tests_run_with_the_pinned_versions():
    """Installed versions equal those in constraints.txt."""
    different = {}
    for name, version in pins().items():
        try:
            installed = distribution(name).version
        except PackageNotFoundError:
            continue
        if installed != version:
            different[name] = installed, version
    assert not different


def stages() -> dict[str, list[str]]:
    """The Dockerfile's stages with their instructions; continuation lines are joined."""
    found, text = {}, (ROOT / "Dockerfile").read_text("utf-8")
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if start := re.fullmatch(r"FROM (\S+) AS (\S+)", line):
            found[start[2]] = [*found.get(start[1], []), line]
        elif line and not line.startswith("#"):
            found[list(found)[-1]].append(line)
    return found


def instruction(stage: str, name: str) -> str:
    """The arguments of the last instruction of a name in a stage, its base included."""
    return [line.removeprefix(name).strip() for line in stages()[stage] if line.startswith(f"{name} ")][-1]


@pytest.mark.parametrize("stage", ["server", "trainer"])
def test_images_run_as_non_root(stage):
    """Both images start their program directly, so that signals reach it, as a numeric user, and write to volumes only."""
    assert stages()[stage][0] == "FROM python:3.11-slim AS base"
    user = instruction(stage, "USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert json.loads(instruction(stage, "ENTRYPOINT")) == [stage]
    assert set(json.loads(instruction(stage, "VOLUME"))) <= {"/models", "/runs", "/var/lib/inkling", "/var/cache/inkling"}
    installs = [line for line in stages()[f"{stage}-build"] if "--requirement" in line]
    assert installs
    assert all("--constraint constraints.txt" in line for line in installs)


@pytest.mark.parametrize("stage", ["server", "trainer"])
def test_images_are_labeled_and_hold_no_pip(stage):
    """The version is the project's. Only the virtual environment is copied, which has no pip."""
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', instruction(stage, "LABEL")))
    assert labels.keys() == {"title", "description", "version", "revision", "licenses"}
    assert (labels["version"], labels["licenses"]) == (PROJECT["version"], PROJECT["license"])
    (copied,) = [line for line in stages()[stage] if "--from=" in line]
    assert copied == f"COPY --from={stage}-build /opt/inkling /opt/inkling"
    assert any("python -m venv --without-pip /opt/inkling" in line for line in stages()[f"{stage}-build"])


@pytest.mark.parametrize(("stage", "path"), [("server", "/health/ready"), ("trainer", "/health/live")])
def test_images_have_a_health_check(stage, path):
    """It calls the service at its own port, around any proxy."""
    probe = json.loads(instruction(stage, "HEALTHCHECK").partition("CMD ")[2])
    assert probe[:2] == ["python", "-c"]
    compile(probe[2], "HEALTHCHECK", "exec")
    assert path in probe[2]
    (variable,) = re.findall(r"environ\['(\w+)'\]", probe[2])
    assert variable in instruction(stage, "ENV")


def test_the_servers_image_holds_no_trainer():
    """The server image holds neither the trainer nor its dependencies."""
    assert not [line for line in stages()["server-build"] if line.startswith("COPY") and "trainer" in line]
    assert not [line for line in stages()["server-build"] if "optional-dependencies" in line]


@pytest.mark.parametrize(("stage", "extra"), [("server", None), ("trainer", "trainer"), ("trainer", "gpu")])
def test_images_install_the_declared_dependencies(stage, extra):
    """The Dockerfile extracts the declared dependencies from pyproject.toml, without the project itself."""
    code = [line for line in stages()[f"{stage}-build"] if "tomllib" in line][-1]
    program = re.search(r'python -c "(.*?)"(?: |$)', code)[1]
    command = [sys.executable, "-c", program, *([extra] if extra else [])]
    printed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.splitlines()
    expected = PROJECT["dependencies"] if extra is None else declared_lines(extra)
    assert set(printed) == set(expected)


def declared_lines(extra: str) -> list[str]:
    """The requirements of the trainer extra and another extra, without the project itself."""
    lines = [line for name in ("trainer", extra) for line in PROJECT["optional-dependencies"][name]]
    return [line for line in lines if Requirement(line).name != PROJECT["name"]]


def test_compose_services_are_hardened():
    """Every service drops all capabilities, has a read-only root, writes to named volumes and binds ports to loopback."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    assert {"server", "trainer", "proxy"} <= compose["services"].keys()
    for name, service in compose["services"].items():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(volume.split(":")[0] in compose["volumes"] or volume.endswith(":ro") for volume in service["volumes"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert name == "proxy" or service["build"]["target"] in stages()
    volumes = {name: [v.split(":")[1] for v in compose["services"][name]["volumes"]] for name in ("server", "trainer")}
    assert all(sorted(folders) == sorted(json.loads(instruction(name, "VOLUME"))) for name, folders in volumes.items())


def test_compose_profiles_start_one_trainer():
    """`--profile trainer` and `--profile gpu` start different ones at the same port; `--profile public` adds nginx."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    profiles = {name: service.get("profiles", []) for name, service in compose["services"].items()}
    assert profiles == {"server": [], "trainer": ["trainer"], "trainer-gpu": ["gpu"], "proxy": ["public"]}
    proxy = compose["services"]["proxy"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", proxy["user"])
    folder, mounted, _ = proxy["volumes"][0].split(":")
    configuration = next(word for word in proxy["entrypoint"] if word.endswith(".conf"))
    assert (ROOT / folder / Path(configuration).relative_to(mounted)).is_file()


def test_the_ci_script_can_start():
    """.ci/run is executable, stops at the first failure, and is valid bash. It leaves out no test but those of the coverage."""
    path = ROOT / ".ci/run"
    assert path.stat().st_mode & stat.S_IXUSR
    assert "set -euo pipefail" in path.read_text("utf-8").splitlines()
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
    commands = [line.partition("  #")[0] for line in path.read_text("utf-8").splitlines() if line.startswith("make ")]
    in_coverage = "ARGS=\"--ignore-glob='tests/unit/inkling/[!s]*'\""
    assert commands == ["make setup", "make lint", "make coverage", f"make test-all {in_coverage}"]
    assert [each.name for each in (ROOT / "tests/unit/inkling").glob("s*")] == ["service"]  # all that the coverage leaves out


def test_the_changelog_names_this_version():
    """CHANGELOG.md has a section for unreleased changes and names the version in pyproject.toml."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text
    assert PROJECT["version"] in text
