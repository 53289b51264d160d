"""FitControl: requests from any thread, without a fit."""

import signal
import threading

import pytest

from inkling.errors import InvalidInput
from tests.support.trainer_fixtures import small_settings
from trainer.errors import FitNotResponding, FitNotRunning
from trainer.training.control import FitControl


@pytest.fixture
def control() -> FitControl:
    """The control of a fit with sgd."""
    return FitControl(small_settings(optimizer="sgd"))


def in_thread(call) -> threading.Thread:
    """Start a call in another thread."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("values", "mentioned"),
    [
        ({}, ["learning_rate", "momentum", "weight_decay", "batch_size"]),
        ({"epochs": 3}, ["epochs", "learning_rate", "momentum", "weight_decay", "batch_size"]),
        ({"learning_rate": 0}, ["learning_rate", "1e-07", "10"]),
        ({"learning_rate": float("nan")}, ["learning_rate"]),
        ({"learning_rate": True}, ["learning_rate", "float"]),
        ({"learning_rate": "fast"}, ["learning_rate", "float"]),
        ({"momentum": 1.0}, ["momentum", "0.9999"]),
        ({"weight_decay": -1}, ["weight_decay", "0", "10"]),
        ({"batch_size": 0}, ["batch_size", "1", "65536"]),
        ({"batch_size": 2.5}, ["batch_size", "int"]),
        ({"learning_rate": 0.1, "batch_size": 0}, ["batch_size"]),
    ],
)
def test_an_invalid_change_is_refused(control, values, mentioned):
    """The message names what is accepted, and nothing changes."""
    before = control.values
    with pytest.raises(InvalidInput) as caught:
        control.change(**values)
    assert all(text in str(caught.value) for text in mentioned)
    assert control.values == before
    assert not control.has_requests


def test_a_setting_that_the_optimizer_does_not_support_is_refused():
    """Adadelta has no momentum; the other settings can change."""
    control = FitControl(small_settings(optimizer="adadelta"))
    assert control.mutable == {"learning_rate": True, "momentum": False, "weight_decay": True, "batch_size": True}
    with pytest.raises(InvalidInput, match=r"momentum.*adadelta"):
        control.change(momentum=0.5)


def test_changes_accumulate_until_the_fit_takes_them(control):
    """The latest value of each counts; an unchanged value is no change."""
    with control.attached({"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 0.0, "batch_size": 64}):
        control.change(learning_rate=1, batch_size=32)
        assert control.change(learning_rate=2, momentum=0.9)["learning_rate"] == 2.0
        assert control.has_requests
        assert control.pop_changes() == {"learning_rate": 2.0, "batch_size": 32}
        assert not control.has_requests
        assert control.pop_changes() == {}
        assert control.values == {"learning_rate": 2.0, "momentum": 0.9, "weight_decay": 0.0, "batch_size": 32}


def test_the_state_follows_the_requests(control):
    """From `starting` to `ended`; later requests are refused."""
    states = [control.state]
    with control.attached(control.values):
        for act in (lambda: None, control.pause, control.resume, control.pause, control.stop):
            act()
            states.append(control.state)
        assert control.is_stopping
        assert not control.must_wait
        for late in (control.pause, control.resume, lambda: control.change(momentum=0.1)):
            with pytest.raises(FitNotRunning):
                late()
    assert [*states, control.state] == ["starting", "running", "paused", "running", "paused", "stopping", "ended"]
    with pytest.raises(FitNotRunning):
        control.inspect(0)


def test_an_inspection_runs_in_the_thread_of_the_fit(control):
    """The caller gets the result or the error."""
    results: dict = {}

    def ask(sample: int) -> None:
        try:
            results[sample] = control.inspect(sample)
        except InvalidInput as error:
            results[sample] = error

    def inspect(sample: int) -> str:
        if sample == 2:
            raise InvalidInput("no")
        return f"{sample} in {threading.current_thread().name}"

    askers = [in_thread(lambda number=number: ask(number)) for number in range(4)]
    control.pause()
    answered: list[int] = []
    while len(answered) < 4:
        control.wait()
        control.answer_inspections(lambda sample: answered.append(sample) or inspect(sample))
    for asker in askers:
        asker.join(10)
    assert results.pop(2).args == ("no",)
    assert results == {number: f"{number} in {threading.current_thread().name}" for number in (0, 1, 3)}


def test_an_inspection_does_not_wait_forever(control):
    """Neither for a fit that doesn't respond nor for one that ends."""
    with pytest.raises(FitNotResponding):
        control.inspect(0, timeout=0.01)
    control.answer_inspections(lambda _: pytest.fail("the request was withdrawn"))
    caught = []

    def ask() -> None:
        with pytest.raises(FitNotRunning) as error:
            control.inspect(0, timeout=60)
        caught.append(error)

    with control.attached(control.values):
        asker = in_thread(ask)
        while not control.has_requests:
            pass
    asker.join(10)
    assert caught


@pytest.mark.parametrize("act", ["resume", "stop"])
def test_a_paused_fit_wakes_up(control, act):
    """On a resume and on a stop."""
    control.pause()
    waiting = in_thread(control.wait)
    waiting.join(0.1)
    assert waiting.is_alive()
    getattr(control, act)()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_signal_stops_a_paused_fit(control):
    """The handler of Ctrl-C runs in the very thread that waits."""
    before = signal.signal(signal.SIGUSR1, lambda *_: control.stop())
    try:
        control.pause()
        sender = threading.Timer(0.1, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1))
        sender.start()
        control.wait()
        sender.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert control.state == "stopping"
