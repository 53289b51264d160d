"""The programs `server` and `trainer` in environments that break them."""

import subprocess
import sys
from pathlib import Path

import pytest


def run(program: str, prepare: str = "", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program after some statements, in a folder, which `python -c` searches first."""
    code = f"import sys\n{prepare}\nfrom inkling.service import programs\nsys.argv[1:] = ['--version']\nprograms.{program}()"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=folder)


@pytest.mark.parametrize("program", ["server", "trainer"])
def test_programs_run(program: str):
    """The version is that of the distribution."""
    done = run(program)
    assert done.returncode == 0, done.stderr
    assert "0.1.0" in done.stdout


def test_a_plain_install_names_the_extra():
    """Without a traceback."""
    done = run("trainer", "sys.modules['tqdm'] = None")
    assert (done.returncode, done.stdout) == (1, "")
    expected = "Error: the package tqdm is not installed. Install the trainer: pip install 'inkling-handwriting[trainer]'.\n"
    assert done.stderr == expected


@pytest.mark.parametrize("program", ["server", "trainer"])
@pytest.mark.parametrize("file", ["__init__.py", "notes.txt"])
def test_a_folder_that_hides_our_package_is_named(tmp_path: Path, program: str, file: str):
    """With or without __init__.py, such as a user's own folder `server/` on the path."""
    (tmp_path / program).mkdir()
    (tmp_path / program / file).touch()
    done = run(program, folder=tmp_path)
    if file == "notes.txt":  # a folder without code gives way to a package
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {tmp_path / program} hides Inkling's package {program}.")
    assert done.stderr.count("\n") == 1


def test_another_distribution_is_named():
    """One that was installed later and has replaced our files."""
    prepare = (
        "import importlib.metadata as m\nm.packages_distributions = lambda: {'trainer': ['trainer', 'inkling-handwriting']}\n"
    )
    done = run("trainer", f"{prepare}sys.modules['trainer.cli'] = None")
    assert done.stderr.startswith("Error: the distribution trainer has overwritten Inkling's package trainer.")
