"""Steering: a fit that is changed, held, stopped and looked into while it runs."""

import json
import threading
import time

import keras
import numpy as np
import pytest

from tests.support.trainer_fixtures import after_an_epoch, at_step, small_settings
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
TAKEN = [
    (optimizer, change)
    for optimizer in OPTIMIZERS
    for change in CHANGES
    if not set(change) & set(UNSUPPORTED_SETTINGS[optimizer])  # what it refuses, test_controls shows
]


def steered(settings, path, acts, **others) -> tuple[Run, list]:
    """Fit, and do something once some steps are done; acts: by step, each gets the controls."""
    events, controls = [], FitControl(settings)
    listener = at_step({step: lambda act=act: act(controls) for step, act in acts.items()})
    return fit(settings, path, [events.append, listener], controls, **others), events


def of(kind: type, events: list) -> list:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def assert_same(one: Run, other: Run) -> None:
    """Two runs stand at the same, to the last bit."""
    ours, theirs = Checkpoint.read(one).variables, Checkpoint.read(other).variables
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    for mine, their in zip(one.read_weights(), other.read_weights(), strict=True):
        np.testing.assert_array_equal(mine, their)


def test_a_changed_learning_rate_holds_from_the_next_step_on(tmp_path):
    """It is told, kept with its step, shown in the epoch and in the card."""
    act = {5: lambda controls: controls.change(learning_rate=0.002)}
    run, events = steered(small_settings(epochs=2), tmp_path / "run", act)
    rates = [event.learning_rate for event in of(BatchEvent, events)]
    assert (rates[:5], set(rates[5:])) == ([0.01] * 5, {0.002})
    (told,) = of(SettingChangedEvent, events)
    assert (told.epoch, told.step, told.changes, told.before) == (1, 6, {"learning_rate": 0.002}, {"learning_rate": 0.01})
    assert read_changes(run) == [told.to_dict()]
    kept = {"step": 6, "changes": {"learning_rate": 0.002}}
    assert [event.changes for event in of(EpochEvent, events)] == [[kept | {"before": {"learning_rate": 0.01}}], []]
    assert run.settings.learning_rate == 0.01
    assert json.loads(draft_card(run, load_best_network(run)))["training"]["changes"] == [{"epoch": 1} | kept]


@pytest.mark.parametrize(("optimizer", "change"), TAKEN)
def test_every_change_that_is_taken_changes_what_is_learnt(optimizer, change, tmp_path):
    """Up to the step before nothing differs; the loss after the next is another, or the weights are."""
    settings = small_settings(optimizer=optimizer, epochs=1, weight_decay=0.0)
    _, plain = steered(settings, tmp_path / "plain", {})
    _, changed = steered(settings, tmp_path / "changed", {5: lambda controls: controls.change(**change)})
    ours, theirs = ([event.loss for event in of(BatchEvent, events)] for events in (plain, changed))
    assert ours[:5] == theirs[:5]
    assert ours[5:] != theirs[5:]


def test_a_momentum_that_is_set_and_taken_away_again_leaves_the_fit_as_it_was(tmp_path):
    """Compiling a step anew loses nothing that the optimizer has gathered."""
    settings = small_settings(optimizer="adam", epochs=2)
    whole, _ = steered(settings, tmp_path / "whole", {})

    def twice(controls: FitControl) -> None:
        controls.pause()
        controls.change(momentum=0.5, weight_decay=0.1)
        controls.change(momentum=settings.momentum, weight_decay=settings.weight_decay)
        controls.resume()

    once, _ = steered(settings, tmp_path / "once", {5: twice})
    assert_same(whole, once)

    def back_and_forth(event) -> None:
        if isinstance(event, PausedEvent):
            controls.change(momentum=0.5)
        elif isinstance(event, SettingChangedEvent) and event.changes == {"momentum": 0.5}:
            controls.change(momentum=settings.momentum)
            controls.resume()

    controls = FitControl(settings)
    other = fit(settings, tmp_path / "other", [at_step({5: controls.pause}), back_and_forth], controls)
    assert len(read_changes(other)) == 2
    assert_same(whole, other)


@pytest.mark.parametrize("size", [7, 50, 1_000, 60_000])
def test_another_size_of_batches_neither_loses_nor_repeats_an_image(size, tmp_path, monkeypatch):
    """What is left of the epoch comes in batches of the new size, the last one as small as need be."""
    taken, orders = [], []
    train, order = TrainableModel.train, TrainableModel.order

    def watched(self, positions, *others):
        left = self.progress.left
        train(self, positions, *others)
        taken.append(positions[: left - self.progress.left])

    monkeypatch.setattr(TrainableModel, "train", watched)
    monkeypatch.setattr(TrainableModel, "order", lambda self, epoch: orders.append(order(self, epoch)) or orders[-1])
    act = {5: lambda controls: controls.change(batch_size=size)}
    _, events = steered(small_settings(epochs=2), tmp_path / "run", act)
    np.testing.assert_array_equal(np.concatenate(taken), np.concatenate(orders))
    batches = of(BatchEvent, events)
    assert [event.images_seen for event in batches[:6]] == [64, 128, 192, 256, 320, min(320 + size, len(orders[0]))]
    assert batches[-1].images_seen == len(orders[0]) + len(orders[1])
    assert of(EpochEvent, events)[-1].seconds_left == 0.0


def test_a_schedule_is_scaled_and_still_ends_with_the_fit(tmp_path):
    """One-cycle: twice the rate is twice the rest of it; with other batches it comes to the same end."""
    settings = small_settings(epochs=2, lr_schedule="one-cycle")

    def act(controls: FitControl) -> None:
        controls.change(learning_rate=settings.learning_rate * 2)

    _, plain = steered(settings, tmp_path / "plain", {})
    _, scaled = steered(settings, tmp_path / "scaled", {20: act})
    ours, theirs = (np.array([event.learning_rate for event in of(BatchEvent, events)]) for events in (plain, scaled))
    np.testing.assert_allclose(theirs, ours * np.where(np.arange(len(ours)) < 20, 1, 2), rtol=1e-6)
    _, finer = steered(settings, tmp_path / "finer", {20: lambda controls: controls.change(batch_size=16)})
    rates = [event.learning_rate for event in of(BatchEvent, finer)]
    assert len(rates) > 2 * len(ours)
    assert sorted(rates[20:], reverse=True) == rates[20:]
    assert 0 < rates[-1] < ours[-1]


@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_a_steered_fit_that_is_resumed_ends_where_an_uninterrupted_one_does(schedule, tmp_path):
    """All that was changed before the last whole epoch ended still holds, bit for bit."""
    settings = small_settings(epochs=3, lr_schedule=schedule, optimizer="adamw", ema_epochs=0.5)
    change = {"learning_rate": 0.02, "momentum": 0.8, "weight_decay": 0.1, "batch_size": 50}
    act = {5: lambda controls: controls.change(**change)}
    whole, _ = steered(settings, tmp_path / "whole", act)
    parted, _ = steered(settings, tmp_path / "parted", act | {40: lambda controls: controls.stop()})
    assert len(parted.history()) == 1
    _, events = steered(settings, tmp_path / "parted", {}, resume=True)
    assert of(SettingChangedEvent, events) == []
    assert of(BatchEvent, events)[0].step == 5 + 18 + 1
    assert_same(whole, parted)
    assert len(read_changes(parted)) == 1


def test_what_was_changed_in_an_epoch_that_was_lost_holds_when_it_begins_again(tmp_path):
    """And is kept with the step from which on it holds now."""
    settings = small_settings(epochs=3)
    acts = {30: lambda controls: controls.change(learning_rate=0.002, batch_size=32), 33: lambda controls: controls.stop()}
    steered(settings, tmp_path / "run", acts)
    run, events = steered(settings, tmp_path / "run", {}, resume=True)
    first = of(BatchEvent, events)[0]
    assert (first.step, first.learning_rate, first.images_seen) == (20, 0.002, 19 * 64 + 32)
    assert [(row["step"], row["changes"]) for row in read_changes(run)] == [(20, {"learning_rate": 0.002, "batch_size": 32})]


def test_whoever_looks_or_holds_changes_nothing(tmp_path):
    """A fit that was looked into and held has the weights of one that was left alone."""
    settings = small_settings(
        network="inkling", optimizer="adamw", ema_epochs=0.5, augmentation="elastic", dropout=0.2, epochs=2
    )
    whole, _ = steered(settings, tmp_path / "whole", {})
    events, controls, seen, alive = [], FitControl(settings), [], threading.Event()

    def look() -> None:
        for number in range(4):
            seen.append(controls.inspect(number, timeout=60))
        controls.pause()
        seen.append(controls.inspect(4, timeout=60))
        controls.resume()

    looker = threading.Thread(target=look, daemon=True)
    first = at_step({1: lambda: (looker.start(), alive.wait(0.1))})
    slow = lambda event: time.sleep(0.02) if isinstance(event, BatchEvent) and looker.is_alive() else None  # noqa: E731
    run = fit(settings, tmp_path / "run", [events.append, first, slow], controls)
    looker.join(10)
    assert [snapshot.sample for snapshot in seen] == [0, 1, 2, 3, 4]
    assert all(isinstance(snapshot, Snapshot) for snapshot in seen)
    assert seen[0].step < seen[-1].step
    assert_same(whole, run)
    (paused,), (resumed,) = of(PausedEvent, events), of(ResumedEvent, events)
    assert paused.step == resumed.step == seen[-1].step


def test_a_pause_does_not_count(tmp_path):
    """Neither into the seconds of the fit nor into its speed, and the fit goes on from the very step."""
    settings = small_settings(epochs=1)
    events, controls = [], FitControl(settings)
    timer = threading.Timer(0.5, controls.resume)
    wake = lambda event: timer.start() if isinstance(event, PausedEvent) else None  # noqa: E731
    began = time.perf_counter()
    fit(settings, tmp_path / "run", [events.append, wake, at_step({10: controls.pause})], controls)
    whole = time.perf_counter() - began
    (paused,), (resumed,) = of(PausedEvent, events), of(ResumedEvent, events)
    assert paused.step == resumed.step == 10
    assert resumed.seconds > 0.4
    assert of(FinishedEvent, events)[0].seconds + resumed.seconds <= whole
    assert [event.step for event in of(BatchEvent, events)] == list(range(1, 20))


def test_a_held_fit_can_be_stopped(tmp_path):
    """It keeps what it has learnt, as Ctrl-C has it do."""
    settings = small_settings(epochs=3)
    events, controls = [], FitControl(settings)
    stop = lambda event: controls.stop() if isinstance(event, PausedEvent) else None  # noqa: E731
    run = fit(settings, tmp_path / "run", [events.append, stop, at_step({30: controls.pause})], controls)
    assert events[-1].interrupted
    assert len(run.history()) == 1
    assert run.finished
    assert controls.state == "over"


def test_an_epoch_tells_what_it_reads_wrongly(tmp_path):
    """Counts, shares and the worst mistakes are those of the validation part; history.jsonl leaves them out."""
    settings = small_settings(epochs=1)
    run, events = steered(settings, tmp_path / "run", {})
    (epoch,) = of(EpochEvent, events)
    validation = run.held_out("validation")
    outputs = load_best_network(run, 1.0).layers.predict(_centres(validation.images), verbose=0)
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
    assert "confusion" not in run.history()[0]
    assert json.dumps(epoch.to_dict(), allow_nan=False)


def test_a_run_from_before_there_were_changes_goes_on(tmp_path):
    """Its state has neither steps nor images: they follow from its epochs."""
    settings = small_settings(epochs=2, lr_schedule="one-cycle")
    whole = fit(settings, tmp_path / "whole", [])
    controls = FitControl(settings)
    run = fit(settings, tmp_path / "run", [after_an_epoch(controls)], controls)
    state = Checkpoint.read(run)
    Checkpoint(state.epoch, state.seconds, state.variables).write(run)
    fit(settings, tmp_path / "run", [], resume=True)
    assert_same(whole, run)


def _centres(images: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(images[:, 2:26, 2:26, None].astype(np.float32) / 255)
