"""Control of a running fit: changed settings, pauses, stops and inspections."""

import json
import threading
import time

import numpy as np
import pytest

from tests.support.trainer_fixtures import at_step, small_settings
from trainer.backend.device import Device
from trainer.data.sklearn_digits import read_digits
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.split import split
from trainer.fit import fit
from trainer.inspection.snapshot import Snapshot
from trainer.runs.keras_predictor import load_best_network
from trainer.runs.model_card import draft_card
from trainer.runs.run import Run
from trainer.settings import OPTIMIZERS, UNSUPPORTED_SETTINGS
from trainer.training.checkpoint import Checkpoint
from trainer.training.control import FitControl
from trainer.training.events import BatchEvent, EpochEvent, FinishedEvent, PausedEvent, ResumedEvent, SettingChangedEvent
from trainer.training.setting_changes import read_changes
from trainer.training.trainable_model import TrainableModel

pytestmark = pytest.mark.usefixtures("every_step")

CHANGES: list[dict] = [{"momentum": 0.0}, {"weight_decay": 5.0}, {"learning_rate": 0.1}, {"batch_size": 7}]


def controlled_fit(settings, path, actions, **others) -> tuple[Run, list]:
    """Fit, and call functions after some steps; actions: by step, each gets the control."""
    events, control = [], FitControl(settings)
    listener = at_step({step: lambda act=act: act(control) for step, act in actions.items()})
    return fit(settings, path, [events.append, listener], control, **others), events


def of_type(kind: type, events: list) -> list:
    """The events of one class."""
    return [event for event in events if isinstance(event, kind)]


def assert_same(one: Run, other: Run) -> None:
    """The checkpoints and best weights of two runs are bit-equal."""
    ours, theirs = Checkpoint.read(one).variables, Checkpoint.read(other).variables
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    for mine, their in zip(one.read_weights(), other.read_weights(), strict=True):
        np.testing.assert_array_equal(mine, their)


def test_a_changed_learning_rate_applies_from_the_next_step_on(tmp_path):
    """There is an event; the run, its history and the card record the change with its step."""
    actions = {5: lambda control: control.change(learning_rate=0.002)}
    run, events = controlled_fit(small_settings(epochs=2), tmp_path / "run", actions)
    rates = [event.learning_rate for event in of_type(BatchEvent, events)]
    assert (rates[:5], set(rates[5:])) == ([0.01] * 5, {0.002})
    (event,) = of_type(SettingChangedEvent, events)
    assert (event.epoch, event.step, event.changes, event.before) == (1, 6, {"learning_rate": 0.002}, {"learning_rate": 0.01})
    assert read_changes(run) == [event.to_dict()]
    recorded = {"step": 6, "changes": {"learning_rate": 0.002}}
    before = {"before": {"learning_rate": 0.01}}
    assert [event.changes for event in of_type(EpochEvent, events)] == [[recorded | before], []]
    assert run.settings.learning_rate == 0.01
    assert json.loads(draft_card(run, load_best_network(run)))["training"]["changes"] == [{"epoch": 1} | recorded]


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_supported_change_takes_effect_in_a_compiled_step(optimizer):
    """From the same state, the next step gives other weights than without the change, and the same if it is changed back.

    So compiling the step again loses no optimizer state.
    """
    settings = small_settings(optimizer=optimizer, weight_decay=0.0, augmentation="none")
    parts = split([read_digits(TRAINER_LIMITS)], 0, settings.validation_split)
    model = TrainableModel(settings, parts, Device("cpu:0", False, "tensorflow"))
    order = model.epoch_order(0)

    def step() -> list[np.ndarray]:
        model.train(order[:64], 0, lambda _: False)
        return model.network.model.get_weights()

    step()
    state = model.state()
    expected = step()
    for change in CHANGES:
        if set(change) & set(UNSUPPORTED_SETTINGS[optimizer]):  # refused: see test_control
            continue
        model.restore(state)
        model.change_settings(change)
        assert any((mine != theirs).any() for mine, theirs in zip(expected, step(), strict=True)), change
        model.change_settings({name: getattr(settings, name) for name in change})
    model.restore(state)
    others = {"learning_rate": 0.1, "momentum": 0.5, "weight_decay": 0.1, "batch_size": 50}
    others = {name: value for name, value in others.items() if name not in UNSUPPORTED_SETTINGS[optimizer]}
    model.change_settings(others)
    model.change_settings({name: getattr(settings, name) for name in others})
    for mine, theirs in zip(expected, step(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("size", [7, 50, 1_000, 60_000])
def test_another_batch_size_neither_loses_nor_repeats_an_image(size, tmp_path, monkeypatch):
    """The rest of the epoch comes in batches of the new size, the last one possibly smaller."""
    trained, orders = [], []
    train, epoch_order = TrainableModel.train, TrainableModel.epoch_order

    def watched_train(self, indices, *others):
        left = self.progress.epoch_images_left
        train(self, indices, *others)
        trained.append(indices[: left - self.progress.epoch_images_left])

    monkeypatch.setattr(TrainableModel, "train", watched_train)
    monkeypatch.setattr(
        TrainableModel, "epoch_order", lambda self, epoch: orders.append(epoch_order(self, epoch)) or orders[-1]
    )
    actions = {5: lambda control: control.change(batch_size=size)}
    _, events = controlled_fit(small_settings(epochs=2), tmp_path / "run", actions)
    np.testing.assert_array_equal(np.concatenate(trained), np.concatenate(orders))
    seen = [event.images_seen for event in of_type(BatchEvent, events)]
    assert seen[:6] == [64, 128, 192, 256, 320, min(320 + size, len(orders[0]))]
    assert seen[-1] == len(orders[0]) + len(orders[1])
    assert of_type(EpochEvent, events)[-1].seconds_left == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("lr_schedule", ["constant", "one-cycle"])
def test_a_resumed_fit_keeps_its_changed_settings(lr_schedule, tmp_path):
    """It ends bit-equal to an uninterrupted one."""
    settings = small_settings(epochs=2, lr_schedule=lr_schedule, optimizer="adamw", ema_epochs=0.5)
    change = {"learning_rate": 0.02, "momentum": 0.8, "weight_decay": 0.1, "batch_size": 50}
    actions = {5: lambda control: control.change(**change)}
    whole, _ = controlled_fit(settings, tmp_path / "whole", actions)
    parted, _ = controlled_fit(settings, tmp_path / "parted", actions | {40: lambda control: control.stop()})
    assert len(parted.history()) == 1
    _, events = controlled_fit(settings, tmp_path / "parted", {}, resume=True)
    assert of_type(SettingChangedEvent, events) == []
    assert of_type(BatchEvent, events)[0].step == 5 + 18 + 1
    assert_same(whole, parted)
    assert len(read_changes(parted)) == 1
    rates = [event.learning_rate for event in of_type(BatchEvent, events)]
    assert sorted(rates, reverse=True) == rates
    assert (rates[-1] < 0.0005) == (lr_schedule == "one-cycle")


def test_a_change_in_a_discarded_epoch_applies_when_the_epoch_is_repeated(tmp_path):
    """It is recorded with the step from which on it applies now."""
    settings = small_settings(epochs=2)
    actions = {30: lambda control: control.change(learning_rate=0.002, batch_size=32), 33: lambda control: control.stop()}
    controlled_fit(settings, tmp_path / "run", actions)
    run, events = controlled_fit(settings, tmp_path / "run", {}, resume=True)
    first = of_type(BatchEvent, events)[0]
    assert (first.step, first.learning_rate, first.images_seen) == (20, 0.002, 19 * 64 + 32)
    changes = [(row["step"], row["changes"]) for row in read_changes(run)]
    assert changes == [(20, {"learning_rate": 0.002, "batch_size": 32})]


@pytest.mark.slow
def test_inspections_and_pauses_do_not_change_the_weights(tmp_path):
    """They are bit-equal to those of an undisturbed fit."""
    changes = {"optimizer": "adamw", "ema_epochs": 0.5, "augmentation": "elastic", "dropout": 0.2}
    settings = small_settings(network="inkling", epochs=2, **changes)
    whole, _ = controlled_fit(settings, tmp_path / "whole", {})
    events, control, snapshots, started = [], FitControl(settings), [], threading.Event()

    def inspect() -> None:
        for sample in range(4):
            snapshots.append(control.inspect(sample, timeout=60))
        control.pause()
        snapshots.append(control.inspect(4, timeout=60))
        control.resume()

    inspector = threading.Thread(target=inspect, daemon=True)
    first = at_step({1: lambda: (inspector.start(), started.wait(0.1))})
    slow = lambda event: time.sleep(0.02) if isinstance(event, BatchEvent) and inspector.is_alive() else None  # noqa: E731
    run = fit(settings, tmp_path / "run", [events.append, first, slow], control)
    inspector.join(10)
    assert [snapshot.sample for snapshot in snapshots] == [0, 1, 2, 3, 4]
    assert all(isinstance(snapshot, Snapshot) for snapshot in snapshots)
    assert snapshots[0].step < snapshots[-1].step
    assert_same(whole, run)
    (paused,), (resumed,) = of_type(PausedEvent, events), of_type(ResumedEvent, events)
    assert paused.step == resumed.step == snapshots[-1].step


def test_a_pause_is_not_training_time(tmp_path):
    """The fit continues with the next step. Settings can be changed, and changed back, during the pause."""
    settings = small_settings(epochs=1)
    events, control = [], FitControl(settings)
    timer = threading.Timer(0.5, control.resume)

    def act(event) -> None:
        if isinstance(event, PausedEvent):
            timer.start()
            control.change(learning_rate=0.5)
        elif isinstance(event, SettingChangedEvent) and event.changes == {"learning_rate": 0.5}:
            control.change(learning_rate=settings.learning_rate)

    began = time.perf_counter()
    run = fit(settings, tmp_path / "run", [events.append, act, at_step({10: control.pause})], control)
    elapsed = time.perf_counter() - began
    (paused,), (resumed,) = of_type(PausedEvent, events), of_type(ResumedEvent, events)
    assert paused.step == resumed.step == 10
    assert resumed.seconds > 0.4
    assert of_type(FinishedEvent, events)[0].seconds + resumed.seconds <= elapsed
    assert [event.step for event in of_type(BatchEvent, events)] == list(range(1, 20))
    assert {event.learning_rate for event in of_type(BatchEvent, events)} == {settings.learning_rate}
    assert len(read_changes(run)) == 2


def test_a_paused_fit_can_be_stopped(tmp_path):
    """It saves its best weights, as with Ctrl-C."""
    settings = small_settings(epochs=2)
    events, control = [], FitControl(settings)
    stop = lambda event: control.stop() if isinstance(event, PausedEvent) else None  # noqa: E731
    run = fit(settings, tmp_path / "run", [events.append, stop, at_step({30: control.pause})], control)
    assert events[-1].interrupted
    assert len(run.history()) == 1
    assert run.finished
    assert control.state == "ended"


def test_an_epoch_event_describes_the_mistakes(fitted):
    """Counts, accuracies and mistakes are those of the validation set; history.jsonl omits them."""
    run, events = fitted
    epoch = [event for event in of_type(EpochEvent, events) if event.best][-1]
    validation = run.held_out("validation")
    network = load_best_network(run, 1.0)
    outputs = network.model.predict(network.center_crops(validation.images), verbose=0)
    predicted = outputs.argmax(1)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (validation.targets, predicted), 1)
    assert epoch.confusion_matrix == counts.tolist()
    assert epoch.val_accuracy == pytest.approx((predicted == validation.targets).mean())
    assert [row["n"] for row in epoch.per_class] == counts.sum(1).tolist()
    assert [row["accuracy"] for row in epoch.per_class] == pytest.approx((np.diag(counts) / counts.sum(1)).tolist())
    assert len(epoch.mistakes) == min(16, int((predicted != validation.targets).sum()))
    assert [row["confidence"] for row in epoch.mistakes] == sorted((row["confidence"] for row in epoch.mistakes), reverse=True)
    for row in epoch.mistakes:
        assert (row["true"], row["predicted"]) == (str(validation.targets[row["index"]]), str(predicted[row["index"]]))
    assert "confusion_matrix" not in run.history()[0]
    assert json.dumps(epoch.to_dict(), allow_nan=False)
