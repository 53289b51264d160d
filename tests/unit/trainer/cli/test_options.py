"""Options of `trainer fit`, `trainer recipes`, and shell completion."""

import json
import re

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from trainer.cli.main import main
from trainer.cli.options import describe_defaults, settings_from_options
from trainer.config_file import read_config
from trainer.recipes import RECIPES, recipe
from trainer.settings import GROUPS, SETTING_FIELDS, grouped_settings, option_name


def invoke(*words: object):
    """Invoke `trainer` in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="trainer")


def complete(*words: str) -> list[str]:
    """What the shell offers for the last word."""
    *before, incomplete = words
    completion = ShellComplete(main, {}, "trainer", "_TRAINER_COMPLETE")
    return [item.value for item in completion.get_completions(before, incomplete) if item.type == "plain"]


def test_help_lists_every_option_under_its_heading():
    """In the order of the groups; other options come last."""
    text = invoke("fit", "--help").output
    positions = [text.index(f"\n{group}:\n") for group in [*GROUPS, "Output"]]
    assert positions == sorted(positions)
    for (group, names), begin, end in zip(grouped_settings().items(), positions, positions[1:], strict=False):
        options = set(re.findall(r"^  (--[a-z-]+)", text[begin:end], re.MULTILINE))
        assert options - {"--config"} == {option_name(name) for name in names}, group


def test_defaults_are_those_of_every_recipe():
    """One value if they agree."""
    assert describe_defaults("batch_size") == "; ".join(f"{name} {recipe(name).batch_size}" for name in RECIPES)
    assert describe_defaults("dropout") == "0.0"
    assert describe_defaults("teachers") == ""


def test_options_win_over_the_config_file_and_that_over_the_recipe(tmp_path):
    """The file may name the recipe."""
    config = tmp_path / "a.toml"
    config.write_text('recipe = "tfjs"\nbatch-size = 7\nepochs = 3\noutliers = ["faces"]\n')
    settings = settings_from_options({"config": config, "epochs": 5, "seed": None, "data": ()})
    assert settings == recipe("tfjs", batch_size=7, epochs=5, outliers=("faces",))
    assert settings_from_options({"config": config, "recipe": "convnetjs"}).optimizer == "adadelta"
    assert settings_from_options({"config": config, "outliers": ("none",)}).outliers == ()


@pytest.mark.parametrize("command", ["fit", "distill", "ensemble", "sweep"])
def test_a_missing_config_file_is_a_usage_error(command, tmp_path):
    """Of every command that fits."""
    assert invoke(command, "--config", tmp_path / "nowhere.toml").exit_code == 2


def test_recipes_are_listed_with_a_line_each():
    """The default one is named."""
    lines = invoke("recipes").output.splitlines()
    assert [line.split()[0] for line in lines] == list(RECIPES)
    assert [line.endswith("(default)") for line in lines] == [name == "inkling" for name in RECIPES]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_shown_with_all_of_its_settings(name, tmp_path):
    """Those that differ from the default recipe are marked; as TOML, it is a config file."""
    rows = [line.split() for line in invoke("recipes", name).output.splitlines()[1:] if line.startswith(("  ", "* "))]
    marked = {row[1] for row in rows if row[0] == "*"}
    assert marked | {row[0] for row in rows if row[0] != "*"} == set(SETTING_FIELDS)
    default, chosen = recipe("inkling"), recipe(name)
    assert marked == {each for each in SETTING_FIELDS if getattr(default, each) != getattr(chosen, each)} - {"recipe"}
    (tmp_path / "a.toml").write_text(invoke("recipes", name, "--format", "toml").output)
    assert settings_from_options(read_config(tmp_path / "a.toml")) == chosen


def test_an_unknown_recipe_is_a_usage_error():
    """With the known ones."""
    result = invoke("recipes", "resnet")
    assert (result.exit_code, "convnetjs" in result.stderr) == (2, True)
    assert invoke("recipes", "--format", "toml").exit_code == 2


def test_the_shell_completes_names_and_run_folders(tmp_path, monkeypatch):
    """Recipes, datasets, outliers, run folders and models."""
    monkeypatch.chdir(tmp_path)
    for folder in ("runs/a", "runs/b", "search/c"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "settings.json").write_text(json.dumps({}))
    (tmp_path / "models").mkdir()
    (tmp_path / "models/x.onnx").touch()
    assert complete("fit", "--recipe", "t") == ["tfjs"]
    assert complete("recipes", "c") == ["convnetjs"]
    assert complete("fit", "--data", "mn") == ["mnist"]
    assert complete("fit", "--outliers", "fa") == ["faces", "fashion-mnist"]
    assert complete("fit", "--resume", "") == ["runs/a", "runs/b"]
    assert complete("export", "search/") == ["search/c"]
    assert complete("evaluate", "") == ["runs/a", "runs/b", "models/x.onnx"]
    assert complete("evaluate", "models/") == ["models/x.onnx"]
    assert complete("data", "dig") == ["digits"]
    assert complete("fit", "--data", "elsewhere") == []
