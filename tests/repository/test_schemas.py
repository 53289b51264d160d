"""Files that other programs read, checked against their published schemas."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.support.client_environment import client_python

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).with_name("schemas.txt")
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"


def validate(program: str, *arguments: str) -> None:
    """Run a validator in the repository; it must succeed."""
    command = [str(client_python(REQUIREMENTS).with_name(program)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.compose-spec", "compose.yaml"),
    ],
)
def test_files_match_their_schemas(schema: str, path: str):
    """With the schemas that come with check-jsonschema."""
    validate("check-jsonschema", "--builtin-schema", schema, path)


@pytest.mark.slow
def test_pre_commit_reads_its_configuration():
    """With pre-commit itself."""
    validate("pre-commit", "validate-config")


def test_pre_commit_runs_what_lint_runs():
    """The same programs with the same options, so that a commit that passes also passes `make lint`."""
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook["entry"] for repo in configuration["repos"] for hook in repo["hooks"]]
    entries = {entry.removeprefix(".venv/bin/").replace(" --force-exclude", "") for entry in hooks}
    linted = re.findall(r"@\$\(VENV\)/bin/((?:ruff|mypy) .+)", (ROOT / "Makefile").read_text("utf-8"))
    assert entries == {command.removesuffix(" .").removesuffix(" --check") for command in linted}


def test_workflow_runs_targets_and_python_versions_that_exist():
    """Each `make TARGET` exists, and the first Python version is the lowest that is supported."""
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    commands = "\n".join(step.get("run", "") for job in jobs.values() for step in job["steps"])
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z-]+)", commands))
    assert used
    assert used <= targets
    required = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert required == f">={jobs['test']['strategy']['matrix']['python'][0]}"


def test_dependabot_finds_every_list_of_requirements():
    """Each folder with pinned requirements is in its list."""
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    listed = {folder for update in updates for folder in update.get("directories", ())}
    texts = [path for folder in ("deploy", "tests") for path in (ROOT / folder).rglob("*.txt")]
    pinned = [path for path in texts if re.match(r"[\w.-]+==", path.read_text("utf-8"))]
    assert listed == {"/", *(f"/{path.parent.relative_to(ROOT)}" for path in pinned)}
