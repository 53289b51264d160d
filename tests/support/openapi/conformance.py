"""Runs schemathesis with all checks and all phases against a running service."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOKEN = "conformance"
"""The service requires it for everything, so that the check of ignored authorization has something to check."""

ARGUMENTS = ("--require-token", "all")
ENVIRONMENT = {"INKLING_TOKEN": TOKEN}
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Conformance:
    """What schemathesis found. output: its report. cases: generated ones."""

    returncode: int
    output: str


def check_conformance(address: str, cases: int, folder: Path, *options: str) -> Conformance:
    """Run `cases` test cases per operation in the fuzzing phase, besides the phases coverage and stateful."""
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(Path(__file__).with_name("schemathesis.toml"))]
    command += ["run", f"{address}/openapi.json", "--checks", "all", "--max-examples", str(cases), "--no-color"]
    command += ["--header", f"Authorization: Bearer {TOKEN}", "--generation-database", "none", *options]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.support.openapi.hooks", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Conformance(done.returncode, done.stdout + done.stderr)
