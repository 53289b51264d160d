"""Controls: what any thread may ask of a fit, without a fit."""

import signal
import threading

import pytest

from inkling.errors import BadInput
from tests.support.trainer_fixtures import small_settings
from trainer.errors import NoAnswer, NotRunning
from trainer.training.control import Controls


@pytest.fixture
def controls() -> Controls:
    """Those of a fit with sgd."""
    return Controls(small_settings(optimizer="sgd"))


def in_thread(call) -> threading.Thread:
    """A call in another thread, under way."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "at least one of learning_rate, momentum, weight_decay, batch_size"),
        ({"epochs": 3}, "one of learning_rate, momentum, weight_decay, batch_size"),
        ({"learning_rate": 0}, "learning_rate between 1e-07 and 10"),
        ({"learning_rate": float("nan")}, "learning_rate between"),
        ({"learning_rate": True}, "learning_rate as float"),
        ({"learning_rate": "fast"}, "learning_rate as float"),
        ({"momentum": 1.0}, "momentum between 0 and 0.9999"),
        ({"weight_decay": -1}, "weight_decay between 0 and 10"),
        ({"batch_size": 0}, "batch_size between 1 and 65536"),
        ({"batch_size": 2.5}, "batch_size as int"),
        ({"learning_rate": 0.1, "batch_size": 0}, "batch_size between"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(controls, values, said):
    """In a sentence, and nothing of it changes."""
    before = controls.values
    with pytest.raises(BadInput, match=said):
        controls.change(**values)
    assert controls.values == before
    assert not controls.called


def test_a_setting_that_the_optimizer_has_not_is_refused():
    """Adadelta has no momentum; all else can change."""
    controls = Controls(small_settings(optimizer="adadelta"))
    assert controls.can == {"learning_rate": True, "momentum": False, "weight_decay": True, "batch_size": True}
    with pytest.raises(BadInput, match=r"learning_rate, weight_decay, batch_size for adadelta. Received momentum"):
        controls.change(momentum=0.5)


def test_changes_add_up_until_the_fit_takes_them(controls):
    """The latest value of each counts, and what is so already is no change."""
    with controls.attached({"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 0.0, "batch_size": 64}):
        controls.change(learning_rate=1, batch_size=32)
        assert controls.change(learning_rate=2, momentum=0.9)["learning_rate"] == 2.0
        assert controls.called
        assert controls.take_changes() == {"learning_rate": 2.0, "batch_size": 32}
        assert not controls.called
        assert controls.take_changes() == {}
        assert controls.values == {"learning_rate": 2.0, "momentum": 0.9, "weight_decay": 0.0, "batch_size": 32}


def test_the_state_follows_what_is_asked(controls):
    """From `starting` to `over`; whoever comes then is told so."""
    states = [controls.state]
    with controls.attached(controls.values):
        for act in (lambda: None, controls.pause, controls.go_on, controls.pause, controls.stop):
            act()
            states.append(controls.state)
        assert controls.stopping
        assert not controls.held
        for late in (controls.pause, controls.go_on, lambda: controls.change(momentum=0.1)):
            with pytest.raises(NotRunning, match="stopping"):
                late()
    assert [*states, controls.state] == ["starting", "running", "paused", "running", "paused", "stopping", "over"]
    with pytest.raises(NotRunning, match="over"):
        controls.look(0)


def test_a_look_is_answered_by_the_thread_that_fits(controls):
    """With what it sees, or with what went wrong there."""
    seen: dict = {}

    def ask(sample: int) -> None:
        try:
            seen[sample] = controls.look(sample)
        except BadInput as error:
            seen[sample] = error

    def see(sample: int) -> str:
        if sample == 2:
            raise BadInput("no")
        return f"{sample} in {threading.current_thread().name}"

    askers = [in_thread(lambda number=number: ask(number)) for number in range(4)]
    controls.pause()
    answered: list[int] = []
    while len(answered) < 4:
        controls.wait()
        controls.answer_looks(lambda sample: answered.append(sample) or see(sample))
    for asker in askers:
        asker.join(10)
    assert seen.pop(2).args == ("no",)
    assert seen == {number: f"{number} in {threading.current_thread().name}" for number in (0, 1, 3)}


def test_nobody_waits_for_a_look_for_ever(controls):
    """A fit that does not come round, and one that ends, both let go of whoever looks."""
    with pytest.raises(NoAnswer, match=r"within 0\.01 s"):
        controls.look(0, timeout=0.01)
    controls.answer_looks(lambda _: pytest.fail("nobody asks any more"))
    told = []

    def ask() -> None:
        with pytest.raises(NotRunning, match="ended before") as caught:
            controls.look(0, timeout=60)
        told.append(caught)

    with controls.attached(controls.values):
        asker = in_thread(ask)
        while not controls.called:
            pass
    asker.join(10)
    assert told


@pytest.mark.parametrize("act", ["go_on", "stop"])
def test_a_held_fit_wakes_up(controls, act):
    """By the word to go on, and by the word to stop."""
    controls.pause()
    held = in_thread(controls.wait)
    held.join(0.1)
    assert held.is_alive()
    getattr(controls, act)()
    held.join(10)
    assert not held.is_alive()


def test_a_signal_stops_a_held_fit(controls):
    """Ctrl-C comes in the very thread that waits."""
    before = signal.signal(signal.SIGUSR1, lambda *_: controls.stop())
    try:
        controls.pause()
        sender = threading.Timer(0.1, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1))
        sender.start()
        controls.wait()
        sender.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert controls.state == "stopping"
