"""The distribution's name and version."""

import tomllib
from pathlib import Path

from inkling.distribution import NAME, distribution_version, extra

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]


def test_distribution() -> None:
    """They are those of pyproject.toml."""
    assert PROJECT["name"] == NAME
    assert distribution_version() == PROJECT["version"]
    assert extra("trainer") == "inkling-handwriting[trainer]"
