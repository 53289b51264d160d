"""Fit: from settings to a run folder."""

import itertools
import shutil

import numpy as np
import pytest

from inkling.errors import BadInput, InklingError
from inkling.evaluation.report import score
from tests.support.trainer_fixtures import at_step, small_settings
from trainer.data.outliers import COUNTS
from trainer.data.spec import load
from trainer.data.split import TEST, TRAIN, VALIDATION
from trainer.errors import FitFailed
from trainer.runs.keras_predictor import best_network, run_predictor
from trainer.runs.run import Run
from trainer.training.checkpoint import State
from trainer.training.control import Controls
from trainer.training.events import Batch, Epoch, Failed, Finished, Started
from trainer.training.fit import fit


@pytest.fixture(scope="module")
def with_outliers(tmp_path_factory) -> tuple[Run, list]:
    """A run that was fitted beside pairs, and its events."""
    events = []
    settings = small_settings(outliers=("pairs",), outlier_share=0.3)
    return fit(settings, tmp_path_factory.mktemp("outliers") / "run", [events.append]), events


def weights(run) -> list[np.ndarray]:
    """The run's best weights."""
    return best_network(run).layers.get_weights()


def test_a_fit_learns_to_read_digits(fitted):
    """The tutorial's net reads nine in ten of the digits kept aside after four epochs."""
    finished = fitted[1][-1]
    assert finished.test["4"] > 0.9
    assert finished.test["n"] == 359


def test_events_come_in_order(fitted):
    """One `started`, every epoch with batches before it, one `finished`."""
    run, events = fitted
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert [event.epoch for event in events if isinstance(event, Epoch)] == [1, 2, 3, 4]
    assert any(isinstance(event, Batch) for event in events)
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert events[0].counts == run.data["counts"]
    assert not events[-1].interrupted


def test_batch_events_are_bounded_in_number(fitted):
    """No more than twenty a second reach the listeners, however fast the fit is."""
    times = [event.time for event in fitted[1] if isinstance(event, Batch)]
    assert all(later - earlier > 0.045 for earlier, later in itertools.pairwise(times))


def test_the_run_folder_tells_everything(digits_run):
    """Settings in full, history, curves, samples, TensorBoard logs, report."""
    assert digits_run.settings == small_settings()
    assert [row["epoch"] for row in digits_run.history()] == [1, 2, 3, 4]
    for name in ("curves.png", "samples.png"):
        assert digits_run.file(name).read_bytes().startswith(b"\x89PNG")
    assert next(digits_run.file("tensorboard").iterdir()).name.startswith("events.out.tfevents")
    reports = digits_run.read_json("report.json")["reports"]
    assert reports["4"]["accuracy"] > 0.9
    assert not list(digits_run.path.glob(".writing-*"))


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(digits_run, tmp_path):
    """Seed, device and versions decide every weight."""
    again = fit(small_settings(), tmp_path / "again", [])
    other = fit(small_settings(seed=1, epochs=1), tmp_path / "other", [])
    for mine, theirs in zip(weights(digits_run), weights(again), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert any((mine != theirs).any() for mine, theirs in zip(weights(digits_run), weights(other), strict=True))


@pytest.mark.usefixtures("every_step")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"network": "inkling", "optimizer": "adamw", "augment": "elastic", "dropout": 0.2},
        {"outliers": ("pairs",), "outlier_share": 0.3},
    ],
)
def test_a_resumed_fit_ends_where_an_uninterrupted_one_does(changes, tmp_path):
    """Stopping in an epoch and going on gives the same weights, bit for bit, the last as well as the best."""
    settings = small_settings(epochs=3, schedule="one-cycle", **changes)
    told = []
    whole = fit(settings, tmp_path / "whole", [told.append])
    seen, controls = [], Controls(settings)
    steps = told[0].steps // 3
    stop = at_step({steps + 4: controls.stop})  # in the middle of the second epoch
    parted = fit(settings, tmp_path / "parted", [seen.append, stop], controls)
    assert State.read(parted).epoch == 1
    assert seen[-1].interrupted
    assert seen[-1].validation_accuracy == parted.history()[0]["validation_accuracy"]
    assert seen[-1].best_epoch == 1
    events = []
    fit(settings, tmp_path / "parted", [events.append], resume=True)
    assert events[0].first_epoch == 1
    assert [row["epoch"] for row in parted.history()] == [1, 2, 3]
    assert events[-1].seconds > seen[-1].seconds
    ours, theirs = State.read(whole).variables, State.read(parted).variables
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    for mine, other in zip(weights(whole), weights(parted), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_fit_killed_before_its_first_epoch_ended_can_go_on(digits_run, tmp_path):
    """Nothing was learnt yet, so going on means starting again, with the same weights in the end."""
    path = tmp_path / "run"
    Run.create(path, digits_run.settings, digits_run.data)
    again = fit(digits_run.settings, path, [], resume=True)
    for mine, theirs in zip(weights(digits_run), weights(again), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("settings.json", lambda run: run.settings),
        ("data.json", lambda run: run.data),
        ("history.jsonl", lambda run: run.history()),
        ("state.npz", State.read),
        ("held_out.npz", lambda run: run.held_out("test")),
        ("best.npz", best_network),
    ],
)
@pytest.mark.parametrize("damage", [lambda old: old[: len(old) // 2], lambda _: b"nonsense", lambda _: b"[]"])
def test_a_damaged_run_is_refused_by_the_name_of_its_file(digits_run, tmp_path, name, read, damage):
    """Cut short, overwritten, or of another form: one sentence that names the file."""
    shutil.copytree(digits_run.path, tmp_path / "run")
    place = tmp_path / "run" / name
    place.write_bytes(damage(place.read_bytes()))
    with pytest.raises(BadInput, match=name):
        read(Run.open(tmp_path / "run"))


def test_a_history_that_is_too_short_is_refused(digits_run, tmp_path):
    """The state of the fourth epoch without the rows of four epochs."""
    shutil.copytree(digits_run.path, tmp_path / "run")
    place = tmp_path / "run" / "history.jsonl"
    place.write_text(place.read_text().splitlines(keepends=True)[0])
    with pytest.raises(BadInput, match="history of 4 epochs"):
        fit(small_settings(epochs=5), tmp_path / "run", [], resume=True)


def test_a_fit_that_diverges_says_so_and_keeps_the_best(tmp_path):
    """A loss that is not a number ends the fit with a sentence; what was learnt before can be exported."""
    wild = {"optimizer": "sgd", "learning_rate": 10, "momentum": 0.99, "augment": "none"}
    events = []
    with pytest.raises(FitFailed, match=r"finite loss.*learning-rate"):
        fit(small_settings(epochs=50, weight_decay=5, **wild), tmp_path / "run", [events.append])
    assert isinstance(events[-1], Failed)
    assert all(np.isfinite(event.loss) for event in events if isinstance(event, Batch | Epoch))


def test_time_left_leaves_out_what_is_not_training(fitted):
    """The first step, which waits for compilation, gives no estimate; the last epoch has nothing left."""
    batches = [event for event in fitted[1] if isinstance(event, Batch)]
    assert batches[0].seconds_left is None
    epochs = [event for event in fitted[1] if isinstance(event, Epoch)]
    assert [event.seconds_left > 0 for event in epochs] == [True, True, True, False]
    assert [event.seconds for event in epochs] == sorted(event.seconds for event in epochs)


def test_a_stop_before_the_first_step_writes_nothing(tmp_path, monkeypatch):
    """Ctrl-C while data is loaded leaves no folder behind."""
    controls = Controls(small_settings())
    monkeypatch.setattr("trainer.training.fit.load", lambda spec: controls.stop() or load(spec))
    with pytest.raises(FitFailed, match="nothing was written"):
        fit(small_settings(), tmp_path / "run", [], controls)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("network", ["tfjs", "convnetjs", "perceptron", "inkling"])
@pytest.mark.parametrize("change", [{"dropout": 0.5}, {"label_smoothing": 0.3}, {"weight_decay": 0.1}])
def test_settings_take_effect_on_every_network(network, change, tmp_path):
    """A setting that the card states has changed the weights."""
    plain = {"network": network, "epochs": 1, "batch_size": 512, "optimizer": "sgd", "weight_decay": 0.0}
    usual = fit(small_settings(**plain), tmp_path / "usual", [])
    changed = fit(small_settings(**plain | change), tmp_path / "changed", [])
    assert any((mine != theirs).any() for mine, theirs in zip(weights(usual), weights(changed), strict=True))


def test_a_fit_stopped_in_its_first_epoch_leaves_a_run_that_exports(tmp_path):
    """Ctrl-C after the first step keeps the weights there are."""
    from trainer.export.exporter import export

    events, controls = [], Controls(small_settings())
    run = fit(small_settings(), tmp_path / "run", [events.append, at_step({1: controls.stop})], controls)
    assert events[-1].interrupted
    assert [event.step for event in events if isinstance(event, Batch)] == [1]
    assert run.history() == []
    assert export(run, tmp_path / "model.onnx").exists()


def test_sets_add_up(tmp_path):
    """Two sets are split each on its own and trained on together."""
    run = fit(small_settings(data=("digits", "digits"), epochs=1), tmp_path / "run", [])
    assert sum(run.data["counts"].values()) == 2 * 1797
    assert len(run.data["sets"]) == 2


def test_outliers_are_kept_apart_and_told_of(with_outliers):
    """Their hashes and numbers stand in the run, the held-out ones lie in it, and the accuracy is that of digits alone."""
    run, events = with_outliers
    assert [(known["name"], known["role"]) for known in run.data["outliers"]] == [("pairs", "outliers")]
    assert [known["name"] for known in run.data["sets"]] == ["digits"]
    assert events[0].counts["outliers"] == COUNTS[TRAIN]
    assert len(run.held_out_outliers("validation")) == COUNTS[VALIDATION]
    assert len(run.held_out_outliers("test")) == COUNTS[TEST]
    assert run.held_out("test").name == "digits (test)"
    last = run.history()[-1]
    validation = run.held_out("validation")
    single = run_predictor(run).predict(validation.images, "1").probabilities.argmax(1)
    best = [row for row in run.history() if row["best"]][-1]
    assert best["validation_accuracy"] == pytest.approx((single == validation.targets).mean(), abs=1e-6)
    assert last["accuracy"] > 0.8  # with a third of outliers among them it could not be


def test_who_has_seen_outliers_doubts_them(with_outliers, digits_run):
    """Pairs of digits that neither has seen are told from digits far better, at about the same accuracy."""
    run = with_outliers[0]
    test, outliers = run.held_out("test"), run.held_out_outliers("test")
    taught, untaught = (score(run_predictor(each), test, outliers=outliers) for each in (run, digits_run))
    assert taught["known"]["roc_area"] > untaught["known"]["roc_area"] + 0.03
    assert taught["accuracy"] > untaught["accuracy"] - 0.03
    reported = run.read_json("report.json")
    assert reported["reports"]["4"]["known"] == taught["known"]
    assert taught["known"]["threshold"] == reported["fitted"]["known"]["threshold"]


def test_outliers_that_changed_cannot_be_gone_on_with(with_outliers, tmp_path):
    """As with the data itself."""
    shutil.copytree(with_outliers[0].path, tmp_path / "run")
    place = tmp_path / "run" / "data.json"
    place.write_text(place.read_text().replace(with_outliers[0].data["outliers"][0]["sha256"], "0" * 64))
    with pytest.raises(BadInput, match="sets that differ"):
        fit(with_outliers[0].settings.override(epochs=9), tmp_path / "run", [], resume=True)


def test_a_name_means_the_set_of_that_name_wherever_the_fit_starts(tmp_path, monkeypatch):
    """A folder called `digits` in the way is no data, neither for the fit nor for the run that it leaves."""
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    run = fit(small_settings(epochs=1), tmp_path / "run", [])
    assert run.data["specs"] == ["digits"]
    assert run.data["sets"][0]["n"] == 1797


def test_a_gpu_that_is_not_there_is_refused(tmp_path):
    """`--device gpu` without a GPU fails with a sentence, before any folder is made."""
    import keras

    if [name for name in keras.distribution.list_devices() if not name.startswith("cpu")]:
        pytest.skip("this machine has a GPU")
    events = []
    with pytest.raises(BadInput, match="Expected a GPU"):
        fit(small_settings(device="gpu"), tmp_path / "run", [events.append])
    assert isinstance(events[-1], Failed)
    assert not (tmp_path / "run").exists()


def test_a_run_folder_is_never_written_over(digits_run):
    """A second fit into the same folder is refused and changes nothing."""
    before = digits_run.file("best.npz").read_bytes()
    with pytest.raises(BadInput, match="holds one"):
        fit(small_settings(epochs=1), digits_run.path, [])
    assert digits_run.file("best.npz").read_bytes() == before


def test_resuming_what_cannot_go_on_is_refused(digits_run, tmp_path):
    """A finished run, a folder that is none, and a run on other data are each told apart."""
    with pytest.raises(BadInput, match="all of its 4 epochs"):
        fit(digits_run.settings, digits_run.path, [], resume=True)
    with pytest.raises(BadInput, match=r"settings\.json"):
        fit(small_settings(), tmp_path, [], resume=True)
    copy = tmp_path / "copy"
    shutil.copytree(digits_run.path, copy)
    place = copy / "data.json"
    place.write_text(place.read_text().replace(digits_run.data["sets"][0]["sha256"], "0" * 64))
    with pytest.raises(BadInput, match="sets that differ"):
        fit(small_settings(epochs=9), copy, [], resume=True)


def test_unknown_data_is_refused_before_anything_is_written(tmp_path):
    """A misspelt set costs nothing."""
    with pytest.raises(InklingError):
        fit(small_settings(data=("minst",)), tmp_path / "run", [])
    assert not (tmp_path / "run").exists()
