"""Sweeps and parallel fits, without a fit: parsing, naming, the table, failures."""

import sys

import click
import pytest

from inkling.errors import InvalidInput
from tests.support.trainer_fixtures import small_settings
from trainer.cli.options import setting_options, settings_from_options
from trainer.experiments import parallel_fits
from trainer.experiments.parallel_fits import to_cli_arguments
from trainer.experiments.sweep import expand_grid, format_sweep, parse_grid, rank_rows
from trainer.recipes import RECIPES, recipe


@pytest.mark.parametrize(
    "settings",
    [
        *(recipe(name) for name in RECIPES),
        recipe("inkling", outliers=()),
        recipe("tfjs", data=("a b", "-c;d"), outliers=("faces",), teachers=("x", "y"), learning_rate=1e-7, member=3),
    ],
)
def test_settings_survive_the_command_line(settings):
    """The arguments of a child process give the same settings."""
    parsed = []
    command = click.command()(setting_options()(lambda **options: parsed.append(settings_from_options(options))))
    command.main(to_cli_arguments(settings), standalone_mode=False)
    assert parsed == [settings]


def test_values_can_contain_spaces_commas_and_slashes():
    """Semicolons separate values, + joins datasets, none is no outliers."""
    grid = parse_grid(["layers=5x5x16/2 3x3x32;3x3x8 pool", "learning-rate=0.01;1", "outliers=none;faces+a,b.csv", "epochs=3"])
    assert grid == {
        "layers": ["5x5x16/2 3x3x32", "3x3x8 pool"],
        "learning_rate": [0.01, 1.0],
        "outliers": [(), ("faces", "a,b.csv")],
        "epochs": [3],
    }


@pytest.mark.parametrize(
    ("texts", "given", "mentioned"),
    [
        (["color=red"], {}, "--vary"),
        (["epochs"], {}, "--vary"),
        (["epochs=many"], {}, "epochs as int"),
        (["epochs=0;1"], {}, "epochs between"),
        (["epochs=1;1"], {}, "twice"),
        (["epochs=1", "epochs=2"], {}, "twice"),
        (["seed=1;2"], {}, "--seeds"),
        (["epochs=1;2"], {"epochs": 3}, "epochs"),
        (["data=digits;"], {}, "data"),
        (["layers=5x5"], {}, "layers"),
    ],
)
def test_an_invalid_grid_is_refused_before_any_fit(texts, given, mentioned):
    """The message names the setting or option."""
    with pytest.raises(InvalidInput, match=mentioned):
        expand_grid(parse_grid(texts), {"recipe": "inkling"} | given, 1)


def test_varied_values_and_options_win_over_the_config_file():
    """A run's own config file has every setting."""
    config = recipe("tfjs", data=("digits",), batch_size=8, epochs=9, learning_rate=0.5).to_dict() | {"data": ("digits",)}
    trials = expand_grid(parse_grid(["batch-size=16;32"]), {"epochs": 3}, 1, config | {"outliers": (), "teachers": ()})
    found = [(each.settings.batch_size, each.settings.epochs, each.settings.learning_rate) for each in trials]
    assert found == [(16, 3, 0.5), (32, 3, 0.5)]


def test_every_combination_and_seed_has_its_own_folder():
    """Names are unique and don't change when values are added."""
    given = {"recipe": "inkling", "seed": 5}
    few = expand_grid(parse_grid(["layers=3x3x8;3x3x8v"]), given, 2)
    more = expand_grid(parse_grid(["layers=3x3x9;3x3x8/2;3x3x8;3x3x8v"]), given, 3)
    assert [trial.settings.seed for trial in few] == [5, 6, 5, 6]
    assert len({trial.name for trial in more}) == 12
    assert {trial.name for trial in few} < {trial.name for trial in more}
    assert all("/" not in trial.name for trial in more)


def test_the_table_shows_means_and_deviations_over_seeds():
    """With the number of seeds."""
    fits = [{"val_accuracy": accuracy, "validation_images": 70} for accuracy in (0.9, 0.8)]
    means = {"val_accuracy": 0.85, "val_loss": 0.5, "microseconds_per_crop": 10.0}
    costs = {"parameters": 5, "multiply_adds": 6, "seconds": 1.0}
    text = format_sweep([{"settings": {"epochs": 3}, "fits": fits} | means | costs])
    assert "85.00% ± 7.07%" in text
    assert text.endswith("means of 2 seeds")


def test_rows_are_ranked_by_accuracy_then_loss():
    """As a fit selects its best epoch: the loss only decides between equal accuracies."""
    metrics = [(0.8, 0.1), (0.9, 0.3), (0.9, 0.2)]
    ranked = rank_rows([{"val_accuracy": accuracy, "val_loss": loss} for accuracy, loss in metrics])
    assert [(row["val_accuracy"], row["val_loss"]) for row in ranked] == [(0.9, 0.2), (0.9, 0.3), (0.8, 0.1)]


def test_a_killed_process_does_not_affect_the_others(tmp_path, monkeypatch):
    """The reason mentions memory, since the system kills processes when memory runs out."""
    program = "import os, signal, sys; 'first' in sys.argv[-2] and os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(parallel_fits, "PROGRAM", (sys.executable, "-c", program))
    tasks = [parallel_fits.FitTask(small_settings(), tmp_path / name) for name in ("first", "second")]
    failures = parallel_fits.ParallelFits(2, lambda: False, print).run(tasks)
    assert list(failures) == [tmp_path / "first"]
    assert "SIGKILL" in failures[tmp_path / "first"]
    assert "memory" in failures[tmp_path / "first"]
