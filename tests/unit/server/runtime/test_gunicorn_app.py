"""GunicornApp: how the arbiter watches its workers."""

import time
from types import SimpleNamespace

from gunicorn.workers.workertmp import WorkerTmp

from server.runtime.gunicorn_app import HANG_SECONDS, GunicornApp
from server.settings import Settings


def test_worker_that_hangs_before_its_first_heartbeat_is_noticed() -> None:
    """gunicorn compares the time of the last heartbeat with the monotonic clock; a new file has that of the wall clock."""
    config = GunicornApp(Settings(), 0).cfg
    worker = SimpleNamespace(tmp=WorkerTmp(config))
    try:
        assert time.monotonic() - worker.tmp.last_update() < -HANG_SECONDS
        config.pre_fork(None, worker)
        assert 0 <= time.monotonic() - worker.tmp.last_update() < HANG_SECONDS
    finally:
        worker.tmp.close()
