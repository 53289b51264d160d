"""`trainer lr-find`: a fit with a growing learning rate."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from trainer.cli.main import main

pytestmark = pytest.mark.slow


def invoke(*words: object) -> Result:
    """Run `trainer lr-find` on scikit-learn's digits in this process."""
    return CliRunner().invoke(main, ["lr-find", "--data=digits", "--recipe=tfjs", *map(str, words)], prog_name="trainer")


def test_suggestion(tmp_path: Path) -> None:
    """Between the rates that learn nothing and those that diverge; the loss is that of each batch, across epochs."""
    plot = tmp_path / "plots" / "lr.png"
    result = invoke("--batch-size", 128, "--steps", 100, "--max", 10, "--out", plot, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert 1e-4 < found["suggestion"] < found["lowest_loss_at"] < 1
    rates, losses = found["learning_rates"], found["losses"]
    assert len(rates) == len(losses) == len(found["smoothed"]) < 100  # it diverges before 10
    assert rates[0] == pytest.approx(1e-5)
    assert losses[0] == pytest.approx(2.5, abs=0.7)
    assert min(losses) < 1
    with Image.open(plot) as picture:
        assert picture.width > 500


def test_range_that_makes_no_sense() -> None:
    """One sentence."""
    result = invoke("--min", 1, "--max", 0.1)
    assert result.exit_code == 1
    assert "--min below --max" in result.output


def test_losses_are_those_of_the_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without learning and augmentation, the mean over the batches of an epoch is the loss of its images, in every epoch."""
    from trainer.backend.device import prepare_backend

    prepare_backend("cpu")
    from trainer.experiments import lr_finder
    from trainer.recipes import recipe

    monkeypatch.setattr(lr_finder, "ExponentialRamp", lambda *_: 0.0)
    settings = recipe("tfjs", data=("digits",), batch_size=300)  # four of 1,222 images in an epoch
    losses = lr_finder.find_learning_rate(settings, 1e-5, 1.0, 20).losses
    means = losses.reshape(5, 4).mean(1)
    assert means == pytest.approx([means[0]] * 5, abs=0.02)
    assert losses.std() < 0.1
