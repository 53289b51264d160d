"""Runs schemathesis with all checks and all phases against a running service."""

import os
import subprocess
import sys
from pathlib import Path

TOKEN = "conformance"
ARGUMENTS = ("--require-token", "all")
ENVIRONMENT = {"INKLING_TOKEN": TOKEN}
"""Start the service with these: it requires the token for everything, so that ignored authorization would be found."""

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[2]


def check_conformance(address: str, cases: int, folder: Path, *arguments: str) -> None:
    """Raises AssertionError with the report of schemathesis if it finds anything.

    cases: per operation in the fuzzing phase; the other phases come in addition, unless the further arguments of `st run` say
    otherwise. folder: the working directory.
    """
    program = str(Path(sys.executable).with_name("st"))
    command = [program, "--config-file", str(FOLDER / "schemathesis.toml"), "run", f"{address}/openapi.json"]
    command += ["--checks", "all", "--max-examples", str(cases), "--seed", "1", "--generation-database", "none"]
    command += ["--header", f"Authorization: Bearer {TOKEN}", "--no-color"]
    command += arguments
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.support.openapi.hooks", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    report = done.stdout + done.stderr
    sys.stdout.write(report)  # pytest shows it with -s, and after a failure
    assert done.returncode == 0, "schemathesis has found something; see its report"
