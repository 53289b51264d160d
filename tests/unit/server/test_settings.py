"""Server settings, and the options and tables generated from them."""

import os
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from inkling.service.config.base import environment_variable
from inkling.service.http.errors import InvalidSettings
from server.cli.main import main
from server.settings import Settings, settings_table

NAMES = [declared.name for declared in fields(Settings)]


@pytest.mark.parametrize("name", NAMES)
def test_setting_has_option_variable_and_row(name: str):
    """Each setting has a unit, a help text and a variable, and unless it is secret, an option."""
    (declared,) = (each for each in fields(Settings) if each.name == name)
    assert declared.metadata["unit"]
    assert len(declared.metadata["help"]) > 10
    shown = " ".join(CliRunner().invoke(main, ["run", "--help"], terminal_width=10_000).output.split())
    option = f"--{name.replace('_', '-')} "
    (row,) = (line for line in settings_table().splitlines() if f"`{environment_variable(declared)}`" in line)
    if declared.metadata.get("secret"):
        assert option not in shown
        assert option not in row
    else:
        assert option in shown
        assert environment_variable(declared) in shown
        assert f"`{option.strip()}`" in row
        assert declared.metadata["help"] in shown


def test_arguments_override_environment_variables():
    """INKLING_… variables are converted; empty ones are ignored."""
    environment = {"INKLING_PORT": "9000", "INKLING_MODELS": "elsewhere", "INKLING_HOST": "", "PORT": "1"}
    settings = Settings.from_environment(environment, models="here")
    assert (settings.port, settings.models, settings.host) == (9000, "here", "127.0.0.1")


def test_repeated_setting_is_split_at_whitespace():
    """Two origins in one variable."""
    settings = Settings.from_environment({"INKLING_CORS_ORIGIN": "http://a.example https://b.example:8443"})
    assert settings.cors_origin == ("http://a.example", "https://b.example:8443")


BAD = [
    {"port": -1},
    {"port": 65_536},
    {"port": "8000"},
    {"port": True},
    {"workers": 0},
    {"max_pictures": 0},
    {"host": 7},
    {"trainer": "localhost:8001"},
    {"trainer": "http://"},
    {"trainer": "http://[localhost:8001"},
    {"trainer": "http://localhost:8001;script-src *"},
    {"cors_origin": "http://a.example"},
    {"cors_origin": ("*",)},
    {"cors_origin": ("null",)},
    {"cors_origin": ("http://a.example/",)},
    {"cors_origin": ("http://A.example",)},
    {"tours": "no/such/folder"},
    {"token": "two words"},
    {"token": "ümlaut"},
    {"token": "line\n"},
]


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_invalid_settings_are_refused(changes: dict):
    """The message names the setting."""
    with pytest.raises(InvalidSettings):
        Settings(**changes)


def test_invalid_number_names_the_variable():
    """The message has the name of the environment variable."""
    with pytest.raises(InvalidSettings, match="INKLING_PORT"):
        Settings.from_environment({"INKLING_PORT": "eight thousand"})


@pytest.mark.parametrize(
    ("quota", "expected"), [("150000 100000", 2), ("50000 100000", 1), ("max 100000", 8), ("6400000 100000", 8), ("", 8)]
)
def test_default_number_of_workers_follows_the_cpu_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, expected: int
):
    """Of the container: more workers than CPUs only compete."""
    file = tmp_path / "cpu.max"
    file.write_text(f"{quota}\n")
    monkeypatch.setattr("server.settings.CPU_QUOTA", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    assert Settings().workers == expected
    monkeypatch.setattr("server.settings.CPU_QUOTA", tmp_path / "missing")
    assert Settings().workers == 8


@pytest.mark.parametrize("name", ["Read.example.org", "read.example.org:443", "https://read.example.org", "", "a b", "*"])
def test_allowed_hosts_are_names(name: str):
    """Anything else would never match a Host header."""
    with pytest.raises(InvalidSettings, match="allowed_host"):
        Settings(allowed_host=(name,))
    assert Settings(allowed_host=("read.example.org", "192.168.1.7", "fe80::1"))
