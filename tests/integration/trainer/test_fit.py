"""Fits: from settings to a run folder."""

import itertools
import shutil

import keras
import numpy as np
import pytest

from inkling.errors import InklingError, InvalidInput
from inkling.evaluation.evaluator import evaluate_dataset
from tests.support.trainer_fixtures import at_step, small_settings
from trainer.backend.device import Device
from trainer.data.outliers import SYNTHETIC_COUNTS
from trainer.data.sklearn_digits import read_digits
from trainer.data.spec import TRAINER_LIMITS, load
from trainer.data.split import TEST, TRAIN, VALIDATION, split
from trainer.errors import FitFailed
from trainer.fit import fit
from trainer.runs.keras_predictor import keras_predictor, load_best_network
from trainer.runs.run import Run
from trainer.training.checkpoint import Checkpoint
from trainer.training.control import FitControl
from trainer.training.events import BatchEvent, EpochEvent, FailedEvent, FinishedEvent, StartedEvent
from trainer.training.trainable_model import TrainableModel


@pytest.fixture(scope="module")
def with_outliers(tmp_path_factory) -> tuple[Run, list]:
    """A run that was trained with pairs as outliers, and its events."""
    events = []
    settings = small_settings(outliers=("pairs",), outlier_share=0.3)
    return fit(settings, tmp_path_factory.mktemp("outliers") / "run", [events.append]), events


def assert_same_weights(one: Run, other: Run) -> None:
    """The best weights of two runs are bit-equal."""
    for mine, theirs in zip(one.read_weights(), other.read_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_fit_learns_to_read_digits(fitted):
    """The tutorial's network reads nine of ten test digits after four epochs."""
    finished = fitted[1][-1]
    assert finished.test["1"] > 0.9
    assert finished.test["n"] == 359


def test_events_come_in_order(fitted):
    """`started`, every epoch with batches before it, `finished`."""
    run, events = fitted
    assert isinstance(events[0], StartedEvent)
    assert isinstance(events[-1], FinishedEvent)
    assert [event.epoch for event in events if isinstance(event, EpochEvent)] == [1, 2, 3, 4]
    assert any(isinstance(event, BatchEvent) for event in events)
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert {event.to_dict()["event"] for event in events} == {"started", "batch", "epoch", "finished"}
    assert events[0].counts == run.data["counts"]
    assert not events[-1].interrupted


def test_batch_events_are_limited_to_twenty_per_second(fitted):
    """However fast the fit is."""
    times = [event.time for event in fitted[1] if isinstance(event, BatchEvent)]
    assert all(later - earlier > 0.045 for earlier, later in itertools.pairwise(times))


def test_a_run_folder_is_complete(digits_run):
    """Settings, history, plots, TensorBoard logs, report with the time of each phase; no temporary files."""
    assert digits_run.settings == small_settings()
    assert [row["epoch"] for row in digits_run.history()] == [1, 2, 3, 4]
    for name in ("curves.png", "samples.png", "mistakes.png"):
        assert digits_run.file(name).read_bytes().startswith(b"\x89PNG")
    assert next(digits_run.file("tensorboard").iterdir()).name.startswith("events.out.tfevents")
    reports = digits_run.read_json("report.json")["reports"]
    assert reports["4"]["accuracy"] > 0.9
    phases = digits_run.fitted["phases"]
    assert list(phases) == ["loading", "compiling", "training", "validating", "measuring"]
    assert all(seconds > 0 for seconds in phases.values())
    assert not digits_run.fitted["interrupted"]
    assert not list(digits_run.path.glob(".writing-*"))


def test_the_seed_determines_the_weights(digits_run, tmp_path):
    """Also in a fit that is resumed before its first epoch has ended, which starts again. Another seed gives other weights."""
    Run.create(tmp_path / "run", digits_run.settings, digits_run.data)
    assert_same_weights(digits_run, fit(digits_run.settings, tmp_path / "run", [], resume=True))
    other = fit(small_settings(seed=1, epochs=1), tmp_path / "other", [])
    both = zip(digits_run.read_weights(), other.read_weights(), strict=True)
    assert any((mine != theirs).any() for mine, theirs in both)


@pytest.mark.slow
@pytest.mark.usefixtures("every_step")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network": "inkling", "optimizer": "adamw", "augmentation": "elastic", "dropout": 0.2},
        {"outliers": ("pairs",), "outlier_share": 0.3},
    ],
)
def test_a_resumed_fit_has_the_weights_of_an_uninterrupted_one(changes, tmp_path):
    """Bit-equal, the last as well as the best weights."""
    settings = small_settings(epochs=2, lr_schedule="one-cycle", **changes)
    events = []
    whole = fit(settings, tmp_path / "whole", [events.append])
    interrupted, control = [], FitControl(settings)
    stop = at_step({events[0].steps // 2 + 4: control.stop})  # in the middle of the second epoch
    parted = fit(settings, tmp_path / "parted", [interrupted.append, stop], control)
    assert Checkpoint.read(parted).epoch == 1
    assert interrupted[-1].interrupted
    assert interrupted[-1].val_accuracy == parted.history()[0]["val_accuracy"]
    assert interrupted[-1].best_epoch == 1
    resumed = []
    fit(settings, tmp_path / "parted", [resumed.append], resume=True)
    assert resumed[0].first_epoch == 1
    assert [row["epoch"] for row in parted.history()] == [1, 2]
    assert resumed[-1].seconds > interrupted[-1].seconds
    ours, theirs = Checkpoint.read(whole).variables, Checkpoint.read(parted).variables
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    assert_same_weights(whole, parted)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("settings.json", lambda run: run.settings),
        ("data.json", lambda run: run.data),
        ("history.jsonl", lambda run: run.history()),
        ("checkpoint.npz", Checkpoint.read),
        ("held_out.npz", lambda run: run.held_out("test")),
        ("best.npz", load_best_network),
    ],
)
@pytest.mark.parametrize("damage", [lambda old: old[: len(old) // 2], lambda _: b"nonsense", lambda _: b"[]"])
def test_a_damaged_file_is_named(digits_run, tmp_path, name, read, damage):
    """Truncated, overwritten, or with other content."""
    shutil.copytree(digits_run.path, tmp_path / "run")
    path = tmp_path / "run" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InvalidInput, match=name):
        read(Run.open(tmp_path / "run"))


def test_a_history_shorter_than_the_checkpoint_is_refused(digits_run, tmp_path):
    """A checkpoint of the fourth epoch needs the rows of four epochs."""
    shutil.copytree(digits_run.path, tmp_path / "run")
    path = tmp_path / "run" / "history.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    with pytest.raises(InvalidInput, match=r"history\.jsonl"):
        fit(small_settings(epochs=5), tmp_path / "run", [], resume=True)


def test_a_fit_that_diverges_fails(tmp_path):
    """With an error that suggests a lower learning rate; no event has a loss that isn't finite."""
    diverging = {"optimizer": "sgd", "learning_rate": 10, "momentum": 0.99, "augmentation": "none"}
    events = []
    with pytest.raises(FitFailed, match="--learning-rate"):
        fit(small_settings(epochs=50, weight_decay=5, **diverging), tmp_path / "run", [events.append])
    assert isinstance(events[-1], FailedEvent)
    assert all(np.isfinite(event.loss) for event in events if isinstance(event, BatchEvent | EpochEvent))


def test_the_time_left_is_estimated_without_compilation(fitted):
    """The first step gives no estimate; the last epoch has nothing left."""
    batches = [event for event in fitted[1] if isinstance(event, BatchEvent)]
    assert batches[0].seconds_left is None
    epochs = [event for event in fitted[1] if isinstance(event, EpochEvent)]
    assert [event.seconds_left > 0 for event in epochs] == [True, True, True, False]
    assert [event.seconds for event in epochs] == sorted(event.seconds for event in epochs)


def test_a_stop_before_the_first_step_writes_nothing(tmp_path, monkeypatch):
    """Ctrl-C while the dataset is loaded leaves no folder behind."""
    control = FitControl(small_settings())
    monkeypatch.setattr("trainer.data.fit_data.load", lambda spec, labels: control.stop() or load(spec, labels))
    with pytest.raises(FitFailed):
        fit(small_settings(), tmp_path / "run", [], control)
    assert not (tmp_path / "run").exists()


@pytest.fixture(scope="module")
def parts():
    """The digits as small fits split them."""
    return split([read_digits(TRAINER_LIMITS)], 0, small_settings().validation_split)


def weights_after_one_step(parts, settings) -> list[np.ndarray]:
    """A network's weights after one optimizer step."""
    model = TrainableModel(settings, parts, Device("cpu:0", False, "tensorflow"))
    model.model.run_eagerly = True  # takes less time than to compile a step
    model.train(np.arange(64, dtype=np.int32), 0, lambda _: True)
    return model.network.model.get_weights()


@pytest.mark.parametrize("network", ["tfjs", "convnetjs", "perceptron", "inkling"])
def test_settings_take_effect_on_every_network(network, parts):
    """Dropout, label smoothing and weight decay each change the weights in one step."""
    plain = small_settings(network=network, optimizer="sgd", weight_decay=0.0, augmentation="none")
    expected = weights_after_one_step(parts, plain)
    for same, before in zip(weights_after_one_step(parts, plain), expected, strict=True):
        np.testing.assert_array_equal(same, before)
    for change in ({"dropout": 0.5}, {"label_smoothing": 0.3}, {"weight_decay": 0.1}):
        changed = weights_after_one_step(parts, plain.override(**change))
        assert any((mine != theirs).any() for mine, theirs in zip(expected, changed, strict=True)), change


def test_a_fit_stopped_in_its_first_epoch_can_be_exported(tmp_path):
    """Ctrl-C after the first step saves the weights there are."""
    from trainer.export.exporter import export

    events, control = [], FitControl(small_settings())
    run = fit(small_settings(), tmp_path / "run", [events.append, at_step({1: control.stop})], control)
    assert events[-1].interrupted
    assert [event.step for event in events if isinstance(event, BatchEvent)] == [1]
    assert run.history() == []
    assert export(run, tmp_path / "model.onnx").exists()


def test_datasets_are_combined_and_a_name_is_never_a_path(tmp_path, monkeypatch):
    """Each dataset is split on its own. A folder called `digits` in the working directory is ignored."""
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    run = fit(small_settings(data=("digits", "digits"), epochs=1, batch_size=512), tmp_path / "run", [])
    assert sum(run.data["counts"].values()) == 2 * 1797
    assert run.data["specs"] == ["digits", "digits"]
    assert [each["n"] for each in run.data["sets"]] == [1797, 1797]


def test_outliers_are_held_out_and_reported(with_outliers):
    """data.json has their hashes and counts; the accuracy is that of the digits alone."""
    run, events = with_outliers
    assert [(each["name"], each["role"]) for each in run.data["outliers"]] == [("pairs", "outliers")]
    assert [each["name"] for each in run.data["sets"]] == ["digits"]
    assert events[0].counts["outliers"] == SYNTHETIC_COUNTS[TRAIN]
    assert len(run.held_out_outliers("validation")) == SYNTHETIC_COUNTS[VALIDATION]
    assert len(run.held_out_outliers("test")) == SYNTHETIC_COUNTS[TEST]
    assert run.held_out("test").name == "digits (test)"
    last = run.history()[-1]
    validation = run.held_out("validation")
    predicted = keras_predictor(run).predict(validation.images, "1").probabilities.argmax(1)
    best = [row for row in run.history() if row["best"]][-1]
    assert best["val_accuracy"] == pytest.approx((predicted == validation.targets).mean(), abs=1e-6)
    assert last["accuracy"] > 0.8  # impossible if the 30 % outliers counted


def test_training_with_outliers_improves_their_rejection(with_outliers, digits_run):
    """Unseen pairs of digits are separated far better, at about the same accuracy."""
    run = with_outliers[0]
    test, outliers = run.held_out("test"), run.held_out_outliers("test")
    trained, untrained = (evaluate_dataset(keras_predictor(each), test, outliers=outliers) for each in (run, digits_run))
    assert trained["known"]["roc_auc"] > untrained["known"]["roc_auc"] + 0.03
    assert trained["accuracy"] > untrained["accuracy"] - 0.03
    reported = run.read_json("report.json")
    assert reported["reports"]["4"]["known"] == trained["known"]
    assert trained["known"]["threshold"] == reported["fitted"]["known"]["threshold"]


def test_a_gpu_that_does_not_exist_is_refused(tmp_path):
    """Before any folder is created."""
    if [name for name in keras.distribution.list_devices() if not name.startswith("cpu")]:
        pytest.skip("this machine has a GPU")
    events = []
    with pytest.raises(InvalidInput, match="GPU"):
        fit(small_settings(device="gpu"), tmp_path / "run", [events.append])
    assert isinstance(events[-1], FailedEvent)
    assert not (tmp_path / "run").exists()


def test_a_run_folder_is_never_overwritten(digits_run):
    """A second fit into the same folder is refused and changes nothing."""
    before = digits_run.file("best.npz").read_bytes()
    with pytest.raises(InvalidInput, match="already contains a run"):
        fit(small_settings(epochs=1), digits_run.path, [])
    assert digits_run.file("best.npz").read_bytes() == before


def test_a_run_that_cannot_be_resumed_is_refused(digits_run, with_outliers, tmp_path):
    """A complete run, a folder without a run, and runs whose data or outliers have changed."""
    with pytest.raises(InvalidInput, match="4 epochs"):
        fit(digits_run.settings, digits_run.path, [], resume=True)
    with pytest.raises(InvalidInput, match=r"settings\.json"):
        fit(small_settings(), tmp_path, [], resume=True)
    for run, key in ((digits_run, "sets"), (with_outliers[0], "outliers")):
        copy = tmp_path / key
        shutil.copytree(run.path, copy)
        path = copy / "data.json"
        path.write_text(path.read_text().replace(run.data[key][0]["sha256"], "0" * 64))
        with pytest.raises(InvalidInput, match="datasets have changed"):
            fit(run.settings.override(epochs=9), copy, [], resume=True)


def test_an_unknown_dataset_is_refused_before_anything_is_written(tmp_path):
    """A typo leaves no folder behind."""
    with pytest.raises(InklingError):
        fit(small_settings(data=("minst",)), tmp_path / "run", [])
    assert not (tmp_path / "run").exists()
