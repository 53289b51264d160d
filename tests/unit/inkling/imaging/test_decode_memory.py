"""DecodeMemory: large pictures are decoded one after the other."""

import threading

from inkling.imaging.decode_memory import DecodeMemory

TIMEOUT = 10


def test_holders_never_exceed_the_capacity() -> None:
    """And all of them are served, also one that asks for more than there is."""
    memory = DecodeMemory(100)
    most, done = [], []

    def decode(n: int) -> None:
        with memory.hold(n):
            most.append(memory.used)
        done.append(n)

    threads = [threading.Thread(target=decode, args=(n,)) for n in (60, 30, 1_000, 60, 10, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert sorted(done) == [10, 30, 60, 60, 60, 1_000]
    assert max(most) <= 100
    assert memory.used == 0


def test_holder_waits_for_its_turn() -> None:
    """Until the one before has finished."""
    memory, started, finished = DecodeMemory(100), threading.Event(), threading.Event()

    def decode() -> None:
        started.set()
        with memory.hold(60):
            finished.set()

    with memory.hold(60):
        thread = threading.Thread(target=decode)
        thread.start()
        assert started.wait(TIMEOUT)
        assert not finished.wait(0.05)
    assert finished.wait(TIMEOUT)
    thread.join()


def test_failure_releases_the_memory() -> None:
    """A damaged file must not lock out others."""
    memory = DecodeMemory(100)
    try:
        with memory.hold(60):
            raise ValueError
    except ValueError:
        assert memory.used == 0
